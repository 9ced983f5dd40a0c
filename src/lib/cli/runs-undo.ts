import type {Environment} from './environment.js'
import type {ChangeFlags} from './flags.js'
import {findRun, undoOf} from './past-run.js'
import {performRunbook} from './perform.js'
import {stores} from './stores.js'

export async function undoRun(
  text: string,
  flags: ChangeFlags,
  at: Environment,
  version: string,
): Promise<void> {
  const {runs} = await stores(at)
  const {run} = await findRun(runs, text)
  await performRunbook(await undoOf(runs, run), {input: {run}}, flags, at, version)
}
