import {spawn} from 'node:child_process'
import {once as onceEmitted} from 'node:events'
import {createRequire} from 'node:module'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {failoverOf} from './inputs.js'
import {electionsAt, journalOf, operate, resume, undo} from './operate.js'
import {room} from './room.js'
import {rolesOf} from './states.js'

const {lab, node, place, sent} = room()

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PROGRAM = fileURLToPath(new URL('./failover-program.ts', import.meta.url))

/** Runs a failover in a process of its own that kills itself. Resolves to its run. */
async function killedFailover(moment: 'sent' | 'sending'): Promise<string> {
  const input = await failoverOf(place(), node('n1').announced)
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

const promoted = async () => (await node('n4').ask('ROLE')).startsWith('master')

test('killed after CLUSTER FAILOVER was sent: resume finds it done, and sends nothing again', async () => {
  const run = await killedFailover('sent')
  expect((await journalOf(place(), run)).map(({kind}) => kind)).toEqual(['began', 'applying'])
  expect(await until(promoted, 10_000)).toBe(true)
  await lab().settled()
  const {outcome} = await resume(place(), failover, run)
  expect(outcome).toMatchObject({verdict: 'done', run})
  expect(outcome.steps[0]).toMatchObject({step: `${node('n4').id}.promote`, state: 'changed'})
  expect(await sent()).toEqual(['n4'])
  expect((await rolesOf(lab())).n4).toBe('0-5460')
}, 60_000)

test('killed after it was sent, and undone instead', async () => {
  const before = await rolesOf(lab())
  const run = await killedFailover('sent')
  expect(await until(promoted, 10_000)).toBe(true)
  await lab().settled()
  expect((await undo(place(), failover, run)).outcome.verdict).toBe('done')
  await lab().settled()
  expect(await rolesOf(lab())).toEqual(before)
  expect(await sent()).toEqual(['n1', 'n4'])
}, 60_000)

test('killed right before it was sent: resume does not send it either, and says that nothing came of it', async () => {
  const run = await killedFailover('sending')
  expect(await electionsAt(place())).toMatchObject([{node: node('n4').id}])
  const {outcome} = await resume(place(), failover, run)
  expect(outcome).toMatchObject({verdict: 'undone', run})
  expect(outcome.says).toContain('nothing is changed')
  expect(await sent()).toEqual([])
  // A run of its own is free to do it.
  const again = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  expect(again.outcome.verdict).toBe('done')
}, 60_000)
