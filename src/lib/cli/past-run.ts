import {z} from 'zod'
import {BOOK_ID} from '../book/id.js'
import type {AnyRunbook} from '../engine/runbook.js'
import {type PastRun, UNDO_ID, undoRunbook} from '../engine/undo-run.js'
import {JournalDamaged} from '../journal/line.js'
import {NoSuchRun, type Recorded, type RunStore} from '../journal/store.js'
import {RUNBOOKS} from './registry.js'
import {UsageError} from './usage-error.js'

const undoInput = z.strictObject({run: z.string()})

/** The one run that the text names. @throws UsageError */
export async function findRun(store: RunStore, text: string): Promise<Recorded> {
  try {
    return await store.read(await store.find(text))
  } catch (error) {
    if (error instanceof NoSuchRun) throw new UsageError(error.message, [], ['redeye runs list'])
    if (error instanceof JournalDamaged) throw new UsageError(error.message)
    throw error
  }
}

/** The runbook that a plan was made by. The undo of a run is built from that run's own journal. */
export async function runbookOf(store: RunStore, {runbook, input}: Recorded['plan']): Promise<AnyRunbook> {
  if (runbook === UNDO_ID) return await undoOf(store, undoInput.parse(input).run)
  if (runbook === BOOK_ID) return (await import('../book/runbook.js')).book
  const load = RUNBOOKS[runbook]
  if (!load) throw new UsageError(`this version of redeye has no runbook ${runbook}`)
  return await load()
}

export async function undoOf(store: RunStore, run: string): Promise<AnyRunbook> {
  const {plan, lines} = await findRun(store, run)
  if (plan.runbook === UNDO_ID)
    throw new UsageError(
      `run ${run} is itself an undo: start the runbook again instead`,
      [],
      [`redeye runs show ${run}`],
    )
  const past: PastRun = {run, runbook: await runbookOf(store, plan), plan, entries: lines}
  return undoRunbook(past, undoInput)
}
