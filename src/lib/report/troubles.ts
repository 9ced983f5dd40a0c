import type {StepResult} from '../engine/state.js'
import {storyKey} from './grouping.js'
import {mask} from './mask.js'
import {isBad} from './states.js'

/** Steps that ended badly in the same way. */
export interface Trouble {
  /** `failed (crash-loop)` */
  what: string
  /** As seen; masked where the originals differ. */
  message: string
  count: number
  /** One of them. */
  example: string
}

/** What went wrong so far, in groups. */
export interface Troubles {
  /** Takes the end of a step into account; when it had ended before, instead of that. */
  count(result: StepResult): void
  /** The largest groups. */
  largest(most: number): Trouble[]
}

export function trouble(): Troubles {
  const groups = new Map<string, Trouble>()
  const groupOf = new Map<string, string>()
  const forget = (step: string) => {
    const key = groupOf.get(step) ?? ''
    const group = groups.get(key)
    groupOf.delete(step)
    if (!group) return
    group.count -= 1
    if (group.count === 0) groups.delete(key)
  }
  return {
    count(result) {
      const {step, state, class: kind, saw} = result
      forget(step)
      if (!isBad(state)) return
      const key = storyKey(result)
      groupOf.set(step, key)
      const group = groups.get(key)
      if (group) {
        group.count += 1
        if (group.message !== saw) group.message = mask(saw)
      } else {
        const what = kind === undefined ? state : `${state} (${kind})`
        groups.set(key, {what, message: saw, count: 1, example: step})
      }
    },
    largest: (most) => [...groups.values()].sort((a, b) => b.count - a.count).slice(0, most),
  }
}
