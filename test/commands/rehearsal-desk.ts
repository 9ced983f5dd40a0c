import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'vitest'
import type {LabRecord} from '../../src/lib/lab/lab-record.js'
import {isAlive} from '../../src/lib/lab/process-identity.js'
import {until} from '../../src/lib/lab/until.js'
import {homeWith, words} from './home.js'
import type {Ended, How} from './redeye.js'

/** One break as `lab score --json` tells it. */
export interface Scored {
  name: string
  surprise: boolean
  state: 'in force' | 'over' | 'mended' | 'down'
  says: string
  ms: number
  late: boolean
  runs: {run: string; command: string; state: string; changedAfterMs: number | null; overrides: string[]}[]
  clients: {done: number; failed: number; longestMs: number; lost: number | null} | null
}

export interface RehearsalDesk {
  redeye(args: string | string[], how?: How): Promise<Ended>
  begin: ReturnType<typeof homeWith>['begin']
  /** @throws unless it ends with 0 */
  good(args: string | string[], how?: How): Promise<Ended>
  stateDir(): string
  /** A directory that has only these programs, for PATH. */
  programs(programs: {[name: string]: string}): Promise<string>
  /** What the file for the shell exports. */
  exported(): Promise<{[name: string]: string}>
  score(): Promise<Scored[]>
  /** Waits until the last break has ended, and gives its score. */
  ended(): Promise<Scored>
  record(part: string): Promise<LabRecord>
}

/** A lab of its own for each test; whatever is up after it is taken down, and must be gone. */
export function rehearsalDesk(): RehearsalDesk {
  const at = homeWith(
    () => '',
    async () => {
      await redeye('lab down')
    },
  )
  const stateDir = () => join(at.home(), 'state', 'redeye')
  const exported = async () => {
    const text = await readFile(join(stateDir(), 'lab', 'env.sh'), 'utf8').catch(() => '')
    return Object.fromEntries(
      [...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
    )
  }
  // Simulators are built into the real home.
  const redeye = async (args: string | string[], how: How = {}) =>
    await at.redeye(args, {...how, env: {HOME: homedir(), ...(await exported()), ...how.env}})
  const score = async () => JSON.parse((await redeye('lab score --json')).stdout).breaks as Scored[]
  const record = async (part: string) =>
    JSON.parse(await readFile(join(stateDir(), 'lab', `${part}.json`), 'utf8')) as LabRecord
  return {
    redeye,
    begin: at.begin,
    async good(args, how) {
      const ended = await redeye(args, how)
      expect(ended, words(ended)).toMatchObject({code: 0})
      return ended
    },
    stateDir,
    async programs(programs) {
      const dir = join(at.home(), 'bin')
      await mkdir(dir)
      for (const [name, text] of Object.entries(programs))
        await writeFile(join(dir, name), `#!/bin/sh\n${text}\n`, {mode: 0o700})
      return dir
    },
    exported,
    score,
    async ended() {
      let last: Scored | undefined
      await until(
        async () => {
          last = (await score()).at(-1)
          return last?.state !== 'in force'
        },
        20_000,
        500,
      )
      if (!last) throw new Error('nothing was broken')
      return last
    },
    record,
  }
}

/** Everything that the lab started, the watchers of breaks too, by pid. */
export async function gone(records: readonly LabRecord[]): Promise<boolean> {
  const processes = records.flatMap((one) => one.processes)
  const alive = await Promise.all(processes.map(isAlive))
  return !alive.includes(true)
}
