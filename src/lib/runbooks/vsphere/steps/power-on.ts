import {type Step, step} from '../../../engine/step.js'
import type {VsphereSystems} from '../../../systems/vsphere/vcenter.js'
import {words} from './move.js'
import {powerOn} from './stop.js'

const SETTLES_MS = 30_000
const POLL_MS = 500

/** Starts a VM that an evacuation had stopped. */
export function powerOnStep(
  systems: VsphereSystems,
  target: string,
  {vm, name}: {vm: string; name: string},
): Step {
  return step<{power: string}>({
    id: `${vm}.power-on`,
    says: `${name}: power on`,
    async probe(signal) {
      const {power} = await (await systems.vsphere(target)).vmState(vm, signal)
      return {reached: power === 'poweredOn', saw: words(power), before: {power}}
    },
    apply: async (signal) => powerOn(systems, await systems.vsphere(target), vm, signal),
    patienceMs: SETTLES_MS,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'it ran before the maintenance, and is to run'},
  })
}
