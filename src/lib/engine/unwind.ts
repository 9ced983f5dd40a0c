import type {Context} from './context.js'
import {invert} from './invert.js'
import {learn, type Memory} from './memory.js'
import {attempt} from './settle.js'
import type {StepResult} from './state.js'
import {type AnyStep, isWide, type Stage} from './step.js'

export interface Unwound {
  /** Steps that had taken hold and were taken back; the others had not. */
  putBack: number
  failed: StepResult[]
  /** Steps that changed something and are left so on purpose. */
  left: AnyStep[]
}

/**
 * Takes back, in reverse order, every step that may have taken hold; those of one wave of a fleet side by side. Each is probed
 * before and after.
 */
export async function unwind(stages: readonly Stage[], context: Context): Promise<Unwound> {
  const unwound: Unwound = {putBack: 0, failed: [], left: []}
  const one = async (step: AnyStep) => {
    const known = context.memory.get(step.id)
    const inverse = invert(step, known?.before ?? null)
    if (!inverse) return void unwound.left.push(step)
    const {result, changed} = await takeBack(inverse, context)
    if (result.state !== 'undone') unwound.failed.push(result)
    else if (changed) unwound.putBack += 1
  }
  for (const {steps, width} of batches(begun(context.steps, context.memory).reverse(), stages)) {
    const waiting = steps.values()
    const worker = async () => {
      for (const step of waiting) await one(step)
    }
    await Promise.all(Array.from({length: Math.min(width, steps.length)}, worker))
  }
  return unwound
}

/** Neighbours of one wide stage together. Where its lanes bound what may be out at once, one after the other is always right. */
function batches(
  steps: readonly AnyStep[],
  stages: readonly Stage[],
): {stage: Stage | undefined; steps: AnyStep[]; width: number}[] {
  const stageOf = new Map(stages.flatMap((stage) => stage.steps.map((step) => [step.id, stage])))
  const found: {stage: Stage | undefined; steps: AnyStep[]; width: number}[] = []
  for (const step of steps) {
    const stage = stageOf.get(step.id)
    const wide = stage !== undefined && isWide(stage) && !stage.lanes
    const last = found.at(-1)
    if (wide && last?.stage === stage) last?.steps.push(step)
    else found.push({stage, steps: [step], width: wide ? (stage.width ?? 1) : 1})
  }
  return found
}

/** The steps whose apply was begun and not taken back, in the order in which they were begun. */
export function begun(steps: ReadonlyMap<string, AnyStep>, memory: Memory): AnyStep[] {
  return [...memory].flatMap(([id, known]) => {
    const step = steps.get(id)
    return known.sent > 0 && step ? [step] : []
  })
}

async function takeBack(inverse: AnyStep, context: Context): Promise<{result: StepResult; changed: boolean}> {
  const {clock, emit} = context.ports
  const began = clock.now()
  await context.record({kind: 'undoing', step: inverse.id})
  emit({type: 'start', step: inverse.id, says: inverse.says, undo: true})
  const {before: _, ...ended} = await attempt(inverse, apart(context)).finally(() => inverse.done?.())
  const undone = ended.state === 'changed' || ended.state === 'already'
  const state = undone ? 'undone' : ended.state === 'not-started' ? 'failed' : ended.state
  const result: StepResult = {step: inverse.id, says: inverse.says, ...ended, state, ms: clock.now() - began}
  await context.record({kind: 'unwound', result})
  emit({type: 'end', result, undo: true})
  return {result, changed: ended.state === 'changed'}
}

/** An undo has a memory of its own, and goes on although the run was told to stop. */
function apart(context: Context): Context {
  const memory: Memory = new Map()
  return {
    ...context,
    memory,
    record: async (entry) => learn(memory, entry),
    stopping: new AbortController().signal,
  }
}
