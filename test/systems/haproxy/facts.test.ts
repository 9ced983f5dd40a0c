import {setTimeout as sleep} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {parseStat} from '../../../src/lib/systems/haproxy/parse-stat.js'
import {calm, instanceOf, runningLab, seen, settled} from '../../lab/running-lab.js'

// What the runbooks rest on. When a later HAProxy differs, this is where it shows.

const lab = runningLab({instances: 1})
const daemon = () => lab().instances[0] ?? expect.unreachable()
const open = () => instanceOf(daemon().places.socketPath)

test('an agent that says "up ready" cancels a drain; disabled, it does not', async () => {
  await lab().agent.say('up ready')
  await open().setState('agent', 'a1', 'drain', calm)
  await seen(open(), 'agent', 'a1', (now) => now.admin === 'ready')
  await open().setState('agent', 'a1', 'maint', calm)
  await seen(open(), 'agent', 'a1', (now) => now.admin === 'ready')
  await open().agent('agent', 'a1', 'disable', calm)
  await open().setState('agent', 'a1', 'drain', calm)
  // Three agent intervals in which it would have been cancelled.
  await sleep(1600)
  expect((await open().server('agent', 'a1', calm)).server).toMatchObject({
    admin: 'drain',
    agent: {configured: true, enabled: false},
  })
  await open().setState('agent', 'a1', 'ready', calm)
  await open().agent('agent', 'a1', 'enable', calm)
})

test('an agent that says "drain" drains a ready server', async () => {
  await lab().agent.say('drain')
  const view = await seen(open(), 'agent', 'a1', (now) => now.admin === 'drain')
  expect(view.adminMask).toBe(8)
  await lab().agent.say('up ready')
  await seen(open(), 'agent', 'a1', (now) => now.admin === 'ready')
})

test('leaving maintenance shows UP before any check, even with no application', async () => {
  const app = lab().apps[1] ?? expect.unreachable()
  await open().setState('app', 's2', 'maint', calm)
  await app.kill()
  expect(await statusAfter('set server app/s2 state ready')).toBe('UP 1/2')
  await seen(open(), 'app', 's2', (now) => now.status === 'DOWN')
  await app.start()
  await seen(open(), 'app', 's2', (now) => now.status === 'UP')
})

test('from maintenance to drain shows DRAIN 1/2, then DRAIN when the checks have passed', async () => {
  await open().setState('app', 's2', 'maint', calm)
  expect(await statusAfter('set server app/s2 state drain')).toBe('DRAIN 1/2')
  const view = await seen(open(), 'app', 's2', (now) => now.status === 'DRAIN')
  expect(view.check.health).toBe(3)
  await open().setState('app', 's2', 'ready', calm)
})

test('a reload forgets drain and weight, and is seen by the pid', async () => {
  await settled(open())
  await open().setState('app', 's1', 'drain', calm)
  await open().setWeight('weighted', 's3', '10', calm)
  const before = await open().server('app', 's1', calm)
  expect(before.server.admin).toBe('drain')
  await daemon().reload()
  const after = await open().server('app', 's1', calm)
  expect(after.pid).not.toBe(before.pid)
  expect(after.pid).toBe(daemon().process.pid)
  expect(after.server.admin).toBe('ready')
  expect((await open().getWeight('weighted', 's3', calm)).now).toBe(50)
})

/** What app/s2 shows in the same breath, before a check could come between. */
async function statusAfter(command: string): Promise<string | undefined> {
  const answer = await daemon().ask(`${command};show stat app 4 -1`)
  return parseStat(answer.trim())
    .find((row) => row.server === 's2')
    ?.text('status')
}
