import type {Azure} from '../../../systems/azure/azure.js'
import type {Patience} from '../input.js'
import {isCapacity} from '../method.js'
import type {Sent} from './send.js'

/** How far a change has come. */
export type Course =
  | {is: 'running'; saw: string}
  /** `atMs` by the clock of Azure, where it says. */
  | {is: 'ended'; saw: string; atMs?: number}
  | {is: 'failed'; code: string; saw: string}
  /** It is certain that it had no effect: it may be sent again. */
  | {is: 'unsent'; saw: string; afterMs: number}
  /** Nobody can tell. */
  | {is: 'unknown'; saw: string}

/**
 * Follows a change by what was journalled of it.
 * @param sent undefined, or preparing: the process was killed before it sent anything
 * @param scope the id of what it changes, for the Activity Log
 */
export async function courseOf(
  azure: Azure,
  scope: string,
  sent: Sent | undefined,
  asked: Pick<Patience, 'busyMs' | 'busyEveryMs' | 'logMs'>,
  waitedMs: number,
  signal: AbortSignal,
): Promise<Course> {
  if (!sent || sent.phase === 'preparing') return {is: 'unsent', saw: 'nothing was sent', afterMs: 0}
  const {phase, says = ''} = sent
  if (phase === 'refused') return {is: 'unsent', saw: says, afterMs: asked.busyEveryMs}
  if (phase === 'busy') return busy(says, asked, waitedMs)
  if (phase === 'sending') return await lookedUp(azure, scope, sent, asked.logMs, waitedMs, signal)
  const {status, code, message, endedAtMs: atMs} = await azure.ask(sent.operation ?? {}, signal)
  if (status === 'running') return {is: 'running', saw: 'Azure is at it'}
  if (status === 'succeeded')
    return {is: 'ended', saw: 'the operation has Succeeded', ...(atMs !== undefined && {atMs})}
  return {is: 'failed', code, saw: `the operation ${status}: ${code || 'no code'}: ${message}`}
}

function busy(
  says: string,
  {busyMs, busyEveryMs}: {busyMs: number; busyEveryMs: number},
  waitedMs: number,
): Course {
  if (waitedMs + busyEveryMs > busyMs)
    return {is: 'failed', code: 'Conflict', saw: `another operation was in the way for too long: ${says}`}
  return {is: 'unsent', saw: `another operation is in the way; trying again: ${says}`, afterMs: busyEveryMs}
}

/** The answer was lost: Azure may have taken it, and only its Activity Log knows. */
async function lookedUp(
  azure: Azure,
  scope: string,
  {requestId, atMs}: Sent,
  logMs: number,
  waitedMs: number,
  signal: AbortSignal,
): Promise<Course> {
  const event = await azure.logged(scope, requestId, atMs, signal)
  if (event?.status === 'Succeeded')
    return {is: 'ended', saw: 'the answer was lost; the Activity Log says Succeeded'}
  if (event?.status === 'Failed' || event?.status === 'Canceled')
    return {is: 'failed', code: event.code, saw: `the Activity Log says ${event.status} ${event.code}`}
  if (event) return {is: 'running', saw: `the answer was lost; the Activity Log says ${event.status}`}
  if (waitedMs < logMs)
    return {is: 'running', saw: 'the answer was lost; the Activity Log has nothing of it yet'}
  return {
    is: 'unknown',
    saw: `the answer was lost, and the Activity Log has nothing of request ${requestId}; it is not sent again`,
  }
}

/** When Azure had ended it, or at least taken it, by its own clock: what a guest said before proves nothing. */
export function endOf({atMs}: {atMs?: number}, sent: Sent | undefined): number {
  return atMs ?? sent?.operation?.atMs ?? sent?.atMs ?? Number.POSITIVE_INFINITY
}

/** No room for it now; there may be later. */
export function wantsCapacity(course: Course): course is Extract<Course, {is: 'failed'}> {
  return course.is === 'failed' && isCapacity(course.code)
}
