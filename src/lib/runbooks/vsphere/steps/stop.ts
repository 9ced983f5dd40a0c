import {type Step, step} from '../../../engine/step.js'
import type {Vm} from '../../../systems/vsphere/model.js'
import type {Vcenter, VmState, VsphereSystems} from '../../../systems/vsphere/vcenter.js'
import {afterSending} from '../after-sending.js'
import {answered} from '../faults.js'
import {mustSucceed} from '../follow.js'
import type {HowToStop} from '../input.js'
import {patiently} from '../patiently.js'
import {words} from './move.js'

const POLL_MS = 1000
/** Powering on or off, or suspending, as far as the server itself needs for it. */
const POWER_MS = 10 * 60_000
const SETTLES_MS = 30_000

type Before = {power: string; toolsRunning: boolean}

export interface Stopping {
  systems: VsphereSystems
  vcenter: string
  vm: Pick<Vm, 'ref' | 'name'>
  how: HowToStop
  shutdownTimeoutMs: number
  /** Instead, when the guest does not shut down or has no VMware Tools to ask. */
  otherwise: 'poweroff' | 'suspend' | 'fail'
  lanes: string[]
  gaveUp(ref: string, why: string): void
}

const SAYS = {shutdown: 'shut the guest down', suspend: 'suspend', poweroff: 'power off'}

/** Stops a VM that is not moved; undo starts it again. */
export function stopStep(stopping: Stopping): Step {
  const {systems, vm, how} = stopping
  return step<Before>({
    id: `${vm.ref}.stop`,
    says: `${vm.name}: ${SAYS[how]}`,
    lanes: stopping.lanes,
    async probe(signal) {
      const {power, toolsRunning} = await (await systems.vsphere(stopping.vcenter)).vmState(vm.ref, signal)
      return {reached: power !== 'poweredOn', saw: words(power), before: {power, toolsRunning}}
    },
    async apply(signal) {
      const vcenter = await systems.vsphere(stopping.vcenter)
      try {
        await stop(vcenter, stopping, signal)
      } catch (error) {
        if (!signal.aborted) stopping.gaveUp(vm.ref, error instanceof Error ? error.message : String(error))
        throw error
      }
    },
    patienceMs: SETTLES_MS,
    pollMs: POLL_MS,
    undo: {
      kind: 'restore',
      says: `${vm.name}: power on again`,
      restored: (now, before) => now.power === before.power,
      async run(_before, signal) {
        await powerOn(systems, await systems.vsphere(stopping.vcenter), vm.ref, signal)
      },
    },
  })
}

async function stop(vcenter: Vcenter, stopping: Stopping, signal: AbortSignal): Promise<void> {
  const {vm, how, otherwise} = stopping
  if (how !== 'shutdown') return await byForce(vcenter, stopping, how, signal)
  const {toolsRunning} = await vcenter.vmState(vm.ref, signal)
  const why = toolsRunning
    ? await askGuest(vcenter, stopping, signal)
    : 'VMware Tools do not run, so the guest cannot be asked'
  if (why === undefined) return
  if (otherwise === 'fail') throw answered(`${vm.name}: ${why}`, 'guest-runs')
  await afterSending(() => byForce(vcenter, stopping, otherwise, signal))
}

/** @returns why the guest did not stop, or undefined when it did */
async function askGuest(
  vcenter: Vcenter,
  {systems, vm, shutdownTimeoutMs}: Stopping,
  signal: AbortSignal,
): Promise<string | undefined> {
  await vcenter.shutdownGuest(vm.ref, signal)
  for (const began = systems.now(); ; ) {
    const {power} = await patiently(systems, () => vcenter.vmState(vm.ref, signal), signal)
    if (power !== 'poweredOn') return undefined
    if (systems.now() - began >= shutdownTimeoutMs)
      return `the guest did not shut down within ${Math.round(shutdownTimeoutMs / 1000)} s`
    await systems.sleep(POLL_MS, signal)
  }
}

async function byForce(
  vcenter: Vcenter,
  {systems, vm}: Stopping,
  how: 'suspend' | 'poweroff',
  signal: AbortSignal,
): Promise<void> {
  const seen = await vcenter.vmState(vm.ref, signal)
  const key =
    running(seen, how === 'suspend' ? /suspend/i : /poweroff/i) ??
    (how === 'suspend' ? await vcenter.suspend(vm.ref, signal) : await vcenter.powerOff(vm.ref, signal))
  await mustSucceed(systems, vcenter, key, POWER_MS, signal)
}

/** Follows a start that runs already; does nothing to a VM that runs. */
export async function powerOn(
  systems: VsphereSystems,
  vcenter: Vcenter,
  vm: string,
  signal: AbortSignal,
): Promise<void> {
  const seen = await vcenter.vmState(vm, signal)
  if (seen.power === 'poweredOn') return
  const key = running(seen, /poweron/i) ?? (await vcenter.powerOn(vm, signal))
  await mustSucceed(systems, vcenter, key, POWER_MS, signal)
}

function running({tasks}: VmState, what: RegExp): string | undefined {
  return tasks.find((task) => what.test(task.what))?.key
}
