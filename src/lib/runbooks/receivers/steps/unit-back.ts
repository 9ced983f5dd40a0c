import type {Probe} from '../../../engine/step.js'
import type {HostLink} from '../../../systems/receivers/fleet.js'
import {waitForUnit} from '../../../systems/receivers/unit.js'
import {saidNo} from '../../said-no.js'
import {described} from '../../unit-words.js'

/** What the host said before anything was sent. */
export type Before = {boot: string; invocation: string}

/** So often by itself within one wait means that it will go on. */
const LOOPS = 3
/** Beyond the time to hold, for one wait on the host. */
const MARGIN_SEC = 4

export interface Expected {
  unit: string
  stableMs: number
  /** A command line of the person's own, for the host's shell; empty: none. */
  verify: string
  connectTimeoutMs: number
}

/**
 * Waits on the host until the unit runs under another invocation and holds, then asks the application. What it finds is a
 * probe; what cannot get better by waiting is thrown, with its class.
 * @param leftMs time for this host; @param last there is no time for another look
 */
export async function unitBack(
  link: HostLink,
  expected: Expected,
  before: Before,
  leftMs: number,
  signal: AbortSignal,
): Promise<Probe<Before>> {
  const {unit, connectTimeoutMs} = expected
  const stableSec = Math.ceil(expected.stableMs / 1000)
  const leftSec = Math.max(1, Math.ceil(leftMs / 1000))
  const limitSec = Math.min(leftSec, stableSec + MARGIN_SEC)
  const wait = {invocation: before.invocation, stableSec, limitSec}
  const state = await waitForUnit(link, unit, wait, {signal, connectTimeoutMs})
  if (state.invocation === before.invocation)
    return {reached: false, saw: `not restarted: ${described(state)}`, before}
  if (state.active === 'active' && state.heldSec >= stableSec) {
    await verified(link, expected, leftMs, signal)
    return {reached: true, saw: `restarted, ${described(state)}`, before}
  }
  if (state.active === 'failed')
    throw saidNo(`it was restarted and failed: ${described(state)}`, 'unit-failed')
  if (state.restarts >= LOOPS || (state.restarts > 0 && limitSec === leftSec))
    throw saidNo('it was restarted and does not stay up: systemd starts it again and again', 'crash-loop')
  return {reached: false, saw: `restarted, not up yet: ${described(state)}`, before}
}

/** A running process is not yet a working application. */
async function verified(
  link: HostLink,
  {verify, connectTimeoutMs}: Expected,
  leftMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (verify === '') return
  const timeoutMs = Math.max(LEAST_MS, leftMs)
  const {code, stdout, stderr} = await link.run(verify, {
    signal,
    timeoutMs,
    connectTimeoutMs,
    keepBytes: 1024,
  })
  if (code === 0) return
  const [said = ''] = `${stderr.trim()}\n${stdout.trim()}`.trim().split('\n')
  throw saidNo(
    `restarted, and the --verify command ended with ${code ?? 'a signal'}${said === '' ? '' : `: ${said}`}`,
    'verify',
  )
}

const LEAST_MS = 5000
