import {setTimeout as sleep} from 'node:timers/promises'
import {type Step, step} from '../../../engine/step.js'
import type {HaproxySystems} from '../../../systems/haproxy/group.js'
import {healthy} from '../../../systems/haproxy/healthy.js'
import type {ServerView} from '../../../systems/haproxy/snapshot.js'
import type {ServerAt} from './server-at.js'
import {read} from './set-state.js'

const BETWEEN_MS = 500

/**
 * Leaving MAINT sets the health of a server to `rise` and keeps the result of the check before. With `fall 1` that is
 * full health already, and looks like a check that has passed since [seen on 2.6].
 */
const FALL_ONE =
  "with 'fall 1' HAProxy counts it as healthy before a check has run; prove it with --probe URL"

export interface Proof {
  timeoutMs: number
  /** It comes from maintenance, and nothing else will prove it. */
  leavesMaint: boolean
}

/** Waits until HAProxy's own checks have proven the server, twice in a row. Until then no client sees it. */
export function healthStep(at: ServerAt, checkedBy: ServerAt, {timeoutMs, leavesMaint}: Proof): Step {
  return step<null>({
    id: `${at.id}.health`,
    says: `${at.on}: wait until the checks of ${checkedBy.full} pass`,
    async probe(signal) {
      const first = (await read(checkedBy, signal)).server
      if (!healthy(first)) return {reached: false, saw: checkOf(first), before: null}
      if (leavesMaint && first.check.fall === 1)
        return {reached: false, hopeless: true, saw: `${checkOf(first)}: ${FALL_ONE}`, before: null}
      await sleep(BETWEEN_MS, undefined, {signal})
      const second = (await read(checkedBy, signal)).server
      return {reached: healthy(second), saw: checkOf(second), before: null}
    },
    patienceMs: timeoutMs,
    undo: {kind: 'leave', why: 'it only waits'},
  })
}

/** An HTTP check from here, where HAProxy has none or a person wants one more. */
export function urlStep(systems: HaproxySystems, url: string, timeoutMs: number): Step {
  return step<null>({
    id: 'probe-url',
    says: `wait until GET ${url} answers 2xx`,
    async probe(signal) {
      const {ok, saw} = await get(systems, url, signal)
      return {reached: ok, saw, before: null}
    },
    patienceMs: timeoutMs,
    undo: {kind: 'leave', why: 'it only waits'},
  })
}

/** An application that does not listen yet is what the wait is for, not an error. */
async function get(
  systems: HaproxySystems,
  url: string,
  signal: AbortSignal,
): Promise<{ok: boolean; saw: string}> {
  try {
    const status = await systems.httpStatus(url, signal)
    return {ok: status >= 200 && status < 300, saw: `HTTP ${status}`}
  } catch (error) {
    if (signal.aborted || !(error instanceof Error && 'fault' in error)) throw error
    return {ok: false, saw: error.message}
  }
}

function checkOf({check, status}: ServerView): string {
  const full = check.rise + check.fall - 1
  const last =
    check.status === 'L7OK' || check.status === 'L4OK' || check.last === '' ? '' : `: ${check.last}`
  return `${status}, check ${check.status || 'not run yet'} ${check.health}/${full}${last}`
}
