import {type Budget, budgetOf, countsAsFailure} from './budget.js'
import type {Context} from './context.js'
import {SIGNED_OUT, TOLD_TO_STOP} from './failure.js'
import {heldLanes, queueOf, stillOut} from './lanes.js'
import {settle} from './settle.js'
import type {StepResult} from './state.js'
import type {AnyStep, Gate, Stage} from './step.js'

/** How a stage ended, when it did not simply finish. */
export type Halt =
  /** `why`, where nobody has asked for it. */
  | {kind: 'stopped'; why?: string}
  /** `step` is the one that failed, where it was a step. */
  | {kind: 'failed'; answer: 'undo' | 'stop'; why: string; step?: AnyStep}
  | {kind: 'broken'; error: unknown}

const GATE_POLL_MS = 1000
const LANES_HELD = 'what is left must wait for steps that failed, and they are still out'

/** Runs a stage's steps, `width` at a time, within its budget; then soaks. Returns why it halted, if it did. */
export async function runStage(stage: Stage, context: Context): Promise<Halt | undefined> {
  const width = stage.width ?? 1
  context.ports.emit({type: 'stage', stage: stage.id, says: stage.says, steps: stage.steps.length, width})
  const budget = budgetOf(stage, context.tallies.get(stage.tally ?? ''))
  const halt = (await inFlight(stage, width, budget, context)) ?? (await again(stage, width, budget, context))
  return halt ?? (stage.soak && (await soak(stage.id, stage.soak, context)))
}

/** Targets that were out of reach may be back by the end of the stage. */
async function again(
  stage: Stage,
  width: number,
  budget: Budget,
  context: Context,
): Promise<Halt | undefined> {
  for (let left = stage.retryUnreachable ?? 0; left > 0; left -= 1) {
    const away = stage.steps.flatMap((step) => {
      const result = context.memory.get(step.id)?.result
      return result?.state === 'unreachable' ? [{step, result}] : []
    })
    if (away.length === 0) return undefined
    for (const {result} of away) budget.forgive(result)
    const halt = await inFlight({...stage, steps: away.map(({step}) => step)}, width, budget, context)
    if (halt) return halt
  }
  return undefined
}

/** A sliding window over the steps; those of a stage without a width are in order, and stay so. After a halt nothing new starts; what is in flight ends. */
async function inFlight(
  stage: Stage,
  width: number,
  budget: Budget,
  context: Context,
): Promise<Halt | undefined> {
  const queue = queueOf(stage, heldLanes(stage, context))
  const {steering} = context.ports
  let running = 0
  /** Steps beyond the budget about which somebody is asked: nothing new begins meanwhile. */
  let deciding = 0
  let halt: Halt | undefined

  const isHeld = ({id}: AnyStep) => stage.failuresHoldLanes !== undefined && stillOut(context.memory.get(id))
  const mayStart = () => {
    if (halt || deciding > 0 || queue.empty() || steering?.paused()) return false
    if (running === 0) return true
    return running < budget.room(stage.width === undefined ? width : (steering?.width() ?? width))
  }
  return await new Promise((resolve, reject) => {
    const finish = () => {
      for (const release of releases) release()
      if (halt?.kind === 'broken') reject(halt.error)
      else resolve(halt)
    }
    const start = (step: AnyStep) => {
      running += 1
      const hold = (by: 1 | -1) => {
        deciding += by
      }
      void runStep(step, stage, budget, context, hold)
        .catch((error: unknown) => broken(error))
        .then((ended) => {
          halt ??= ended
          running -= 1
          queue.ended(step, isHeld(step))
          pump()
        })
    }
    const pump = () => {
      if (context.stopping.aborted && !queue.empty()) halt ??= {kind: 'stopped'}
      while (mayStart()) {
        const step = queue.take()
        if (!step) break
        if (step.id === context.holdBefore) halt = {kind: 'stopped'}
        else start(step)
      }
      const stuck = running === 0 && !halt && !queue.empty() && !steering?.paused()
      if (stuck && stage.failuresHoldLanes !== 'leave')
        halt = {kind: 'failed', answer: 'stop', why: LANES_HELD}
      if (running === 0 && (halt || stuck || queue.empty())) finish()
    }
    const steered = (says: string) => {
      void context.record({kind: 'note', says}).catch((error: unknown) => {
        halt ??= broken(error)
      })
      pump()
    }
    const releases = [steering?.onChange(steered), onAbort(context.stopping, pump)].filter(
      (one) => one !== undefined,
    )
    pump()
  })
}

function onAbort(signal: AbortSignal, act: () => void): () => void {
  signal.addEventListener('abort', act)
  return () => signal.removeEventListener('abort', act)
}

/** An error of ours (a journal that cannot be written): what is in flight ends first, then it is thrown. */
function broken(error: unknown): Halt {
  return {kind: 'broken', error}
}

async function runStep(
  step: AnyStep,
  stage: Stage,
  budget: Budget,
  context: Context,
  hold: (by: 1 | -1) => void,
): Promise<Halt | undefined> {
  try {
    for (;;) {
      budget.begin()
      let exceeded: string | undefined
      const result = await settle(step, context, (ended) => {
        if (context.stopping.aborted && endedByStop(ended)) return
        if (stopsTheRun(ended)) return hold(1)
        budget.count(ended)
        exceeded = countsAsFailure(ended) ? budget.exceeded() : undefined
        if (exceeded) hold(1)
      })
      if (context.stopping.aborted && endedByStop(result)) return {kind: 'stopped'}
      if (stopsTheRun(result)) return {kind: 'stopped', why: `${step.says}: ${result.saw}`}
      if (!exceeded) return undefined
      const counted = stage.budget !== undefined || stage.unreachableBudget !== undefined
      const why = `${step.says}: ${firstLine(result.saw)}${counted ? ` (${exceeded})` : ''}`
      const answer = await context.decide(why, step).finally(() => hold(-1))
      if (answer === 'undo' || answer === 'stop') return {kind: 'failed', answer, why, step}
      budget.forgive(result)
      if (answer === 'skip') {
        await context.record({kind: 'settled', result: {...result, state: 'skipped'}})
        return undefined
      }
    }
  } finally {
    step.done?.()
  }
}

/** What was seen may have the end of a log under it. */
function firstLine(saw: string): string {
  return saw.split('\n', 1)[0] ?? ''
}

function stopsTheRun(result: StepResult): boolean {
  return result.class === SIGNED_OUT || result.class === TOLD_TO_STOP
}

function endedByStop(result: StepResult): boolean {
  return result.state === 'not-started' || result.state === 'in-doubt'
}

async function soak(
  stage: string,
  {ms, gate}: {ms: number; gate?: Gate},
  context: Context,
): Promise<Halt | undefined> {
  const {clock, emit, abort} = context.ports
  const everyMs = gate?.everyMs ?? GATE_POLL_MS
  const ends = clock.now() + ms
  let bad = 0
  for (;;) {
    if (context.stopping.aborted) return {kind: 'stopped'}
    const seen = gate ? await askGate(gate, abort) : {ok: true, saw: ''}
    bad = seen.ok ? 0 : bad + 1
    if (bad >= (gate?.strikes ?? 1)) {
      const why = `gate ${gate?.says}: ${seen.saw}`
      const answer = await context.decide(why)
      if (answer === 'undo' || answer === 'stop') return {kind: 'failed', answer, why}
      if (answer === 'skip') return undefined
      bad = 0
    }
    const leftMs = ends - clock.now()
    if (leftMs <= 0 && seen.ok) return undefined
    emit({type: 'soak', stage, leftMs: Math.max(0, leftMs), saw: seen.saw})
    await clock.sleep(seen.ok ? Math.min(everyMs, Math.max(leftMs, 1)) : everyMs, context.stopping)
  }
}

/** A gate that cannot be asked does not open. */
async function askGate(gate: Gate, signal: AbortSignal): Promise<{ok: boolean; saw: string}> {
  try {
    return await gate.ask(signal)
  } catch (error) {
    return {ok: false, saw: error instanceof Error ? error.message : String(error)}
  }
}
