import type {Context} from './context.js'
import {
  classOf,
  type Ended,
  endedUnsent,
  failedBy,
  nothingSent,
  outOfPatience,
  stopped,
  unseen,
} from './endings.js'
import {type Failing, failing, SIGNED_OUT} from './failure.js'
import type {Json} from './json.js'
import {rememberer} from './rememberer.js'
import type {State, StepResult} from './state.js'
import type {AnyStep, Probe} from './step.js'

const POLL_MS = 250

/**
 * Probe, apply, probe again until it agrees. Never throws for what a peer does: every end is a result.
 * @param count is told of the end before anybody else is
 */
export async function settle(
  step: AnyStep,
  context: Context,
  count: (result: StepResult) => void,
): Promise<StepResult> {
  const began = context.ports.clock.now()
  context.ports.emit({type: 'start', step: step.id, says: step.says, undo: false})
  const ended = await attempt(step, context)
  const {before: _, ...seen} = ended
  const result = {step: step.id, says: step.says, ...seen, ms: context.ports.clock.now() - began}
  await context.record({kind: 'settled', result, ...(ended.before !== undefined && {before: ended.before})})
  count(result)
  context.ports.emit({type: 'end', result, undo: false})
  return result
}

/** One step from its first probe to its end, without its own line in the journal. */
export async function attempt(step: AnyStep, context: Context): Promise<Ended> {
  const known = context.memory.get(step.id)
  const sentBefore = (known?.sent ?? 0) > 0
  const first = await firstLook(step, context, sentBefore ? known?.before : undefined)
  if ('failed' in first && givesUp(step, context).aborted && !sentBefore)
    return {state: 'not-started', saw: 'stopped while looking'}
  if ('failed' in first) return unseen(first.failed, sentBefore)
  if (first.reached && sentBefore) return await hasReached(step, first, 'changed', context)
  if (first.reached) return {state: 'already', saw: first.saw, before: first.before}
  if (!step.apply) return await waitUntilReached(step, context, first.before, 'already')

  if (step.once && known && sentBefore) return await waitUntilReached(step, context, known.before, 'changed')

  const guarded = await refusedNow(step, context)
  if (guarded) return guarded
  const before = known && sentBefore ? known.before : first.before
  const sent = await send(step, context, before)
  const unsent = sent && endedUnsent(sent, sentBefore)
  if (unsent) return unsent
  return await waitUntilReached(step, context, before, 'changed', sent)
}

/** A read may be repeated: one connection that was cut off is no reason to give up a run. */
async function firstLook(step: AnyStep, context: Context, before?: Json): Promise<Probe | {failed: Failing}> {
  const seen = await look(step, context, before)
  return 'failed' in seen && seen.failed.fault === 'lost' ? await look(step, context, before) : seen
}

async function look(
  step: AnyStep,
  context: Context,
  before?: Json,
  waitedMs = 0,
): Promise<Probe | {failed: Failing}> {
  try {
    return await step.probe(givesUp(step, context), before, waitedMs, context.memory.get(step.id)?.learned)
  } catch (error) {
    return {failed: failing(error)}
  }
}

/** A wait that changes nothing ends at the first Ctrl-C; a change is followed to its end. */
function givesUp(step: AnyStep, {ports, stopping}: Context): AbortSignal {
  return step.apply ? ports.abort : AbortSignal.any([ports.abort, stopping])
}

async function refusedNow(step: AnyStep, context: Context): Promise<Ended | undefined> {
  if (!step.recheck?.length) return undefined
  try {
    const [refused] = await context.recheck(step.recheck)
    return (
      refused && {state: 'failed', class: 'guard', saw: `guard ${refused.id} refuses now: ${refused.saw}`}
    )
  } catch (error) {
    return unseen(failing(error), false)
  }
}

/** Journals, applies, and returns how it failed, if it did. */
async function send(
  step: AnyStep,
  context: Context,
  before: Json,
  again = false,
): Promise<Failing | undefined> {
  await context.record({kind: 'applying', step: step.id, before, ...(again && {again})})
  const notes = rememberer(step, context)
  try {
    await step.apply?.(context.ports.abort, before, notes.remember)
    return undefined
  } catch (error) {
    const failed = failing(error)
    if (nothingSent(failed)) await context.record({kind: 'unsent', step: step.id})
    return failed
  } finally {
    notes.mustBeKept()
  }
}

/** Asks the probe until it agrees, cannot agree any more, or patience ends. */
async function waitUntilReached(
  step: AnyStep,
  context: Context,
  before: Json,
  reached: State,
  failure?: Failing,
): Promise<Ended> {
  const {clock, emit} = context.ports
  const began = clock.now()
  const giveUp = givesUp(step, context)
  let sent = failure
  const patienceMs = patienceOf(step, context)
  let last = 'nothing yet'
  for (;;) {
    const waitedMs = clock.now() - began
    const seen = await look(step, context, before, waitedMs)
    if ('failed' in seen && giveUp.aborted) return stopped(step, last)
    if ('failed' in seen && seen.failed.fault === 'answered')
      return {...failedBy(seen.failed), state: 'failed'}
    if ('failed' in seen && seen.failed.class === SIGNED_OUT)
      return unseen(seen.failed, step.apply !== undefined)
    if (!('failed' in seen)) {
      if (seen.reached) return await hasReached(step, seen, reached, context)
      if (seen.slipped?.length) {
        const lost = await settleAgain(seen.slipped, context, seen.saw)
        if (lost) return lost
      }
    }
    const saw = 'failed' in seen ? seen.failed.message : seen.saw
    last = saw
    if (giveUp.aborted) return stopped(step, saw)
    // The peer said no: one look tells whether it happened all the same.
    if (sent?.fault === 'answered')
      return {state: 'failed', saw: `${sent.message}; now: ${saw}`, ...classOf(sent)}
    if (!('failed' in seen) && seen.hopeless) return await hopeless(step, seen, context)
    if (!('failed' in seen) && seen.again && step.apply) {
      if (waitedMs + seen.again.afterMs > patienceMs) return {state: 'failed', saw}
      emit({type: 'saw', step: step.id, saw, waitedMs, patienceMs})
      const resent = await sendAgain(step, context, before, seen.again, saw)
      if ('state' in resent) return resent
      sent = resent.failure
      continue
    }
    if (waitedMs >= patienceMs) return outOfPatience(seen, sent, saw, waitedMs)
    emit({type: 'saw', step: step.id, saw, waitedMs, patienceMs})
    await clock.sleep(Math.min(pollOf(step, waitedMs), Math.max(patienceMs - waitedMs, 1)), giveUp)
  }
}

/** What turned out to change nothing has nothing to be taken back. */
async function hasReached(
  step: AnyStep,
  {saw, changedNothing}: Probe,
  reached: State,
  context: Context,
): Promise<Ended> {
  if (!changedNothing || reached === 'already') return {state: reached, saw}
  await context.record({kind: 'unsent', step: step.id})
  return {state: 'already', saw}
}

async function hopeless(
  step: AnyStep,
  {hopeless: how, saw, class: kind}: Probe,
  context: Context,
): Promise<Ended> {
  if (how === 'unreachable') await context.record({kind: 'unsent', step: step.id})
  return {state: typeof how === 'string' ? how : 'failed', saw, ...(kind !== undefined && {class: kind})}
}

function pollOf({pollMs = POLL_MS}: AnyStep, waitedMs: number): number {
  return typeof pollMs === 'number' ? pollMs : pollMs(waitedMs)
}

/** What was sent had no effect. It is sent once more after a wait, which ends at the first Ctrl-C. */
async function sendAgain(
  step: AnyStep,
  context: Context,
  before: Json,
  {afterMs}: {afterMs: number},
  saw: string,
): Promise<Ended | {failure: Failing | undefined}> {
  await context.ports.clock.sleep(afterMs, context.stopping)
  if (context.stopping.aborted) return {state: 'not-started', saw: `stopped; last: ${saw}`}
  const refused = await refusedNow(step, context)
  if (refused) return refused
  const failure = await send(step, context, before)
  return (failure && endedUnsent(failure, false)) ?? {failure}
}

function patienceOf(step: AnyStep, {patienceMs}: Context): number {
  return step.apply && patienceMs !== undefined ? patienceMs : step.patienceMs
}

/** Something took back what earlier steps did (a reload, say): does them again, once each. */
async function settleAgain(
  ids: readonly string[],
  context: Context,
  saw: string,
): Promise<Ended | undefined> {
  for (const id of ids) {
    const step = context.steps.get(id)
    const known = context.memory.get(id)
    if (!step || !known) throw new Error(`a probe names step ${id}, which was not begun in this run`)
    if (known.again) return {state: 'failed', class: 'slipped', saw: `${saw}; it was already put back once`}
    const says = `${saw}; once more: ${step.says}`
    await context.record({kind: 'note', says})
    context.ports.emit({type: 'note', says})
    const failed = await send(step, context, known.before, true)
    const ended = failed ?? (await reachedSoon(step, context, known.before))
    if (ended) return {state: 'failed', class: 'slipped', saw: `${step.says}, again: ${ended.message}`}
  }
  return undefined
}

async function reachedSoon(step: AnyStep, context: Context, before: Json): Promise<Failing | undefined> {
  const ended = await waitUntilReached(step, context, before, 'changed')
  return ended.state === 'changed' ? undefined : {fault: 'answered', message: ended.saw}
}
