import {type Failing, SIGNED_OUT, TOLD_TO_STOP} from './failure.js'
import type {Json} from './json.js'
import type {StepResult} from './state.js'
import type {AnyStep, Probe} from './step.js'

/** What is known when a probe could not be made. */
const BLIND = 'could not look'

/** A result without its name and time. */
export type Ended = Pick<StepResult, 'state' | 'saw' | 'class'> & {
  /** What was so already: if it slips, it is put back to this. */
  before?: Json
}

export function stopped(step: AnyStep, saw: string): Ended {
  return step.apply
    ? {state: 'in-doubt', saw: `stopped before it was seen; last: ${saw}`}
    : {state: 'not-started', saw: `stopped while waiting; last: ${saw}`}
}

export function outOfPatience(
  seen: Probe | {failed: Failing},
  sent: Failing | undefined,
  saw: string,
  waitedMs: number,
): Ended {
  if ('failed' in seen) return {state: 'in-doubt', saw: `${BLIND}: ${saw}`, ...classOf(seen.failed)}
  const after = `after ${Math.round(waitedMs / 100) / 10} s`
  if (seen.unclear) return {state: 'in-doubt', saw: `${saw} ${after}${sent ? ` (${sent.message})` : ''}`}
  return {state: 'timed-out', saw: `${saw} ${after}${sent ? ` (${sent.message})` : ''}`}
}

/** A step that could not be looked at. When it had been sent before, nobody knows whether it took hold. */
export function unseen(failed: Failing, applied: boolean): Ended {
  if (applied) return {state: 'in-doubt', saw: `${BLIND}: ${sawOf(failed)}`, ...classOf(failed)}
  return failedBy(failed)
}

/** The end of a step that was not sent, or about which somebody has decided: there is nothing to wait for. */
export function endedUnsent(failed: Failing, applied: boolean): Ended | undefined {
  const {wants, message: saw} = failed
  if (wants === 'skip') return {state: 'skipped', saw}
  if (wants === 'stop')
    return {state: failed.untouched && !applied ? 'not-started' : 'in-doubt', saw, class: TOLD_TO_STOP}
  if (failed.untouched) return failedBy(failed)
  return nothingSent(failed) ? unseen(failed, applied) : undefined
}

export function failedBy(failed: Failing): Ended {
  return {
    state: failed.fault === 'answered' ? 'failed' : 'unreachable',
    saw: sawOf(failed),
    ...classOf(failed),
  }
}

/** How to sign in again belongs into every sentence about it. */
function sawOf({message, hint, class: kind}: Failing): string {
  return kind === SIGNED_OUT && hint !== undefined ? `${message}; ${hint}` : message
}

export function classOf(failed: Failing): {class?: string} {
  const kind = failed.class ?? (failed.fault === 'refused' ? 'refused' : undefined)
  return kind === undefined ? {} : {class: kind}
}

export function nothingSent(failed: Failing): boolean {
  return failed.fault === 'unreachable' || failed.fault === 'refused' || failed.untouched === true
}
