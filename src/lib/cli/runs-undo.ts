import type {Config} from '@oclif/core'
import {bookOf, performBook} from './book-perform.js'
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
  const {run} = recorded
  const [runbook, book] = [await undoOf(runs, run), await bookOf(runs, recorded)]
  const asked = {input: {run}}
  if (book) await performBook({...book, runbook, asked, names: []}, flags, at, config)
  else await performRunbook(runbook, asked, flags, at, config.version)
}
