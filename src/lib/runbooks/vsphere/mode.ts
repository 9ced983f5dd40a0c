import type {Vm} from '../../systems/vsphere/model.js'
import type {Facts} from './facts.js'

/** Who empties the host: DRS, we by migrations, or nobody (VMs are stopped). Decided by what is there, never by a flag. */
export type Mode = 'drs' | 'manual' | 'standalone'

export function modeOf({about, cluster, named}: Pick<Facts, 'about' | 'cluster' | 'named'>): Mode {
  if (about.apiType === 'HostAgent') return 'standalone'
  if (cluster.kind === 'host') return named.targets.length > 0 ? 'manual' : 'standalone'
  return cluster.drs.enabled && cluster.drs.behavior === 'fullyAutomated' ? 'drs' : 'manual'
}

/** DRS leaves VMs with a setting of their own, and fault tolerant ones, where they are. */
export function leftByDrs(vm: Vm, {cluster}: Pick<Facts, 'cluster'>): boolean {
  const own = cluster.drsOfVm[vm.ref]
  if (own && (!own.enabled || own.behavior !== 'fullyAutomated')) return true
  return isFaultTolerant(vm)
}

export function isFaultTolerant({faultTolerance}: Pick<Vm, 'faultTolerance'>): boolean {
  return faultTolerance !== '' && faultTolerance !== 'notConfigured'
}
