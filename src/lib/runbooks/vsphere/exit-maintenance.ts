import type {Vcenter, VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {afterSending} from './after-sending.js'
import {answered, classOf, faultOf} from './faults.js'
import {mustSucceed} from './follow.js'
import {patiently} from './patiently.js'

const TIMEOUT_SEC = 300
/** Right after a host has booted, leaving can fail for a minute or two [govmomi issue 2300]. */
const TRIES = 10
const BETWEEN_MS = 15_000
const RETRIABLE = ['invalid-state', 'host-communication']
const POLL_MS = 500
/** A cancelled task of entering takes its time to end. */
const CANCELLED_MS = 60_000

/** Leaves maintenance mode, if the host is in it once no task of entering runs any more. */
export async function exitMaintenance(
  systems: VsphereSystems,
  target: string,
  host: string,
  signal: AbortSignal,
): Promise<void> {
  const vcenter = await systems.vsphere(target)
  if (!(await decided(systems, vcenter, host, signal))) return
  for (let tried = 1; ; tried += 1) {
    try {
      const send = () => vcenter.exitMaintenance(host, TIMEOUT_SEC, signal)
      const key = tried === 1 ? await send() : await afterSending(send)
      return await mustSucceed(systems, vcenter, key, (TIMEOUT_SEC + 60) * 1000, signal)
    } catch (error) {
      const again = faultOf(error) === 'answered' && RETRIABLE.includes(classOf(error)) && tried < TRIES
      if (!again) throw error
      const {inMaintenance} = await patiently(systems, () => vcenter.hostState(host, signal), signal)
      if (!inMaintenance) return
    }
    await systems.sleep(BETWEEN_MS, signal)
  }
}

/** Whether the host is in maintenance mode, once it is neither on its way in. */
async function decided(
  systems: VsphereSystems,
  vcenter: Vcenter,
  host: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (const began = systems.now(); ; ) {
    const {inMaintenance, entering} = await patiently(systems, () => vcenter.hostState(host, signal), signal)
    if (!entering) return inMaintenance
    if (systems.now() - began > CANCELLED_MS)
      throw answered(`a task of entering maintenance mode still runs (${entering.key}, by ${entering.user})`)
    await systems.sleep(POLL_MS, signal)
  }
}
