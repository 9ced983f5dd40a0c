import type {HostState, VsphereSystems, Whereabouts} from '../../systems/vsphere/vcenter.js'

/** The host and what runs on it, by a sweep over the cluster: the host's own list of VMs may be out of date. */
export async function hostAndVms(
  systems: VsphereSystems,
  at: {vcenter: string; host: string; rootPool: string},
  signal: AbortSignal,
): Promise<{state: HostState; running: Whereabouts[]}> {
  const vcenter = await systems.vsphere(at.vcenter)
  const state = await vcenter.hostState(at.host, signal)
  const all = await vcenter.whereabouts(at.rootPool, signal)
  return {state, running: all.filter(({host, power}) => host === at.host && power === 'poweredOn')}
}

const NAMED = 3

/** `entering, 12 %; 4 run here: a, b, c ...` */
export function maintenanceWords(
  {inMaintenance, entering}: Pick<HostState, 'inMaintenance' | 'entering'>,
  running?: readonly Whereabouts[],
): string {
  const percent = entering && entering.percent >= 0 ? `, ${entering.percent} %` : ''
  const state = inMaintenance
    ? 'in maintenance mode'
    : entering
      ? `entering${percent}`
      : 'not in maintenance mode'
  if (!running) return state
  if (running.length === 0) return `${state}, nothing runs here`
  const names = running.slice(0, NAMED).map(({name}) => name)
  return `${state}; ${running.length} run here: ${names.join(', ')}${running.length > NAMED ? ' ...' : ''}`
}
