import type {Ground} from '../../../../src/lib/runbooks/vsphere/placement/ground.js'
import type {Host, Vm} from '../../../../src/lib/systems/vsphere/model.js'

/** VM reference to target. */
export type Layout = ReadonlyMap<string, string>

const INTEL = ['intel-haswell', 'intel-skylake']

/**
 * What is wrong with a layout, by the rules as the vendor states them and not by the planner's filters: one line each.
 * `movable` of which the layout says nothing stay on the source and count for nothing.
 */
export function wrongs(layout: Layout, movable: readonly Vm[], ground: Ground): string[] {
  const found: string[] = []
  for (const vm of movable) {
    const target = layout.get(vm.ref)
    if (target === undefined) continue
    const host = ground.candidates.find(({ref}) => ref === target)
    if (target === ground.source || !host) found.push(`${vm.ref} onto ${target}, which is no candidate`)
    else found.push(...alone(vm, host, ground).map((what) => `${vm.ref} on ${target}: ${what}`))
  }
  return [
    ...found,
    ...ground.candidates.flatMap((host) => overload(host, layout, movable, ground)),
    ...rules(layout, movable, ground),
  ]
}

function alone(vm: Vm, host: Host, ground: Ground): string[] {
  const what: string[] = []
  for (const store of vm.datastores)
    if (!ground.datastores.find(({ref}) => ref === store)?.hosts.includes(host.ref)) what.push(`no ${store}`)
  for (const network of vm.networks) if (!host.networks.includes(network)) what.push(`no ${network}`)
  if (ground.ruledOut.has(`${vm.ref} ${host.ref}`)) what.push('the server says no')
  if (vm.power !== 'poweredOn') return what
  if (vm.cpus > host.cpuThreads) what.push('too many CPUs')
  if (ground.clusterEvc === '' && vm.minEvcMode !== '' && host.maxEvcMode !== '') {
    const [has, needs] = [INTEL.indexOf(host.maxEvcMode), INTEL.indexOf(vm.minEvcMode)]
    if (has < needs) what.push('EVC')
  }
  return what
}

function overload(host: Host, layout: Layout, movable: readonly Vm[], ground: Ground): string[] {
  const arriving = movable.filter(({ref, power}) => layout.get(ref) === host.ref && power === 'poweredOn')
  let [memory, cpu] = [0, 0]
  for (const vm of arriving) {
    let need = vm.memoryUsedBytes === 0 ? 0.6 * vm.memoryBytes : vm.memoryUsedBytes
    if (vm.memoryLocked && need < vm.memoryBytes) need = vm.memoryBytes
    if (need < vm.memoryReservedBytes) need = vm.memoryReservedBytes
    memory += need * 1.02
    cpu += vm.cpuUsedMhz
  }
  if (memory === 0 && cpu === 0) return []
  const what: string[] = []
  if (memory > 0 && host.memoryUsedBytes + memory > host.memoryBytes * (100 - ground.memHeadroom) * 0.01 + 1)
    what.push(`${host.ref}: memory`)
  if (cpu > 0 && host.cpuUsedMhz + cpu > host.cpuMhz * (100 - ground.cpuHeadroom) * 0.01 + 1)
    what.push(`${host.ref}: cpu`)
  return what
}

function rules(layout: Layout, movable: readonly Vm[], ground: Ground): string[] {
  const running = ground.vms.filter(({power}) => power === 'poweredOn')
  const moves = (ref: string) => movable.some((vm) => vm.ref === ref)
  /** Empty: not placed, or still on the source. */
  const where = (vm: Vm) => layout.get(vm.ref) ?? (vm.host === ground.source ? '' : vm.host)
  return ground.rules.flatMap((rule) => {
    const members = running.filter(({ref}) => rule.vms.includes(ref))
    const placed = members.filter(({ref}) => layout.has(ref))
    const at = new Set(placed.map(where))
    switch (rule.kind) {
      case 'apart': {
        const broken = placed.some((one) =>
          members.some((other) => other.ref !== one.ref && where(other) === where(one)),
        )
        return broken ? [`${rule.name}: not apart`] : []
      }
      case 'together': {
        if (at.size > 1) return [`${rule.name}: not together`]
        const elsewhere = members.filter(({ref}) => !moves(ref)).map(where)
        const [only] = at
        if (only !== undefined && elsewhere.length > 0 && !elsewhere.includes(only))
          return [`${rule.name}: its companions are elsewhere`]
        return []
      }
      default: {
        if (!rule.mandatory) return []
        const bad = placed.some((vm) => rule.hosts.includes(where(vm)) !== (rule.kind === 'on'))
        return bad ? [`${rule.name}: wrong host`] : []
      }
    }
  })
}
