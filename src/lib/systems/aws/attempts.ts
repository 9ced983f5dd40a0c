import {setTimeout as sleep} from 'node:timers/promises'
import {RemoteError} from '../../remote/fault.js'
import {type Caller, type Failed, failedCall} from './errors.js'

/**
 * `read`: 8 attempts. `change`: 3, for what may be repeated. `once`: what is not known to be refused is not sent again.
 */
export type Kind = 'read' | 'change' | 'once'

export type How = {abortSignal: AbortSignal}

const ATTEMPTS: Readonly<Record<Kind, number>> = {read: 8, change: 3, once: 3}
/** A page that is no answer, or nobody who listens, is rarely another one a moment later. */
const HOPELESS_ATTEMPTS = 3
const ANSWER_MS = 30_000
const THROTTLED_MS = 500
const TRANSIENT_MS = 100
const LONGEST_MS = 20_000
/** One call, tried again as its kind allows. A wait between two attempts ends with the signal. */
export async function attempts<T>(
  what: string,
  kind: Kind,
  signal: AbortSignal,
  call: (how: How) => Promise<T>,
  caller: Caller,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const tooLong = AbortSignal.timeout(ANSWER_MS)
    try {
      return await call({abortSignal: AbortSignal.any([signal, tooLong])})
    } catch (thrown) {
      if (signal.aborted) throw new RemoteError('lost', `${what}: stopped before it was answered`)
      const failed: Failed = tooLong.aborted
        ? {
            error: new RemoteError('lost', `${what}: no answer within ${ANSWER_MS / 1000} s`),
            again: 'transient',
          }
        : failedCall(thrown, what, caller)
      if (!worthAnother(failed, kind, tried)) throw failed.error
      await sleep(pauseMs(failed.again, tried), undefined, {signal}).catch(() => {})
      if (signal.aborted) throw failed.error
    }
  }
}

function worthAnother({again, error}: Failed, kind: Kind, tried: number): boolean {
  if (again === 'no') return false
  const hopeless = again === 'page' || error.fault === 'unreachable'
  const most = hopeless ? Math.min(ATTEMPTS[kind], HOPELESS_ATTEMPTS) : ATTEMPTS[kind]
  if (tried >= most) return false
  return kind !== 'once' || again === 'throttled' || error.fault === 'unreachable'
}

/** Half of it is chance: many clients that were throttled together do not come back together. */
function pauseMs(again: Failed['again'], tried: number): number {
  const longest = Math.min(
    LONGEST_MS,
    (again === 'throttled' ? THROTTLED_MS : TRANSIENT_MS) * 2 ** (tried - 1),
  )
  return longest / 2 + (Math.random() * longest) / 2
}
