import {type Step, step} from '../../../engine/step.js'
import type {VsphereSystems} from '../../../systems/vsphere/vcenter.js'
import type {Hindrance} from '../devices.js'
import {mustSucceed} from '../follow.js'

const RECONFIGURE_MS = 60_000
const SETTLES_MS = 10_000

/** Disconnects an image or drive that would keep a VM from its target. */
export function mediaStep(
  systems: VsphereSystems,
  target: string,
  {vm, device}: Pick<Hindrance, 'vm' | 'device'>,
): Step {
  const set = async (connected: boolean, signal: AbortSignal) => {
    const vcenter = await systems.vsphere(target)
    const key = await vcenter.setConnected(vm.ref, device.key, connected, signal)
    await mustSucceed(systems, vcenter, key, RECONFIGURE_MS, signal)
  }
  return step<{connected: boolean}>({
    id: `${vm.ref}.media-${device.key}`,
    says: `${vm.name}: disconnect ${device.label}`,
    async probe(signal) {
      const {devices} = await (await systems.vsphere(target)).vmState(vm.ref, signal)
      const connected = devices.find(({key}) => key === device.key)?.connected ?? false
      return {reached: !connected, saw: connected ? 'connected' : 'not connected', before: {connected}}
    },
    apply: (signal) => set(false, signal),
    patienceMs: SETTLES_MS,
    undo: {
      kind: 'restore',
      says: `${vm.name}: connect ${device.label} again`,
      run: (before, signal) => set(before.connected, signal),
    },
  })
}
