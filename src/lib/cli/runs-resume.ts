import type {Config} from '@oclif/core'
import type {Only} from '../engine/resume.js'
import {bookOf, performBook} from './book-perform.js'
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
  const [runbook, book] = [await runbookOf(runs, plan), await bookOf(runs, recorded)]
  const asked = {input: plan.input, past}
  const names = flags.confirm === undefined ? [] : [flags.confirm]
  if (book) await performBook({...book, runbook, asked, names}, flags, at, config)
  else await performRunbook(runbook, asked, flags, at, config.version)
}
