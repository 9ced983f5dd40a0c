import type {Config} from '@oclif/core'
import {BOOK_ID} from '../book/id.js'
import type {Only} from '../engine/resume.js'
import {UNDO_ID} from '../engine/undo-run.js'
import type {Recorded, RunStore} from '../journal/store.js'
import type {Environment} from './environment.js'
import type {ChangeFlags} from './flags.js'
import {findRun, runbookOf} from './past-run.js'
import {performRunbook} from './perform.js'
import {stores} from './stores.js'

export async function resumeRun(
  text: string,
  only: Only | undefined,
  flags: ChangeFlags,
  at: Environment,
  config: Config,
): Promise<void> {
  const {runs} = await stores(at)
  const recorded = await findRun(runs, text)
  const {run, plan, lines} = recorded
  const past = {run, plan, entries: lines, ...(only && {only})}
  const runbook = await runbookOf(runs, plan)
  const asked = {input: plan.input, past}
  const book = await documentOf(runs, recorded)
  if (!book) return void (await performRunbook(runbook, asked, flags, at, config.version))
  const {performBook} = await import('./book/perform.js')
  const names = flags.confirm === undefined ? [] : [flags.confirm]
  await performBook({...book, runbook, asked, names}, flags, at, config)
}

/** The document that the run carries out or takes back. Most runs do neither, and load nothing of it. */
async function documentOf(runs: RunStore, recorded: Recorded) {
  if (![BOOK_ID, UNDO_ID].includes(recorded.plan.runbook)) return undefined
  return await (await import('./book/perform.js')).bookOf(runs, recorded)
}
