import {spawn} from 'node:child_process'
import {once as onceEmitted} from 'node:events'
import {createRequire} from 'node:module'
import {createInterface} from 'node:readline'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {expect, test} from 'vitest'
import type {Event} from '../../../src/lib/engine/event.js'
import type {HaproxyDaemon} from '../../../src/lib/lab/haproxy.js'
import {until} from '../../../src/lib/lab/until.js'
import {type DrainInput, drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {slowRequests} from './clients.js'
import {drainOf} from './inputs.js'
import {journalOf, type Place, resume, undo} from './operate.js'
import {room, waits} from './room.js'
import {asBefore, masks, states} from './states.js'

const {lab, recorded} = room()
const instance = (at: number): HaproxyDaemon => lab().instances[at] ?? expect.unreachable()

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PROGRAM = fileURLToPath(new URL('./drain-program.ts', import.meta.url))

/** Runs a drain in a process of its own and kills that at the moment given. Resolves to its run. */
async function killedDrain(
  place: Place,
  input: DrainInput,
  moment: (event: Event) => boolean | Promise<boolean>,
): Promise<string> {
  const child = spawn(process.execPath, ['--import', TSX, PROGRAM, JSON.stringify({place, input})], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = onceEmitted(child, 'exit')
  let run = ''
  for await (const line of createInterface({input: child.stdout})) {
    const event = JSON.parse(line) as Event
    if (event.type === 'run') run = event.run
    if (!(await moment(event))) continue
    child.kill('SIGKILL')
    break
  }
  expect(await gone).toEqual([null, 'SIGKILL'])
  return run
}

test('killed during the wait: resume goes on at the wait, and nothing is sent twice', async () => {
  const answers = await slowRequests(instance(0), ['app', 's2'], 6000)
  const {place, sent} = await recorded()
  const run = await killedDrain(place, drainOf('app/s2'), waits('idle'))
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
  const {outcome} = await resume(place, drain, run)
  expect(outcome).toMatchObject({verdict: 'done', run})
  expect(sent()).toEqual(['lb1: set server app/s2 state drain', 'lb2: set server app/s2 state drain'])
  expect((await journalOf(place, run)).map(({kind}) => kind)).toContain('resumed')
  expect(new Set(await answers())).toEqual(new Set([200]))
}, 60_000)

test('killed while a command was under way: resume looks first, and does not send it again', async () => {
  const {place, tapes, sent} = await recorded()
  tapes.lb2?.on(/state drain$/, {delayMs: 1000})
  const run = await killedDrain(place, drainOf('app/s2'), (event) =>
    event.type === 'start' && event.step === 'lb2.app/s2.drain'
      ? until(() => sent().length === 2, 10_000)
      : false,
  )
  expect(await until(async () => (await masks(lab(), 'app/s2')).lb2 === 8, 10_000)).toBe(true)
  const {outcome} = await resume(place, drain, run)
  expect(outcome.verdict).toBe('done')
  expect(sent()).toEqual(['lb1: set server app/s2 state drain', 'lb2: set server app/s2 state drain'])
}, 60_000)

test('killed between two instances: resume does the second, undo takes both back', async () => {
  const before = await states(lab())
  const {place, sent} = await recorded()
  const run = await killedDrain(
    place,
    drainOf('app/s2'),
    (event) => event.type === 'start' && event.step === 'lb2.app/s2.drain',
  )
  const {outcome} = await resume(place, drain, run)
  expect(outcome.verdict).toBe('done')
  expect(sent().filter((line) => line.startsWith('lb1'))).toEqual(['lb1: set server app/s2 state drain'])
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
  expect((await undo(place, drain, run)).outcome.verdict).toBe('done')
  await asBefore(lab(), before)
}, 60_000)

test('killed, and HAProxy reloaded before the resume: the drain is done again', async () => {
  const answers = await slowRequests(instance(1), ['app', 's2'], 4000)
  const {place} = await recorded()
  const run = await killedDrain(place, drainOf('app/s2'), waits('idle'))
  await instance(0).reload()
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 0, lb2: 8})
  expect((await resume(place, drain, run)).outcome.verdict).toBe('done')
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
  await answers()
}, 60_000)

test('killed, and undone instead of resumed', async () => {
  const before = await states(lab())
  const answers = await slowRequests(instance(0), ['app', 's2'], 4000)
  const {place} = await recorded()
  const run = await killedDrain(place, drainOf('app/s2'), waits('idle'))
  expect((await undo(place, drain, run)).outcome.verdict).toBe('done')
  await asBefore(lab(), before)
  await answers()
}, 60_000)
