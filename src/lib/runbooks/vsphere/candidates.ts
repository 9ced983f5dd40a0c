import type {Host} from '../../systems/vsphere/model.js'
import type {Facts} from './facts.js'

export interface Candidates {
  /** Hosts that may take VMs, by name. */
  candidates: Host[]
  /** The others, and why not. */
  turnedAway: {host: Host; why: string}[]
}

export function candidatesFor(facts: Facts): Candidates {
  const {targets, exclude} = facts.named
  const others = facts.hosts.filter(({ref}) => ref !== facts.host.ref)
  const judged = others.map((host) => ({
    host,
    why:
      (targets.length > 0 && !targets.includes(host.ref) && 'not among --target') ||
      (exclude.includes(host.ref) && 'excluded') ||
      unfit(host, facts),
  }))
  const fit = judged.flatMap(({host, why}) => (why === '' ? [host] : []))
  // Where no host says that vMotion is on, the guard asks a person; the plan shows what would be.
  const withVmotion = fit.filter(({vmotionEnabled}) => vmotionEnabled)
  const candidates = withVmotion.length > 0 ? withVmotion : fit
  return {
    candidates: candidates.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    turnedAway: judged.flatMap(({host, why}) =>
      candidates.includes(host) ? [] : [{host, why: why || 'vMotion is off'}],
    ),
  }
}

/** Why a host may take no VMs now; empty when it may. */
export function unfit(host: Host, {cluster}: Pick<Facts, 'cluster'>): string {
  if (host.connection !== 'connected') return host.connection
  if (host.power !== 'poweredOn') return host.power
  if (host.inMaintenance) return 'in maintenance mode'
  if (host.entering) return 'entering maintenance mode'
  if (host.inQuarantine) return 'in quarantine'
  if (host.overall === 'red') return 'its status is red'
  const {policy} = cluster.ha
  if (cluster.ha.enabled && policy.kind === 'hosts' && policy.hosts.includes(host.ref))
    return 'kept free for failover'
  return ''
}
