import {expect, test} from 'vitest'
import {balance} from '../../../src/lib/runbooks/redis/balance.js'
import {operate} from './operate.js'
import {room} from './room.js'
import {rolesOf} from './states.js'

/** All masters on rack-a, all replicas on rack-b. */
const {lab, place, load, sent} = room({layout: 'stacked'})

const INPUT = {
  cluster: 'orders',
  maxLagBytes: 1_048_576,
  noCooldown: false,
  probe: false,
  elections: [],
  timeoutMs: 10_000,
}

test('masters on one machine are spread, one failover where one is enough, and no write is lost', async () => {
  const writers = await load({clients: 6})
  const {outcome} = await operate(place(), balance, INPUT)
  expect(outcome, JSON.stringify(outcome)).toMatchObject({verdict: 'done'})
  expect(await sent()).toHaveLength(1)
  const stats = await writers.stop()
  const {checked, lost} = await writers.verify()
  process.stdout.write(
    `| balance, 6 writers | longest write ${stats.longestMs} ms, errors ${stats.errors} ${JSON.stringify(stats.reasons)} | lost ${lost} of ${checked} |\n`,
  )
  expect(lost).toBe(0)
  // No election failed: that would be 5 s.
  expect(stats.longestMs).toBeLessThan(2000)

  const after = await rolesOf(lab())
  const again = await operate(place(), balance, INPUT)
  expect(again.outcome).toMatchObject({verdict: 'nothing'})
  expect(await rolesOf(lab())).toEqual(after)
  expect(await sent()).toHaveLength(1)
})

test('a dry run shows where the masters are and moves none', async () => {
  const before = await rolesOf(lab())
  const {outcome, events} = await operate(place(), balance, INPUT, {mode: 'dry-run'})
  expect(outcome).toMatchObject({verdict: 'planned'})
  const shown = events.find((event) => event.type === 'plan')
  expect(shown?.type === 'plan' && shown.view.tables[0]?.rows).toEqual([
    ['rack-a', '3'],
    ['rack-b', '0'],
  ])
  expect(await rolesOf(lab())).toEqual(before)
  expect(await sent()).toEqual([])
})
