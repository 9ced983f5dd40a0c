import {type Step, step} from '../../../engine/step.js'
import type {VsphereSystems} from '../../../systems/vsphere/vcenter.js'
import {exitMaintenance} from '../exit-maintenance.js'
import {mustSucceed} from '../follow.js'
import {maintenanceWords} from '../maintenance.js'

const SETTLES_MS = 60_000
const POLL_MS = 500
const ENTER_SEC = 600

export interface Exiting {
  vcenter: string
  host: {ref: string; name: string}
  undoExit: boolean
}

/** The host leaves maintenance mode; the host itself decides, since some servers say yes to anything. */
export function exitStep(systems: VsphereSystems, {vcenter: target, host, undoExit}: Exiting): Step {
  return step<{inMaintenance: boolean}>({
    id: 'exit-maintenance',
    says: `${host.name}: leave maintenance mode`,
    async probe(signal) {
      const state = await (await systems.vsphere(target)).hostState(host.ref, signal)
      const {inMaintenance, entering} = state
      return {
        reached: !inMaintenance && !entering,
        saw: inMaintenance || entering ? maintenanceWords(state) : 'not in maintenance mode',
        before: {inMaintenance},
      }
    },
    apply: (signal) => exitMaintenance(systems, target, host.ref, signal),
    patienceMs: SETTLES_MS,
    pollMs: POLL_MS,
    undo: undoExit
      ? {
          kind: 'restore',
          says: `${host.name}: enter maintenance mode again`,
          async run(_before, signal) {
            const vcenter = await systems.vsphere(target)
            const how = {timeoutSec: ENTER_SEC, evacuatePoweredOff: false}
            const key = await vcenter.enterMaintenance(host.ref, how, signal)
            await mustSucceed(systems, vcenter, key, ENTER_SEC * 1000, signal)
          },
        }
      : {kind: 'leave', why: 'what runs there by then would have to leave again; --undo-exit would do that'},
  })
}
