import {parseLines} from '../receivers/unit-state.js'
import {oddAnswer} from './asking.js'
import {statusCommand} from './check-scripts.js'
import type {LinuxHost} from './host.js'
import {parseUnit} from './parse-unit.js'
import {journalOf} from './unit.js'
import type {UnitState} from './unit-state.js'

/** `journal`: the last lines of its last start, when it does not run. */
export type UnitStatus = {unit: UnitState; journal: string[]}

const LINES = 10

/** One round trip, and another one for the journal of what does not run. @throws RemoteError */
export async function readStatus(host: LinuxHost, unit: string, signal: AbortSignal): Promise<UnitStatus> {
  const result = await host.run(statusCommand(unit), {signal, timeoutMs: 20_000})
  const state = parseUnit(result.stdout)
  const init = parseLines(result.stdout).get('Init')
  if (!state && init !== undefined && init !== 'systemd')
    throw Object.assign(new Error(`systemd does not run there (process 1 is ${init})`), {
      fault: 'answered',
      class: 'no-systemd',
    })
  if (!state) throw oddAnswer(host.name, result)
  const broken = state.active === 'failed' || state.sub === 'auto-restart'
  return {unit: state, journal: broken ? await journalOf(host, state.invocation, LINES, signal) : []}
}
