import type {Datastore, Host, Rule, Vm} from '../../../systems/vsphere/model.js'

/** Everything that decides where VMs may go. */
export interface Ground {
  /** The host that is emptied; never a target. */
  source: string
  /** Hosts that may take VMs at all. */
  candidates: readonly Host[]
  /** All VMs of the cluster: those that stay where they are bind others by rules. */
  vms: readonly Vm[]
  rules: readonly Rule[]
  datastores: readonly Datastore[]
  /** Empty: the cluster has no EVC, each host its own features. */
  clusterEvc: string
  /** Pairs that the server has ruled out, by `pair`, with its text. */
  ruledOut: ReadonlyMap<string, string>
  /** Percent of a target that stays free. */
  memHeadroom: number
  cpuHeadroom: number
}

/** Why a VM cannot go to a host. */
export type Reason = {code: Code; text: string}
export type Code =
  | 'datastore'
  | 'network'
  | 'cpu-count'
  | 'evc'
  | 'rule-host'
  | 'rule-apart'
  | 'rule-together'
  | 'server'
  | 'memory'
  | 'cpu'

export function pair(vm: string, host: string): string {
  return `${vm} ${host}`
}

/** Rules bind VMs that run. */
export function runs(vm: Vm): boolean {
  return vm.power === 'poweredOn'
}
