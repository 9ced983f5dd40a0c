import type {VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {faultOf, lost, messageOf} from './faults.js'

/** vCenter may restart in the middle of a run; what it was told goes on meanwhile. */
const AWAY_MS = 5 * 60_000
const LONGEST_MS = 30_000

/**
 * Reads again and again while vCenter is away: after 1, 2, 4 ... 30 s, for five minutes.
 * @throws `lost` after that, never `unreachable`: something was sent before
 */
export async function patiently<T>(
  systems: Pick<VsphereSystems, 'now' | 'sleep'>,
  read: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const began = systems.now()
  for (let waitMs = 1000; ; waitMs = Math.min(2 * waitMs, LONGEST_MS)) {
    try {
      return await read()
    } catch (error) {
      const fault = faultOf(error)
      const away = fault === 'lost' || fault === 'unreachable'
      if (signal.aborted || fault === 'answered' || fault === '') throw error
      if (!away || systems.now() - began > AWAY_MS) throw lost(messageOf(error))
    }
    await systems.sleep(waitMs, signal)
  }
}
