import type {Only} from '../engine/resume.js'
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
  version: string,
): Promise<void> {
  const {runs} = await stores(at)
  const {run, plan, lines} = await findRun(runs, text)
  const past = {run, plan, entries: lines, ...(only && {only})}
  await performRunbook(await runbookOf(runs, plan), {input: plan.input, past}, flags, at, version)
}
