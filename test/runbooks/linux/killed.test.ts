import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createRequire} from 'node:module'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {expect, test} from 'vitest'
import {journalOf} from '../receivers/operate.js'
import {alone, restartOf} from './inputs.js'
import {room} from './room.js'

const {guest, place, starts} = room([{name: 'a'}], {all: {a: 'a', b: 'a ops'}})
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PROGRAM = fileURLToPath(new URL('./program.ts', import.meta.url))

/** Runs the program and kills it so long after its first step has begun. */
async function ran(
  what: 'restart' | 'reboot',
  input: unknown,
  run: string | undefined,
  killAfterMs: number | undefined,
) {
  const argument = JSON.stringify({place: place(), input, run, what})
  const child = spawn(process.execPath, ['--import', TSX, PROGRAM, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>
  while (killAfterMs !== undefined && !said.includes('start ') && child.exitCode === null) await sleep(5)
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), ended])
    child.kill('SIGKILL')
  }
  const [code] = await ended
  return {run: run ?? /^run (\S+)/m.exec(said)?.[1], code}
}

test('a restart, killed at several moments and resumed: each host is restarted once', async () => {
  const count = await starts('a', 'slow')
  const input = {...restartOf('slow', [alone('a'), alone('b')]), soakMs: 0}
  const journalled = async (run: string) =>
    (await journalOf(place(), run)).filter(({kind}) => kind === 'applying').length
  let run: string | undefined
  for (const moment of [0, 400, 1200, 200]) {
    const last = await ran('restart', input, run, moment)
    run = last.run
    if (last.code === 0) break
  }
  const last = await ran('restart', input, run, undefined)
  expect(last.code).toBe(0)
  // Both names are the same machine: one restart for each, however often we were killed.
  expect(await starts('a', 'slow')).toBe(count + 2)
  expect(await journalled(run ?? '')).toBeGreaterThan(1)
  await guest('a').run('systemctl stop slow')
}, 120_000)

test('a reboot, killed on the way: a resume sees that it was, and does not do it again', async () => {
  const boots = async () => (await guest('a').run('cat /proc/sys/kernel/random/boot_id')).trim()
  const before = await boots()
  const input = {
    hosts: [alone('a')],
    wave: {hosts: 1},
    pauseMs: 0,
    maxFailures: 0,
    settings: {a: {expect: ['good.service'], verify: []}},
    drain: '',
    undrain: '',
    hookMs: 1000,
    downMs: 15_000,
    upMs: 20_000,
  }
  const {run} = await ran('reboot', input, undefined, 900)
  await guest('a').ready()
  while ((await boots().catch(() => before)) === before) await sleep(100)
  const after = await boots()
  expect((await ran('reboot', input, run, undefined)).code).toBe(0)
  expect(await boots()).toBe(after)
}, 120_000)
