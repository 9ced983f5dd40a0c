import {type Step, step} from '../../../engine/step.js'
import type {VsphereSystems} from '../../../systems/vsphere/vcenter.js'
import type {Facts} from '../facts.js'
import {answered, faultOf, kebab} from '../faults.js'
import type {RebootInput} from '../input.js'
import {hostAndVms, maintenanceWords} from '../maintenance.js'

const POLL_MS = 1000
/** The task only says that the host has taken it. */
const TAKEN_MS = 30_000
/** A host that is still up with its old boot after this has not gone down at all. */
const DOWN_MS = 5 * 60_000
const SETTLES_MS = 2 * 60_000

/** Reboots the host. Another boot time, and connected again, is what counts. */
export function rebootStep(
  systems: VsphereSystems,
  {vcenter: target, waitMs}: RebootInput,
  {host}: Facts,
): Step {
  return step<{bootedAtMs: number}>({
    id: 'reboot',
    says: `${host.name}: reboot`,
    async probe(signal, before, waitedMs = 0) {
      const {connection, bootedAtMs} = await (await systems.vsphere(target)).hostState(host.ref, signal)
      const rebooted = before !== undefined && bootedAtMs > before.bootedAtMs
      const up = bootedAtMs > 0 ? `up since ${new Date(bootedAtMs).toISOString()}` : 'boot time unknown'
      return {
        reached: rebooted && connection === 'connected',
        saw: `${connection}, ${up}`,
        before: {bootedAtMs},
        hopeless: connection === 'connected' && !rebooted && waitedMs > DOWN_MS,
      }
    },
    async apply(signal) {
      const vcenter = await systems.vsphere(target)
      const key = await vcenter.reboot(host.ref, signal)
      const task = await vcenter.follow(key, TAKEN_MS, signal).catch((error: unknown) => {
        // A host that we are signed in to takes our session with it.
        if (faultOf(error) === 'lost' || faultOf(error) === 'unreachable') return undefined
        throw error
      })
      if (task?.error) throw answered(task.error.text || task.error.fault, kebab(task.error.fault))
    },
    patienceMs: waitMs,
    pollMs: POLL_MS,
    once: true,
    undo: {kind: 'leave', why: 'a reboot cannot be taken back'},
    irreversible: 'a reboot cannot be taken back',
  })
}

/** Only looks: still in maintenance mode, nothing runs, and no further reboot is asked for. */
export function stillEmptyStep(
  systems: VsphereSystems,
  {vcenter}: RebootInput,
  {host, cluster}: Facts,
): Step {
  return step<null>({
    id: 'back',
    says: `${host.name}: see that it is in maintenance mode and asks for no other reboot`,
    async probe(signal) {
      const at = {vcenter, host: host.ref, rootPool: cluster.rootPool}
      const {state, running} = await hostAndVms(systems, at, signal)
      const {inMaintenance, rebootRequired} = state
      return {
        reached: inMaintenance && running.length === 0 && !rebootRequired,
        saw: `${maintenanceWords(state, running)}${rebootRequired ? '; asks for another reboot' : ''}`,
        before: null,
      }
    },
    patienceMs: SETTLES_MS,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}
