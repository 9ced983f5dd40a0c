import type {Host, Vm} from '../../../systems/vsphere/model.js'
import {offers} from './evc.js'
import {type Ground, pair, type Reason, runs} from './ground.js'
import type {Unit} from './unit.js'

/** What keeps a unit from a host whatever else is planned; undefined when nothing does. */
export type Obstacle = (unit: Unit, host: Host) => Reason | undefined

/** Asked for every unit and host, so what does not change is worked out once. */
export function obstacles(ground: Ground): Obstacle {
  const mounted = new Map(ground.datastores.map((store) => [store.ref, usableFrom(store)]))
  const names = new Map(ground.datastores.map(({ref, name}) => [ref, name]))
  const networks = new Map(ground.candidates.map((host) => [host.ref, new Set(host.networks)]))
  const hostRules = ground.rules.flatMap((rule) =>
    (rule.kind === 'on' || rule.kind === 'off') && rule.mandatory
      ? [{...rule, vms: new Set(rule.vms), hosts: new Set(rule.hosts)}]
      : [],
  )

  const ofVm = (vm: Vm, host: Host): Reason | undefined => {
    const hidden = vm.datastores.find((ref) => !mounted.get(ref)?.has(host.ref))
    if (hidden !== undefined) return {code: 'datastore', text: `no datastore ${names.get(hidden) ?? hidden}`}
    if (vm.networks.some((ref) => !networks.get(host.ref)?.has(ref)))
      return {code: 'network', text: 'lacks a network of the VM'}
    const known = runs(vm) ? whileRunning(vm, host) : undefined
    if (known) return known
    const text = ground.ruledOut.get(pair(vm.ref, host.ref))
    return text === undefined ? undefined : {code: 'server', text}
  }

  const whileRunning = (vm: Vm, host: Host): Reason | undefined => {
    if (vm.cpus > host.cpuThreads)
      return {code: 'cpu-count', text: `${host.cpuThreads} threads for ${vm.cpus} CPUs`}
    if (ground.clusterEvc === '' && !offers(host.evcMode || host.maxEvcMode, vm.minEvcMode))
      return {code: 'evc', text: `needs ${vm.minEvcMode}`}
    const rule = hostRules.find(
      ({kind, vms, hosts}) => vms.has(vm.ref) && hosts.has(host.ref) !== (kind === 'on'),
    )
    return rule && {code: 'rule-host', text: `rule "${rule.name}"`}
  }

  return (unit, host) => {
    if (unit.beside && !unit.beside.hosts.has(host.ref))
      return {code: 'rule-together', text: `rule "${unit.beside.rule}"`}
    for (const vm of unit.vms) {
      const reason = ofVm(vm, host)
      if (reason) return reason
    }
    return undefined
  }
}

function usableFrom(store: {accessible: boolean; maintenance: string; hosts: string[]}): ReadonlySet<string> {
  const usable = store.accessible && (store.maintenance === '' || store.maintenance === 'normal')
  return new Set(usable ? store.hosts : [])
}
