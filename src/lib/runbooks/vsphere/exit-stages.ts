import type {Stage} from '../../engine/step.js'
import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import type {Facts} from './facts.js'
import {exitStep} from './steps/exit.js'
import {haAgentStep} from './steps/serves.js'

/** Out of maintenance mode, and staying out; then HA, which is missed but no reason to stop. */
export function exitStages(
  systems: VsphereSystems,
  asked: {vcenter: string; settleMs: number; undoExit: boolean},
  {host, cluster}: Facts,
): Stage[] {
  const {vcenter: target, settleMs, undoExit} = asked
  const exit: Stage = {
    id: 'exit',
    says: 'leave maintenance mode',
    steps: [exitStep(systems, {vcenter: target, host, undoExit})],
    soak: {
      ms: settleMs,
      gate: {
        says: 'the host stays out of maintenance mode',
        async ask(signal) {
          const {inMaintenance, connection} = await (await systems.vsphere(target)).hostState(
            host.ref,
            signal,
          )
          const ok = !inMaintenance && connection === 'connected'
          return {ok, saw: inMaintenance ? 'in maintenance mode again' : connection}
        },
      },
    },
  }
  if (!cluster.ha.enabled) return [exit]
  return [
    exit,
    {
      id: 'ha',
      says: 'HA counts on it again',
      steps: [haAgentStep(systems, target, host)],
      budget: {failures: 1},
    },
  ]
}
