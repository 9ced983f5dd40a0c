import type {Config} from '@oclif/core'
import {BOOK_ID} from '../book/id.js'
import type {Environment} from './environment.js'
import type {ChangeFlags} from './flags.js'
import {findRun, undoOf} from './past-run.js'
import {performRunbook} from './perform.js'
import {stores} from './stores.js'

export async function undoRun(
  text: string,
  flags: ChangeFlags,
  at: Environment,
  config: Config,
): Promise<void> {
  const {runs} = await stores(at)
  const recorded = await findRun(runs, text)
  const {run, plan, lines} = recorded
  const runbook = await undoOf(runs, run)
  const asked = {input: {run}, takesBack: lines}
  if (plan.runbook !== BOOK_ID) return void (await performRunbook(runbook, asked, flags, at, config.version))
  const {bookOf, performBook} = await import('./book/perform.js')
  const book = await bookOf(runs, recorded)
  if (book) await performBook({...book, runbook, asked, names: []}, flags, at, config)
}
