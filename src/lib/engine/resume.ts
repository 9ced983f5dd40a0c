import {EarlyEnd} from './early.js'
import type {Memory} from './memory.js'
import type {Entry} from './ports.js'
import type {Stage, Step} from './step.js'

export type Only = 'failed' | 'not-started'

/** @throws EarlyEnd when there is nothing left that a resume could do */
export function mustBeResumable(run: string, entries: readonly Entry[]): void {
  const ended = entries.findLast((entry) => entry.kind === 'ended' || entry.kind === 'resumed')
  const undoing = entries.some((entry) => entry.kind === 'undoing')
  if (undoing && ended?.kind !== 'ended')
    throw new EarlyEnd(
      'refused',
      `run ${run} ended while it was being put back: finish that`,
      [],
      [`redeye runs undo ${run}`],
    )
  if (ended?.kind !== 'ended') return
  if (ended.verdict === 'undo-failed')
    throw new EarlyEnd(
      'refused',
      `run ${run} failed and its undo failed too: undo it`,
      [],
      [`redeye runs undo ${run}`],
    )
  if (ended.verdict !== 'partial' && ended.verdict !== 'tolerated')
    throw new EarlyEnd(
      'nothing',
      `run ${run} has ended (${ended.verdict}: ${ended.says}); there is nothing to resume`,
    )
}

/**
 * Which steps a resumed run takes up. In small runs every step is probed again, since a past success may be gone by
 * now; in stages that look only when reached (fleets) those that ended well keep their results.
 */
export function takesUp(stages: readonly Stage[], memory: Memory, only?: Only): (step: Step) => boolean {
  const lazy = new Set(stages.filter((stage) => stage.look === 'reached').flatMap((stage) => stage.steps))
  return (step) => {
    const state = memory.get(step.id)?.result?.state ?? 'not-started'
    const begun = (memory.get(step.id)?.sent ?? 0) > 0
    if (only === 'not-started') return state === 'not-started' && !begun
    if (only === 'failed') return ['failed', 'unreachable', 'timed-out', 'in-doubt'].includes(state)
    if (state === 'skipped') return false
    return !(lazy.has(step) && (state === 'changed' || state === 'already'))
  }
}
