import {spawn} from 'node:child_process'
import {once as onceEmitted} from 'node:events'
import {createRequire} from 'node:module'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {expect, test} from 'vitest'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {evacuateOf} from './inputs.js'
import {operate, resume, runsOf, undo} from './operate.js'
import {room} from './room.js'

const {control, place, whereabouts, host, writes} = room()
const H0 = 'DC0_C0_H0'

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PROGRAM = fileURLToPath(new URL('./evacuate-program.ts', import.meta.url))

/** Runs an evacuation in a process of its own that kills itself. Resolves to its run. */
async function killed(moment: 'sent' | 'sending', input = evacuateOf(H0, {parallel: 1})): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--import', TSX, PROGRAM, JSON.stringify({place: place(), input, moment})],
    {stdio: ['ignore', 'pipe', 'inherit']},
  )
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  expect(await onceEmitted(child, 'close')).toEqual([null, 'SIGKILL'])
  return said.trim()
}

async function relocations(): Promise<number[]> {
  return (await control().state()).vms.map((vm) => vm.relocations).toSorted((a, b) => b - a)
}

test('killed right after a move was sent: resume follows that move, and no VM moves twice', async () => {
  await control().pace({relocateMs: 5000})
  const run = await killed('sent')
  const {lines} = await runsOf(place()).read(run)
  expect(lines.at(-1)).toMatchObject({kind: 'applying'})
  const {outcome} = await resume(place(), evacuate, run)
  expect(outcome.verdict).toBe('done')
  expect(await relocations()).toEqual([1, 1, 1, 0, 0, 0, 0, 0])
  expect((await writes()).filter((write) => write.startsWith('RelocateVM_Task'))).toHaveLength(3)
  expect(await host(H0)).toMatchObject({inMaintenance: true})
}, 90_000)

test('killed right before a move was sent: resume sends it once', async () => {
  const run = await killed('sending')
  const {outcome} = await resume(place(), evacuate, run)
  expect(outcome.verdict).toBe('done')
  expect(await relocations()).toEqual([1, 1, 1, 0, 0, 0, 0, 0])
}, 90_000)

test('killed in the middle and undone with --rollback-moves: the move is cancelled, nothing has moved', async () => {
  await control().pace({relocateMs: 20_000})
  const before = await whereabouts()
  const run = await killed('sent', evacuateOf(H0, {parallel: 1, rollbackMoves: true}))
  const {outcome} = await undo(place(), evacuate, run)
  expect(outcome.verdict).toBe('done')
  expect(await whereabouts()).toEqual(before)
  expect((await control().moves()).moves).toMatchObject([{outcome: 'cancelled'}])
}, 90_000)

test('the first Ctrl-C lets the move end and starts no other; resume does the rest', async () => {
  await control().pace({relocateMs: 1500})
  const stopping = new AbortController()
  const emit = ({type}: {type: string}) => type === 'start' && stopping.abort()
  const first = await operate(place(), evacuate, evacuateOf(H0, {parallel: 1}), {
    stopping: stopping.signal,
    emit,
  })
  expect(first.outcome.verdict).toBe('interrupted')
  expect(await relocations()).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
  const {outcome} = await resume(place(), evacuate, first.run)
  expect(outcome.verdict).toBe('done')
  expect(await relocations()).toEqual([1, 1, 1, 0, 0, 0, 0, 0])
}, 60_000)

test('the second Ctrl-C leaves the task running; resume follows it', async () => {
  await control().pace({relocateMs: 4000})
  const abort = new AbortController()
  const emit = ({type}: {type: string}) =>
    type === 'start' && void setTimeout(() => abort.abort(), 1000).unref()
  const first = await operate(place(), evacuate, evacuateOf(H0), {abort: abort.signal, emit})
  expect(first.outcome.verdict).toBe('interrupted')
  expect(first.outcome.totals['in-doubt']).toBe(3)
  const {outcome} = await resume(place(), evacuate, first.run)
  expect(outcome.verdict).toBe('done')
  expect(await relocations()).toEqual([1, 1, 1, 0, 0, 0, 0, 0])
  expect((await writes()).filter((write) => write.startsWith('RelocateVM_Task'))).toHaveLength(3)
}, 60_000)
