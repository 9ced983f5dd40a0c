import type {About, Cluster, Datastore, Host, Vm} from '../../systems/vsphere/model.js'
import type {Incompatible} from '../../systems/vsphere/vcenter.js'

/** What was seen of a host and of everything that decides where its VMs may go. */
export type Facts = {
  /** Milliseconds since the epoch, by the clock of this machine and of the server. */
  takenAtMs: number
  serverAtMs: number
  about: About
  /** Who we are there: tasks of this user may be ours. */
  user: string
  host: Host
  cluster: Cluster
  /** The hosts of the cluster, and targets outside it that were named. */
  hosts: Host[]
  /** References of the hosts that were asked for as targets, and of those that were excluded. */
  named: {targets: string[]; exclude: string[]}
  /** Root resource pool of each target outside the cluster. */
  pools: {[host: string]: string}
  vms: Vm[]
  datastores: Datastore[]
  lacking: {entity: string; privilege: string}[]
  /** Whether the server could say in advance which pairs cannot work. */
  matrix: boolean
  incompatible: Incompatible[]
  /** What the server said of each pair that was planned. */
  checks: PairCheck[]
}

export type PairCheck = {vm: string; host: string; errors: string[]; warnings: string[]}

export function vmsOn({vms, host}: Pick<Facts, 'vms' | 'host'>): Vm[] {
  return vms.filter((vm) => vm.host === host.ref)
}
