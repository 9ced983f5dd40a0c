import {UNDO_ID} from '../engine/undo-run.js'
import type {Recorded, RunStore} from '../journal/store.js'
import {runbookOf} from './past-run.js'
import type {RunSummary} from './run-summary.js'

const RESUMABLE = ['killed', 'interrupted', 'partial', 'tolerated']

/** The commands by which somebody goes on with a run that has not come to its end, or takes it back. */
export async function waysOn(
  store: RunStore,
  recorded: Recorded,
  {state, run, undoneBy}: RunSummary,
): Promise<string[]> {
  if (undoneBy !== '' || state === 'running') return []
  const resumable = RESUMABLE.includes(state)
  const mayBeUndone = resumable || state === 'done' || state === 'undo-failed'
  return [
    ...(resumable ? [`redeye runs resume ${run}`] : []),
    ...(mayBeUndone && (await canBeUndone(store, recorded)) ? [`redeye runs undo ${run}`] : []),
  ]
}

/** Whether the steps, built again, know any way back. */
async function canBeUndone(store: RunStore, {plan}: Recorded): Promise<boolean> {
  if (plan.runbook === UNDO_ID) return false
  const runbook = await runbookOf(store, plan).catch(() => undefined)
  const stages = runbook?.stages(undefined, plan.input, plan.facts) ?? []
  return stages.some(({steps}) => steps.some(({undo}) => undo.kind === 'restore'))
}
