import type {Child} from '../book/runbook.js'
import {UNDO_ID} from '../engine/undo-run.js'
import type {Recorded, RunStore} from '../journal/store.js'
import {summarize} from './run-summary.js'
import type {Stores} from './stores.js'

/** Runs that are steps of this one, oldest first. Their own plans say so: there is no moment at which one could be lost. */
export async function childrenOf(runs: RunStore, parent: string): Promise<Recorded[]> {
  return (await recordedSince(runs, parent)).filter(({plan}) => plan.parent?.run === parent)
}

/** The latest run that a step of this run has begun, undos aside. */
export async function latestChild(
  {runs, claims}: Stores,
  parent: string,
  step: string,
): Promise<Child | undefined> {
  const all = await recordedSince(runs, parent)
  const child = all.findLast(
    ({plan}) => plan.parent?.run === parent && plan.parent.step === step && plan.runbook !== UNDO_ID,
  )
  if (!child) return undefined
  const {run, state, says, undoneBy} = await summarize(runs, child, await claims.live(), all)
  return {run, state, says, undoneBy}
}

/** An undo of this run that was begun and has not ended. */
export async function unfinishedUndo({runs}: Stores, run: string): Promise<Recorded | undefined> {
  const all = await recordedSince(runs, run)
  return all.findLast(
    ({plan, lines}) =>
      plan.runbook === UNDO_ID &&
      (plan.input as {run?: string}).run === run &&
      lines.findLast(({kind}) => kind === 'ended' || kind === 'resumed')?.kind !== 'ended',
  )
}

/** Ids begin with the second in which a run began; of one second, the plans tell the order. */
async function recordedSince(runs: RunStore, run: string): Promise<Recorded[]> {
  const second = run.slice(0, 15)
  const ids = (await runs.ids()).filter((id) => id.slice(0, 15) >= second)
  const read = await Promise.all(ids.map((id) => runs.read(id).catch(() => undefined)))
  return read.filter((one) => one !== undefined).sort((a, b) => (a.plan.madeAt < b.plan.madeAt ? -1 : 1))
}
