/**
 * How a piece of I/O failed, as far as it decides what happens next. Adapters throw errors that carry one of these
 * in `fault`; anything else that is thrown counts as `answered`.
 *
 * - `unreachable`: no connection, nothing sent
 * - `refused`: sign-in or host key, nothing sent
 * - `lost`: the connection went, or the answer did not come in time, after something was sent: in doubt
 * - `answered`: the peer said no
 */
export type Fault = 'unreachable' | 'refused' | 'lost' | 'answered'

/**
 * The class of a failure by which our own credentials have ended: it says nothing about the target, and nothing more can
 * be done there, nor put back, until somebody signs in again. The run stops as it is, resumable.
 */
export const SIGNED_OUT = 'signed-out'

/** The class of a step in which somebody has said that nothing more is to be done: the run stops as it is, resumable. */
export const TOLD_TO_STOP = 'told-to-stop'

export interface Failing {
  fault: Fault
  message: string
  /** A finer class for groups and budgets: `no-sudo`. */
  class?: string
  /** What to do about it. */
  hint?: string
  /** Nothing is changed by what was tried: it was refused before it was sent, or put back. */
  untouched?: true
  /** What somebody said who was asked while the step was applied: leave this step out, or do nothing more. */
  wants?: 'skip' | 'stop'
}

export function failing(error: unknown): Failing {
  const message = error instanceof Error ? error.message : String(error)
  const {
    fault,
    class: kind,
    hint,
    untouched,
    wants,
  } = (typeof error === 'object' && error !== null ? error : {}) as Partial<Failing>
  const known = fault === 'unreachable' || fault === 'refused' || fault === 'lost' ? fault : 'answered'
  return {
    fault: known,
    message,
    ...(typeof kind === 'string' && {class: kind}),
    ...(typeof hint === 'string' && {hint}),
    ...(untouched === true && {untouched}),
    ...((wants === 'skip' || wants === 'stop') && {wants}),
  }
}
