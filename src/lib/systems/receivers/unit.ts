import {RemoteError} from '../../remote/fault.js'
import {printable} from '../../text/clean.js'
import type {HostLink, RunOptions, RunResult} from './fleet.js'
import {type Said, said} from './said.js'
import {lookCommand, mayCommand, rebootCommand, restartCommand, waitCommand} from './scripts.js'
import {parseUnit, type UnitState} from './unit-state.js'

export type {UnitState}

/** Time that a command may take beyond what it waits for by itself. */
const ANSWER_MS = 15_000
const SHOWN = 120

type Asking = Pick<RunOptions, 'signal' | 'connectTimeoutMs'>

/** The unit as it is now. @throws RemoteError; `answered` with class `odd-answer` for what is no unit state */
export async function lookAt(link: HostLink, unit: string, asking: Asking): Promise<UnitState> {
  return stateIn(await link.run(lookCommand(unit), {...asking, timeoutMs: ANSWER_MS, repeatable: true}))
}

/** Resolves once systemd has answered, whatever it said. `lost` when it does not within `timeoutMs`. */
export async function restartUnit(
  link: HostLink,
  unit: string,
  asking: Asking & {timeoutMs: number},
): Promise<Said> {
  return said(await link.run(restartCommand(unit), asking))
}

/** Whether a restart would be allowed, without doing it: code 0. */
export async function mayRestart(link: HostLink, unit: string, asking: Asking): Promise<Said> {
  return said(await link.run(mayCommand(unit), {...asking, timeoutMs: ANSWER_MS, repeatable: true}))
}

/** The answer may not come any more. */
export async function rebootHost(link: HostLink, asking: Asking): Promise<Said> {
  return said(await link.run(rebootCommand(), {...asking, timeoutMs: ANSWER_MS}))
}

/**
 * Waits on the host until the unit has been active for `stableSec` under another invocation than this one, has failed, or
 * `limitSec` are over. One round trip, whole seconds.
 */
export async function waitForUnit(
  link: HostLink,
  unit: string,
  wait: {invocation: string; stableSec: number; limitSec: number},
  asking: Asking,
): Promise<UnitState> {
  const command = waitCommand(unit, wait.invocation, wait.stableSec, wait.limitSec)
  return stateIn(
    await link.run(command, {...asking, timeoutMs: wait.limitSec * 1000 + ANSWER_MS, repeatable: true}),
  )
}

/** @throws RemoteError */
function stateIn({stdout, stderr, code}: RunResult): UnitState {
  const state = parseUnit(stdout)
  if (state) return state
  const text = printable((stdout.trim() || stderr.trim()).slice(0, SHOWN))
  throw new RemoteError(
    'answered',
    text === ''
      ? `the host said nothing about the unit (exit ${code ?? 'by a signal'})`
      : `the host said what no systemctl says: ${text}`,
    {class: 'odd-answer', hint: 'sign in by hand and run systemctl show'},
  )
}
