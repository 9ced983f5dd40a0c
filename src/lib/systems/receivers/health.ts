import {RemoteError} from '../../remote/fault.js'
import type {HostLink, RunOptions} from './fleet.js'
import {healthCommand} from './scripts.js'
import {parseLines, parseUnit, type UnitState} from './unit-state.js'

/** A host at a glance. What the host does not know (a thermometer, vcgencmd) is null. */
export type Health = {
  unit: UnitState
  /** Seconds since the epoch, by the host's own clock. */
  clockSec: number
  uptimeSec: number
  diskPercent: number | null
  celsius: number | null
  /** Bits as vcgencmd get_throttled prints them: the low four are now, those above 16 since the boot. */
  throttled: number | null
}

/** One round trip. @throws RemoteError */
export async function readHealth(link: HostLink, unit: string, options: RunOptions): Promise<Health> {
  const {stdout} = await link.run(healthCommand(unit), {...options, repeatable: true})
  const state = parseUnit(stdout)
  if (!state) throw new RemoteError('answered', 'the answer is not what was asked for', {class: 'odd-answer'})
  const fields = parseLines(stdout)
  const milli = numberIn(fields.get('TemperatureMilli'))
  return {
    unit: state,
    clockSec: numberIn(fields.get('Clock')) ?? 0,
    uptimeSec: numberIn(fields.get('Uptime')) ?? 0,
    diskPercent: numberIn(fields.get('DiskUsedPercent')),
    celsius: milli === null ? null : milli / 1000,
    throttled: numberIn(fields.get('Throttled')),
  }
}

function numberIn(text: string | undefined): number | null {
  return /^(\d{1,15}|0x[0-9a-f]{1,8})$/i.test(text ?? '') ? Number(text) : null
}
