import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createRequire} from 'node:module'
import {setTimeout} from 'node:timers/promises'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {expect, test} from 'vitest'
import type {RestartInput} from '../../../src/lib/runbooks/receivers/restart.js'
import {restartOf} from './inputs.js'
import {journalOf} from './operate.js'
import {room} from './room.js'

const HOSTS = 2000
const KILLS = 20
const {fleet, place, restarts} = room(HOSTS)

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PROGRAM = fileURLToPath(new URL('./restart-program.ts', import.meta.url))

/** Runs the program and kills it so long after it has begun to change hosts. Resolves to its run and how it ended. */
async function ran(input: RestartInput, run: string | undefined, killAfterMs: number | undefined) {
  const argument = JSON.stringify({place: place(), input, run})
  const child = spawn(process.execPath, ['--import', TSX, PROGRAM, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>
  const [said] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown]
  if (killAfterMs !== undefined) {
    await Promise.race([setTimeout(killAfterMs), ended])
    child.kill('SIGKILL')
  }
  return {run: run ?? String(said).trim(), ended: await ended}
}

/** Reproducible moments, between at once and when everything waits for what may be on its way. */
function* moments() {
  for (let seed = 7; ; seed = (seed * 16_807) % 2_147_483_647)
    yield Math.floor((seed / 2_147_483_647) ** 2 * 6000)
}

test('killed at twenty moments and resumed each time: every host is restarted exactly once', async () => {
  await fleet().control.behave([], {restartMs: 300})
  const input = restartOf(HOSTS, {width: 64, waves: [{hosts: 1}, {hosts: 10}, 'rest']})
  let run: string | undefined
  let kills = 0
  for (const moment of moments()) {
    const last = await ran(input, run, kills < KILLS ? moment : undefined)
    run = last.run
    if (last.ended[1] === null) {
      expect(last.ended).toEqual([0, null])
      break
    }
    kills += 1
  }
  expect(await restarts()).toEqual({1: HOSTS})
  expect((await fleet().control.hosts()).filter(({asked}) => asked !== 1)).toEqual([])
  const lines = await journalOf(place(), run ?? '')
  const resumed = lines.filter(({kind}) => kind === 'resumed').length
  process.stdout.write(
    `killed ${kills} times, resumed ${resumed} times, ${lines.length} lines in the journal\n`,
  )
  expect(kills).toBeGreaterThan(KILLS / 2)
}, 300_000)
