import {canonical, type Json} from './json.js'
import type {AnyStep, Step} from './step.js'

/**
 * The step that takes another one back: it is reached when what is seen is as good as what was seen before.
 * Returns undefined for a step that is left as it is on purpose.
 */
export function invert(step: AnyStep, before: Json): Step | undefined {
  const {undo} = step
  if (undo.kind === 'leave') return undefined
  const restored = undo.restored ?? ((now: Json, then: Json) => canonical(now) === canonical(then))
  return {
    id: step.id,
    says: undo.says,
    async probe(signal) {
      const seen = await step.probe(signal, before)
      return {reached: restored(seen.before, before), saw: seen.saw, before: seen.before}
    },
    apply: (signal) => undo.run(before, signal),
    patienceMs: step.patienceMs,
    ...(step.pollMs !== undefined && {pollMs: step.pollMs}),
    undo: {kind: 'leave', why: 'it is itself an undo'},
    onFailure: 'stop',
    ...(step.lanes && {lanes: step.lanes}),
    ...(step.done && {done: () => step.done?.()}),
  }
}
