import {expect, test} from 'vitest'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {failoverOf} from './inputs.js'
import {electionsAt, operate, undo} from './operate.js'
import {room} from './room.js'
import {rolesOf, unexpected} from './states.js'

const {lab, node, place, sent, load} = room()

test('undone at once; the next promotion waits its time, and stalls no writer', async () => {
  const before = await rolesOf(lab())
  const writers = await load()
  const {run} = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  const undone = await undo(place(), failover, run)
  expect(undone.outcome).toMatchObject({verdict: 'done', runbook: 'runs.undo'})
  await lab().settled()
  expect(await rolesOf(lab())).toEqual(before)
  expect(await sent()).toEqual(['n1', 'n4'])
  expect(await electionsAt(place())).toMatchObject([
    {node: node('n4').id, master: node('n1').id},
    {node: node('n1').id, master: node('n4').id},
  ])

  const third = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  expect(third.outcome.verdict).toBe('done')
  const waits = third.events.flatMap((event) => (event.type === 'saw' ? [event.saw] : []))
  expect(waits.filter((saw) => saw.includes('s left (elected a moment ago)')).length).toBeGreaterThan(1)
  expect((await rolesOf(lab())).n4).toBe('0-5460')
  const {reasons, longestMs, acknowledged} = await writers.stop()
  process.stdout.write(
    `failover, undo, failover: ${acknowledged} writes, longest ${longestMs} ms, third run ${third.outcome.ms} ms\n`,
  )
  expect(unexpected(reasons)).toEqual([])
  expect(longestMs).toBeLessThan(1000)
  expect(await writers.verify()).toMatchObject({lost: 0})
}, 60_000)

test('undone twice is nothing to do', async () => {
  const {run} = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  await undo(place(), failover, run)
  expect((await undo(place(), failover, run)).outcome.verdict).toBe('nothing')
  expect(await sent()).toEqual(['n1', 'n4'])
})
