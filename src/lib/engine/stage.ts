import {type Budget, budgetOf, countsAsFailure} from './budget.js'
import type {Context} from './context.js'
import {queueOf} from './lanes.js'
import {settle} from './settle.js'
import type {StepResult} from './state.js'
import type {AnyStep, Gate, Stage} from './step.js'

/** How a stage ended, when it did not simply finish. */
export type Halt =
  | {kind: 'stopped'}
  | {kind: 'failed'; answer: 'undo' | 'stop'; why: string}
  | {kind: 'broken'; error: unknown}

const GATE_POLL_MS = 1000

/** Runs a stage's steps, `width` at a time, within its budget; then soaks. Returns why it halted, if it did. */
export async function runStage(stage: Stage, context: Context): Promise<Halt | undefined> {
  const width = stage.width ?? 1
  context.ports.emit({type: 'stage', stage: stage.id, says: stage.says, steps: stage.steps.length, width})
  const halt = await inFlight(stage, width, context)
  return halt ?? (stage.soak && (await soak(stage.id, stage.soak, context)))
}

/** A sliding window over the steps. After a halt nothing new starts; what is in flight ends. */
async function inFlight(stage: Stage, width: number, context: Context): Promise<Halt | undefined> {
  const budget = budgetOf(stage)
  const queue = queueOf(stage)
  let running = 0
  let halt: Halt | undefined

  const worker = async () => {
    while (!halt) {
      // Workers leave when a strict budget shrinks; one always stays, so every step gets its turn.
      if (stage.strict && running > 0 && running >= budget.left()) return
      if (context.stopping.aborted) {
        halt = {kind: 'stopped'}
        return
      }
      const step = queue.take()
      if (step === undefined) return
      if (step instanceof Promise) {
        await step
        continue
      }
      if (step.id === context.holdBefore) {
        halt = {kind: 'stopped'}
        queue.ended(step)
        return
      }
      running += 1
      const ended = await runStep(step, stage, budget, context).catch((error: unknown) => broken(error))
      halt ??= ended
      running -= 1
      queue.ended(step)
    }
  }
  await Promise.all(Array.from({length: Math.min(width, stage.steps.length)}, worker))
  if (halt?.kind === 'broken') throw halt.error
  return halt
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
): Promise<Halt | undefined> {
  try {
    for (;;) {
      const result = await settle(step, context)
      if (context.stopping.aborted && endedByStop(result)) return {kind: 'stopped'}
      if (!countsAsFailure(result)) return undefined
      budget.count(result.state)
      const exceeded = budget.exceeded()
      if (!exceeded) return undefined
      const counted = stage.budget !== undefined || stage.unreachableBudget !== undefined
      const why = `${step.says}: ${result.saw}${counted ? ` (${exceeded})` : ''}`
      const answer = await context.decide(why, step)
      if (answer === 'undo' || answer === 'stop') return {kind: 'failed', answer, why}
      budget.forgive(result.state)
      if (answer === 'skip') {
        await context.record({kind: 'settled', result: {...result, state: 'skipped'}})
        return undefined
      }
    }
  } finally {
    step.done?.()
  }
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
  const ends = clock.now() + ms
  for (;;) {
    if (context.stopping.aborted) return {kind: 'stopped'}
    const seen = gate ? await askGate(gate, abort) : {ok: true, saw: ''}
    if (!seen.ok) {
      const why = `gate ${gate?.says}: ${seen.saw}`
      const answer = await context.decide(why)
      if (answer === 'undo' || answer === 'stop') return {kind: 'failed', answer, why}
      if (answer === 'skip') return undefined
    }
    const leftMs = ends - clock.now()
    if (leftMs <= 0 && seen.ok) return undefined
    emit({type: 'soak', stage, leftMs: Math.max(0, leftMs), saw: seen.saw})
    await clock.sleep(Math.min(GATE_POLL_MS, Math.max(leftMs, 1)), context.stopping)
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
