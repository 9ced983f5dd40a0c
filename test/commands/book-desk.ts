import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Entry} from '../../src/lib/engine/ports.js'
import {type Desk, desk} from './desk.js'

const FENCE = '```'

/** The HAProxy desk with documents in its home. */
export interface BookDesk extends Desk {
  /** Writes a document of one block for each group of lines; gives its file. */
  document(blocks: readonly string[], front?: string): Promise<string>
  journal(run: string): Promise<Entry[]>
  /** Runs by the step of a document that they are; `0` is the document, or a run by itself. */
  byStep(): Promise<{[step: string]: string}>
  /** Every file below the state directory, with what is in it. */
  kept(): Promise<{[file: string]: string}>
}

export const TAKE_OUT = 'haproxy drain app/s2 --poll 50ms --settle 2'
export const BRING_BACK = 'haproxy ready app/s2 --watch 100ms'
export const OTHER_OUT = 'haproxy drain weighted/s1 --poll 50ms --settle 2'

export function bookDesk(): BookDesk {
  const at = desk()
  const runsDir = () => join(at.stateDir(), 'runs')
  return {
    ...at,
    async document(blocks, front = '') {
      const text = blocks
        .map((lines, n) => `Part ${n + 1}.\n\n${FENCE}redeye\n${lines}\n${FENCE}\n`)
        .join('\n')
      const file = join(at.home(), 'drill.md')
      await writeFile(file, `${front === '' ? '' : `---\n${front}\n---\n`}${text}`)
      return file
    },
    async journal(run) {
      const text = await readFile(join(runsDir(), run, 'journal.jsonl'), 'utf8')
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    },
    async byStep() {
      const runs = await at.runs()
      const plans = await Promise.all(
        runs.map(async (run) => JSON.parse(await readFile(join(runsDir(), run, 'plan.json'), 'utf8'))),
      )
      return Object.fromEntries(
        plans.flatMap(({runbook, parent}, n) =>
          runbook === 'runs.undo' ? [] : [[parent?.step ?? '0', runs[n]]],
        ),
      )
    },
    async kept() {
      const names = await readdir(at.stateDir(), {recursive: true, withFileTypes: true}).catch(() => [])
      const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
      return Object.fromEntries(
        await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')])),
      )
    },
  }
}
