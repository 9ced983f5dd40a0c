import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Outcome, TargetList} from '../engine/outcome.js'
import {STATE_ORDER} from '../report/states.js'

/** Fewer are read off the screen. */
const MANY = 10

/**
 * Writes who ended how beside the journal, one name a line: what `--hosts FILE` reads again. A resumed run writes them anew.
 * @param runDir of the run
 */
export async function writeTargetLists({steps}: Outcome, runDir: string): Promise<TargetList[]> {
  if (steps.length <= MANY) return []
  const dir = join(runDir, 'targets')
  await mkdir(dir, {recursive: true, mode: 0o700})
  const lists = STATE_ORDER.map((state) => ({
    state,
    names: steps.filter((step) => step.state === state).map(({step}) => step),
    file: join(dir, `${state}.txt`),
  })).filter(({names}) => names.length > 0)
  await Promise.all(lists.map(({file, names}) => writeFile(file, `${names.join('\n')}\n`, {mode: 0o600})))
  return lists.map(({state, names, file}) => ({state, count: names.length, file}))
}
