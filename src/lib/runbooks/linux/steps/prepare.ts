import {type Step, step} from '../../../engine/step.js'
import type {LinuxSystems} from '../../../systems/linux/host.js'
import {daemonReload, lookAt, resetFailed, type Said} from '../../../systems/linux/unit.js'
import {saidNo} from '../../said-no.js'
import {described} from '../../unit-words.js'

const PATIENCE_MS = 10_000

/** systemd reads the unit files of the host again. */
export function reloadStep(systems: LinuxSystems, name: string, unit: string): Step {
  return step<null>({
    id: `${name}/daemon-reload`,
    says: `${name}: let systemd read its unit files again`,
    async probe(signal) {
      const {unit: state} = await lookAt(await systems.linux(name), unit, signal)
      const saw = state.needsReload ? 'the files were changed' : 'the files are known'
      return {reached: !state.needsReload, saw, before: null}
    },
    async apply(signal) {
      mustBeAllowed(await daemonReload(await systems.linux(name), signal), 'read unit files again')
    },
    patienceMs: PATIENCE_MS,
    undo: {kind: 'leave', why: 'what the files said before is gone'},
  })
}

/** Clears the failure and with it the count of starts, which would make systemd refuse another one. */
export function resetStep(systems: LinuxSystems, name: string, unit: string): Step {
  return step<null>({
    id: `${name}/reset-failed`,
    says: `${name}: forget the failure of ${unit}`,
    async probe(signal) {
      const {unit: state} = await lookAt(await systems.linux(name), unit, signal)
      return {reached: state.active !== 'failed', saw: described(state), before: null}
    },
    async apply(signal) {
      mustBeAllowed(await resetFailed(await systems.linux(name), unit, signal), 'reset failures')
    },
    patienceMs: PATIENCE_MS,
    undo: {kind: 'leave', why: 'a failure cannot be put back'},
  })
}

function mustBeAllowed({denied, says}: Said, what: string): void {
  if (denied) throw saidNo(`not allowed to ${what}: ${says}`, 'no-sudo')
}
