import type {Host} from '../../../systems/vsphere/model.js'
import {type Ground, type Reason, runs} from './ground.js'
import {obstacles} from './obstacles.js'
import type {Unit} from './unit.js'

/** What is planned so far, and what that leaves of each host. */
export interface Board {
  /** Units that have a target, in the order in which they got it. */
  readonly placed: ReadonlyMap<Unit, Host>
  /** What keeps the unit from the host now; undefined when it may go there. */
  refuses(unit: Unit, host: Host): Reason | undefined
  /** Load of the host with the unit on it, 0 to 1 and more, with 0.25 for each soft rule it breaks. */
  score(unit: Unit, host: Host): number
  incoming(host: Host): number
  put(unit: Unit, host: Host): void
  take(unit: Unit): void
}

const SOFT_RULE = 0.25

export function boardOf(ground: Ground): Board {
  const placed = new Map<Unit, Host>()
  const planned = new Map(ground.candidates.map((host) => [host.ref, {memoryBytes: 0, cpuMhz: 0, vms: 0}]))
  const places = new Map(
    ground.vms.flatMap((vm) => (runs(vm) && vm.host !== ground.source ? [[vm.ref, vm.host]] : [])),
  )
  const obstacle = obstacles(ground)
  const apart = ground.rules.filter((rule) => rule.kind === 'apart')
  const soft = ground.rules.flatMap((rule) =>
    (rule.kind === 'on' || rule.kind === 'off') && !rule.mandatory ? [rule] : [],
  )

  const plannedOn = (host: Host) => planned.get(host.ref) ?? {memoryBytes: 0, cpuMhz: 0, vms: 0}

  const fits = (unit: Unit, host: Host): Reason | undefined => {
    const {memoryBytes, cpuMhz} = plannedOn(host)
    const memory = host.memoryBytes * (1 - ground.memHeadroom / 100) - host.memoryUsedBytes - memoryBytes
    if (unit.demand.memoryBytes > 0 && unit.demand.memoryBytes > memory)
      return {code: 'memory', text: `${gib(memory)} free of ${gib(unit.demand.memoryBytes)} needed`}
    const cpu = host.cpuMhz * (1 - ground.cpuHeadroom / 100) - host.cpuUsedMhz - cpuMhz
    if (unit.demand.cpuMhz > 0 && unit.demand.cpuMhz > cpu)
      return {code: 'cpu', text: `${Math.floor(Math.max(0, cpu))} MHz free of ${unit.demand.cpuMhz} needed`}
    return undefined
  }

  /** What never changes about a unit is worked out once: it is asked about for every host, and again and again. */
  const apartOf = remembering((unit: Unit) => {
    const mine = new Set(unit.vms.filter(runs).map(({ref}) => ref))
    return apart.flatMap(({name, vms}) => {
      const own = vms.filter((vm) => mine.has(vm)).length
      return own > 0 ? [{name, peers: vms.filter((vm) => !mine.has(vm)), never: own > 1}] : []
    })
  })
  const obstaclesOf = remembering((unit: Unit) => remembering((host: Host) => obstacle(unit, host)))

  const keepsApart = (unit: Unit, host: Host): Reason | undefined => {
    const rule = apartOf(unit).find(
      ({peers, never}) => never || peers.some((vm) => places.get(vm) === host.ref),
    )
    return rule && {code: 'rule-apart', text: `rule "${rule.name}"`}
  }

  const change = (unit: Unit, host: Host, sign: 1 | -1) => {
    const load = plannedOn(host)
    load.memoryBytes += sign * unit.demand.memoryBytes
    load.cpuMhz += sign * unit.demand.cpuMhz
    load.vms += sign * unit.vms.length
    for (const vm of unit.vms.filter(runs)) {
      if (sign > 0) places.set(vm.ref, host.ref)
      else places.delete(vm.ref)
    }
  }

  return {
    placed,
    refuses: (unit, host) => obstaclesOf(unit)(host) ?? keepsApart(unit, host) ?? fits(unit, host),
    score(unit, host) {
      const {memoryBytes, cpuMhz} = plannedOn(host)
      const memory = share(host.memoryUsedBytes + memoryBytes + unit.demand.memoryBytes, host.memoryBytes)
      const cpu = share(host.cpuUsedMhz + cpuMhz + unit.demand.cpuMhz, host.cpuMhz)
      const broken = soft.filter(
        ({kind, vms, hosts}) =>
          unit.vms.some(({ref}) => vms.includes(ref)) && hosts.includes(host.ref) !== (kind === 'on'),
      )
      return Math.max(memory, cpu) + SOFT_RULE * broken.length
    },
    incoming: (host) => plannedOn(host).vms,
    put(unit, host) {
      placed.set(unit, host)
      change(unit, host, 1)
    },
    take(unit) {
      const host = placed.get(unit)
      if (!host) return
      placed.delete(unit)
      change(unit, host, -1)
    },
  }
}

function remembering<K, V>(work: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined || known.has(key)) return before as V
    const value = work(key)
    known.set(key, value)
    return value
  }
}

function share(used: number, all: number): number {
  return all > 0 ? used / all : 0
}

function gib(bytes: number): string {
  return `${(Math.max(0, bytes) / 1024 ** 3).toFixed(1)} GiB`
}
