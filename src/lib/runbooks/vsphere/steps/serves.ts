import {type Step, step} from '../../../engine/step.js'
import type {VsphereSystems} from '../../../systems/vsphere/vcenter.js'

const AGENT_MS = 5 * 60_000
const GUEST_MS = 5 * 60_000
const POLL_MS = 2000
/** States in which the HA agent of a host does its work [vSphere API: ClusterDasFdmAvailabilityState]. */
const SERVING = ['connectedToMaster', 'master']

/** Only looks: HA counts on the host again. */
export function haAgentStep(
  systems: VsphereSystems,
  target: string,
  host: {ref: string; name: string},
): Step {
  return step<null>({
    id: 'ha-agent',
    says: `${host.name}: see that its HA agent works`,
    async probe(signal) {
      const {ha} = await (await systems.vsphere(target)).hostState(host.ref, signal)
      return {reached: SERVING.includes(ha), saw: ha === '' ? 'no HA state yet' : ha, before: null}
    },
    patienceMs: AGENT_MS,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}

/** Only looks: the guest has come up. */
export function guestStep(systems: VsphereSystems, target: string, vm: {vm: string; name: string}): Step {
  return step<null>({
    id: `${vm.vm}.guest`,
    says: `${vm.name}: see that its guest answers`,
    async probe(signal) {
      const {heartbeat} = await (await systems.vsphere(target)).vmState(vm.vm, signal)
      return {reached: heartbeat === 'green', saw: `heartbeat ${heartbeat}`, before: null}
    },
    patienceMs: GUEST_MS,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}
