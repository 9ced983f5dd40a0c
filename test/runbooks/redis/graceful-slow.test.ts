import {expect, test} from 'vitest'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {failoverOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'
import {unexpected} from './states.js'

// Nearer to what runs in production than the second that the other tests use: the cooldown is 20 s here.
const COOLDOWN_MS = 20_000
const {lab, node, place, sent, load} = room({nodeTimeoutMs: 5000})

test('with a node timeout of 5 s a third move waits out the cooldown, and no write stalls', async () => {
  const writers = await load({clients: 10, paceMs: 5})
  const began = Date.now()
  const first = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  expect((await undo(place(), failover, first.run)).outcome.verdict).toBe('done')
  const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  const tookMs = Date.now() - began
  expect(outcome.verdict).toBe('done')
  expect(outcome.steps[0]).toMatchObject({step: `${node('n4').id}.cooldown`})
  expect(tookMs).toBeGreaterThan(COOLDOWN_MS)
  expect(await sent()).toEqual(['n1', 'n4', 'n4'])
  const stats = await writers.stop()
  process.stdout.write(
    `three moves at T = 5 s: ${stats.acknowledged} writes, longest ${stats.longestMs} ms, ${tookMs} ms in all\n`,
  )
  expect(stats.longestMs).toBeLessThan(1500)
  expect(unexpected(stats.reasons)).toEqual([])
  expect(await writers.verify()).toMatchObject({lost: 0})
  await lab().settled()
}, 120_000)
