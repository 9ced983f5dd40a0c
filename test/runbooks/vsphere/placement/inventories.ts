import fc from 'fast-check'
import type {Ground} from '../../../../src/lib/runbooks/vsphere/placement/ground.js'
import {pair} from '../../../../src/lib/runbooks/vsphere/placement/ground.js'
import type {Host, Rule, Vm} from '../../../../src/lib/systems/vsphere/model.js'
import {aDatastore, aHost, aVm, GIB} from '../things.js'

export const SOURCE = 'host-0'

/** A host to empty, its VMs, the other hosts with VMs of theirs, and rules between them: mostly tight, often impossible. */
export function inventories(most: {
  hosts: number
  vms: number
}): fc.Arbitrary<{ground: Ground; movable: Vm[]}> {
  return fc
    .record({
      hosts: fc.array(someHost, {minLength: 1, maxLength: most.hosts}),
      movable: fc.array(someVm, {minLength: 1, maxLength: most.vms}),
      others: fc.array(fc.tuple(someVm, fc.nat({max: most.hosts - 1})), {maxLength: 4}),
      mounts: fc.array(fc.array(fc.boolean(), {minLength: most.hosts, maxLength: most.hosts}), {
        minLength: 3,
        maxLength: 3,
      }),
      rules: fc.array(someRule, {maxLength: 4}),
      ruledOut: fc.array(fc.tuple(fc.nat({max: most.vms - 1}), fc.nat({max: most.hosts - 1})), {
        maxLength: 2,
      }),
      clusterEvc: fc.constantFrom('', 'intel-haswell'),
      headroom: fc.constantFrom(0, 10, 25),
    })
    .map((drawn) => build(drawn, most.hosts))
}

const someHost = fc.record({
  memory: fc.integer({min: 4, max: 32}),
  used: fc.integer({min: 0, max: 12}),
  cpuUsed: fc.integer({min: 0, max: 15_000}),
  threads: fc.constantFrom(2, 8, 16),
  evc: fc.constantFrom('', 'intel-haswell', 'intel-skylake', 'amd-zen'),
  networks: fc.subarray(['network-1', 'network-2'], {minLength: 1}),
})

const someVm = fc.record({
  used: fc.integer({min: 0, max: 10}),
  memory: fc.integer({min: 1, max: 12}),
  reserved: fc.constantFrom(0, 0, 0, 3),
  pinned: fc.constantFrom(false, false, false, true),
  cpu: fc.integer({min: 0, max: 6000}),
  cpus: fc.constantFrom(1, 2, 4, 8),
  evc: fc.constantFrom('', '', '', 'intel-haswell', 'intel-skylake'),
  stores: fc.subarray([0, 1, 2], {minLength: 1, maxLength: 2}),
  networks: fc.subarray(['network-1', 'network-2'], {minLength: 0, maxLength: 1}),
  off: fc.constantFrom(false, false, false, true),
})

const someRule = fc.record({
  kind: fc.constantFrom('apart' as const, 'together' as const, 'on' as const, 'off' as const),
  mandatory: fc.boolean(),
  vms: fc.array(fc.nat({max: 9}), {minLength: 1, maxLength: 4}),
  hosts: fc.array(fc.nat({max: 5}), {minLength: 1, maxLength: 3}),
})

type Drawn = {
  hosts: (typeof someHost extends fc.Arbitrary<infer T> ? T : never)[]
  movable: (typeof someVm extends fc.Arbitrary<infer T> ? T : never)[]
  others: [typeof someVm extends fc.Arbitrary<infer T> ? T : never, number][]
  mounts: boolean[][]
  rules: (typeof someRule extends fc.Arbitrary<infer T> ? T : never)[]
  ruledOut: [number, number][]
  clusterEvc: string
  headroom: number
}

function build(drawn: Drawn, mostHosts: number): {ground: Ground; movable: Vm[]} {
  const candidates = drawn.hosts.map(
    (one, at): Host =>
      aHost(`host-${at + 1}`, {
        memoryBytes: one.memory * GIB,
        memoryUsedBytes: Math.min(one.used, one.memory) * GIB,
        cpuUsedMhz: one.cpuUsed,
        cpuThreads: one.threads,
        maxEvcMode: one.evc,
        networks: one.networks,
      }),
  )
  const vm = (one: Drawn['movable'][number], ref: string, host: string): Vm =>
    aVm(ref, host, {
      power: one.off ? 'poweredOff' : 'poweredOn',
      memoryUsedBytes: one.used * GIB,
      memoryBytes: one.memory * GIB,
      memoryReservedBytes: one.reserved * GIB,
      memoryLocked: one.pinned,
      cpuUsedMhz: one.cpu,
      cpus: one.cpus,
      minEvcMode: one.evc,
      datastores: one.stores.map((at) => `datastore-${at}`),
      networks: one.networks,
    })
  const movable = drawn.movable.map((one, at) => vm(one, `vm-${at}`, SOURCE))
  const others = drawn.others.map(([one, at], index) =>
    vm(one, `vm-other-${index}`, candidates[at % candidates.length]?.ref ?? ''),
  )
  const vms = [...movable, ...others]
  const ref = (at: number) => vms[at % vms.length]?.ref ?? ''
  return {
    movable,
    ground: {
      source: SOURCE,
      candidates,
      vms,
      rules: drawn.rules.map((rule, at): Rule => {
        const members = [...new Set(rule.vms.map(ref))]
        const common = {name: `rule-${at}`, mandatory: rule.mandatory, vms: members}
        if (rule.kind === 'apart' || rule.kind === 'together') return {...common, kind: rule.kind}
        const hosts = [...new Set(rule.hosts.map((host) => `host-${1 + (host % candidates.length)}`))]
        return {...common, kind: rule.kind, hosts}
      }),
      datastores: drawn.mounts.map((mounted, at) =>
        aDatastore(
          `datastore-${at}`,
          Array.from({length: mostHosts}, (_, host) => `host-${host + 1}`).filter(
            (_, host) => mounted[host] || host === at,
          ),
        ),
      ),
      clusterEvc: drawn.clusterEvc,
      ruledOut: new Map(
        drawn.ruledOut.map(([one, host]) => [pair(`vm-${one}`, `host-${host + 1}`), 'the server says no']),
      ),
      memHeadroom: drawn.headroom,
      cpuHeadroom: drawn.headroom,
    },
  }
}
