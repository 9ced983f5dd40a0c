import {expect, test} from 'vitest'
import {field} from '../../../src/lib/lab/redis-view.js'
import {until} from '../../../src/lib/lab/until.js'
import {forceFailover} from '../../../src/lib/runbooks/redis/force-failover.js'
import {forceOf} from './force-inputs.js'
import {operate} from './operate.js'
import {found, room} from './room.js'

const PASSWORD = 'lab'
/** Two replicas of each master: `n4` and `n7` follow `n1`. */
const {lab, node, place, sent, load, after} = room({password: PASSWORD, replicasPer: 2})

const set = (name: string, key: string, value: string) => node(name).ask('CONFIG', 'SET', key, value)
const force = (more: Parameters<typeof forceOf>[1] = {}, overrides: string[] = []) =>
  operate(place(), forceFailover, forceOf(node('n1').announced, more), {overrides, reason: 'test'})

test('of two replicas the one that has received most; the other one only when it is meant', async () => {
  after(() => set('n7', 'masterauth', PASSWORD))
  for (const name of ['n4', 'n7']) {
    await set(name, 'cluster-replica-no-failover', 'yes')
    after(() => set(name, 'cluster-replica-no-failover', 'no'))
  }
  await set('n7', 'masterauth', 'wrong')
  const writers = await load({clients: 6, paceMs: 2})
  await until(() => writers.stats().acknowledged > 100, 20_000)
  await node('n1').ask('CLIENT', 'KILL', 'TYPE', 'replica')
  const then = writers.stats().acknowledged
  await until(() => writers.stats().acknowledged > then + 1500, 20_000)
  // The good one is back before the master dies.
  await until(
    async () => field(await node('n4').ask('INFO', 'replication'), 'master_link_status') === 'up',
    20_000,
  )
  await node('n1').kill()
  await writers.stop()

  const refused = await force({to: node('n7').announced, waitAutoMs: 0})
  expect(refused.outcome).toMatchObject({verdict: 'refused'})
  expect(found(refused.outcome.findings, 'stale')).toMatchObject({level: 'refuse', overridable: true})
  expect(await sent()).toEqual([])

  const {outcome} = await force()
  expect(outcome, JSON.stringify(outcome.steps)).toMatchObject({verdict: 'done'})
  expect(await sent()).toEqual(['n4'])
})

test('forced against a living master, overridden: what it costs', async () => {
  const writers = await load({clients: 20, paceMs: 1})
  await until(() => writers.stats().acknowledged > 2000, 20_000)
  const {outcome} = await force({}, ['master-alive'])
  expect(outcome, JSON.stringify(outcome.steps)).toMatchObject({verdict: 'done'})
  await lab().settled()
  const stats = await writers.stop()
  const {checked, lost} = await writers.verify()
  expect(stats.acknowledged).toBeGreaterThan(2000)
  process.stdout.write(
    `| FORCE against a living master, 20 writers | longest write ${stats.longestMs} ms | lost ${lost} of ${checked} |\n`,
  )
  expect(field(await node('n1').ask('INFO', 'replication'), 'role')).toBe('slave')
}, 60_000)
