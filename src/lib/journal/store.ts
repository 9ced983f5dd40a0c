import {constants} from 'node:fs'
import {mkdir, open, readdir, readFile, rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Plan} from '../engine/plan.js'
import type {Journal, Journals} from '../engine/ports.js'
import {decode, hash, type Line} from './line.js'
import {journalWriter} from './writer.js'

const APPEND_NEW = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL

/** What is on disk of one run. */
export interface Recorded {
  run: string
  plan: Plan
  lines: Line[]
}

export class NoSuchRun extends Error {
  override name = 'NoSuchRun'
}

export interface RunStore extends Journals {
  /** @throws NoSuchRun, JournalDamaged */
  read(run: string): Promise<Recorded>
  /** Run ids, oldest first. */
  ids(): Promise<string[]>
  /** The one run that the text names: its id, or a part of it that only one id has. @throws NoSuchRun */
  find(text: string): Promise<string>
}

/**
 * One directory per run (0700) with `plan.json` and `journal.jsonl` (0600), in `dir`.
 * @param now milliseconds since the epoch
 */
export function runStore(dir: string, now: () => number): RunStore {
  const paths = (run: string) => ({
    home: join(dir, run),
    plan: join(dir, run, 'plan.json'),
    journal: join(dir, run, 'journal.jsonl'),
  })

  async function read(run: string): Promise<Recorded & {bytes: number; last: string}> {
    const {plan, journal} = paths(run)
    const text = await readFile(plan, 'utf8').catch(() => {
      throw new NoSuchRun(`there is no run ${run} in ${dir}`)
    })
    const lines = await readFile(journal, 'utf8').catch(() => '')
    return {run, plan: JSON.parse(text) as Plan, ...decode(lines, hash(text), journal)}
  }

  async function ids(): Promise<string[]> {
    const names = await readdir(dir).catch(() => [])
    return names.filter((name) => !name.startsWith('.')).sort()
  }

  return {
    read,
    ids,
    async create(run, plan) {
      const {home, journal, plan: file} = paths(run)
      await mkdir(home, {recursive: true, mode: 0o700})
      const text = `${JSON.stringify(plan)}\n`
      await writeWhole(file, text)
      const handle = await open(journal, APPEND_NEW, 0o600)
      await syncDir(home)
      await syncDir(dir)
      return journalWriter(handle, {n: 0, last: hash(text)}, now)
    },
    async reopen(run): Promise<Journal> {
      const {lines, bytes, last} = await read(run)
      const handle = await open(
        paths(run).journal,
        constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT,
        0o600,
      )
      await handle.truncate(bytes)
      return journalWriter(handle, {n: lines.length, last}, now)
    },
    async find(text) {
      const known = await ids()
      if (known.includes(text)) return text
      const matching = text === '' ? [] : known.filter((run) => run.includes(text))
      const [only] = matching
      if (only !== undefined && matching.length === 1) return only
      throw new NoSuchRun(
        matching.length > 1
          ? `${matching.length} runs have ${text} in their id: ${matching.slice(-5).join(', ')}`
          : `there is no run ${text} in ${dir}`,
      )
    },
  }
}

/** Written beside and moved into place, so that a plan is there whole or not at all. */
async function writeWhole(file: string, text: string): Promise<void> {
  const beside = `${file}.new`
  await writeFile(beside, text, {mode: 0o600, flush: true})
  await rename(beside, file)
}

/** Makes new names in a directory survive a power cut. */
async function syncDir(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY)
  await handle.sync()
  await handle.close()
}
