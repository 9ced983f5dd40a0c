import type {Probe} from '../../../engine/step.js'
import {exitText} from '../../../systems/linux/exit-words.js'
import type {LinuxHost} from '../../../systems/linux/host.js'
import {lastingPorts} from '../../../systems/linux/ports.js'
import {askApp} from '../../../systems/linux/probe.js'
import {journalOf, type Look, waitForUnit} from '../../../systems/linux/unit.js'
import type {UnitState} from '../../../systems/linux/unit-state.js'
import {saidNo} from '../../said-no.js'
import {described} from '../../unit-words.js'
import type {RestartInput} from '../restart-input.js'

/** What the host said before anything was sent. `ports` are those its processes listened on. */
export type Before = {boot: string; invocation: string; ports: number[]}

/** `lacks`: the unit is up, and this is not as it should be, yet. */
export type Back = Probe<Before> & {lacks?: 'ports' | 'probe'}

/** So often by itself within one wait means that it will go on. */
const LOOPS = 3
/** Beyond the time to hold, for one wait on the host. */
const MARGIN_SEC = 5
const JOURNAL_LINES = 20

/**
 * Waits on the host until the unit runs under another invocation and holds, then asks for its ports and the application. What
 * it finds is a probe; what cannot get better by waiting is thrown, with its class and the journal of that start.
 */
export async function unitBack(
  host: LinuxHost,
  asked: RestartInput,
  before: Before,
  leftMs: number,
  signal: AbortSignal,
): Promise<Back> {
  const {unit, soakMs} = asked
  const holdSec = Math.ceil(soakMs / 1000)
  const leftSec = Math.max(1, Math.ceil(leftMs / 1000))
  const limitSec = Math.min(leftSec, holdSec + MARGIN_SEC)
  const seen = await waitForUnit(host, unit, {invocation: before.invocation, holdSec, limitSec}, signal)
  const {unit: state} = seen
  if (state.invocation === before.invocation || state.invocation === '')
    return {reached: false, saw: `not restarted: ${described(state)}`, before}
  if (state.active === 'active' && seen.heldSec >= holdSec)
    return await serving(host, asked, before, seen, signal)
  if (state.active === 'failed') throw await failed(host, state, 'unit-failed', 'it failed', signal)
  if (state.restarts >= LOOPS || (state.restarts > 0 && limitSec === leftSec))
    throw await failed(
      host,
      state,
      'crash-loop',
      'it does not stay up, systemd starts it again and again',
      signal,
    )
  return {reached: false, saw: `restarted, not up yet: ${described(state)}`, before}
}

/** A running process is not yet a working application. */
async function serving(
  host: LinuxHost,
  {settings, soakMs}: RestartInput,
  before: Before,
  {ports, unit}: Look,
  signal: AbortSignal,
): Promise<Back> {
  const missing = lastingPorts(before.ports).filter((port) => !ports.includes(port))
  if (missing.length > 0)
    return {
      reached: false,
      saw: `up, and does not listen on ${missing.join(', ')} as before`,
      before,
      lacks: 'ports',
    }
  const probe = settings[host.name]?.probe
  const answer = probe ? await askApp(host, probe, signal) : undefined
  if (answer?.ok === false) return {reached: false, saw: `up, and ${answer.saw}`, before, lacks: 'probe'}
  const held = soakMs > 0 ? ` for ${Math.ceil(soakMs / 1000)} s` : ''
  return {
    reached: true,
    saw: `restarted, ${described(unit)}${held}${answer ? `; ${answer.saw}` : ''}`,
    before,
  }
}

/** With what systemd and the unit itself have to say about it. */
async function failed(
  host: LinuxHost,
  state: UnitState,
  kind: string,
  what: string,
  signal: AbortSignal,
): Promise<Error> {
  const lines = await journalOf(host, state.invocation, JOURNAL_LINES, signal).catch(() => [])
  const exit = exitText(state.exitCode, state.exitStatus)
  const said = `restarted, and ${what}: ${described(state)}${state.result === 'success' ? '' : `, ${state.result}`}${exit && `, ${exit}`}`
  return saidNo(
    [said, ...(lines.length > 0 ? lines : ['its journal is empty, or not for us to read'])].join('\n'),
    kind,
  )
}
