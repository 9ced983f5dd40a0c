import {expect, test} from 'vitest'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {failoverOf} from './inputs.js'
import {journalOf, operate, undo} from './operate.js'
import {room} from './room.js'
import {rolesOf} from './states.js'

// The cooldown of 8 s outlasts the 5 s after which the server gives up.
const {lab, node, place, sent, load} = room({nodeTimeoutMs: 2000})

test('with --no-cooldown the election fails: nothing is changed, and it says so', async () => {
  const first = await operate(place(), failover, await failoverOf(place(), node('n1').announced))
  await undo(place(), failover, first.run)
  await lab().settled()
  const roles = await rolesOf(lab())
  const writers = await load()
  const {outcome, run} = await operate(
    place(),
    failover,
    await failoverOf(place(), node('n1').announced, {noCooldown: true}),
  )
  const {longestMs} = await writers.stop()
  process.stdout.write(`without the cooldown: longest write ${longestMs} ms\n`)
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('nothing is changed')
  expect((await journalOf(place(), run)).at(-1)).toMatchObject({kind: 'ended', verdict: 'undone'})
  expect(await sent()).toEqual(['n1', 'n4', 'n4'])
  expect(longestMs).toBeGreaterThan(4000)
  expect(await writers.verify()).toMatchObject({lost: 0})
  await lab().settled()
  expect(await rolesOf(lab())).toEqual(roles)
}, 60_000)
