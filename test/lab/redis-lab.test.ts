import {readFile} from 'node:fs/promises'
import {afterEach, describe, expect, test} from 'vitest'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import type {RedisLab} from '../../src/lib/lab/redis-lab.js'
import {until} from '../../src/lib/lab/until.js'
import {unexpected} from '../runbooks/redis/states.js'
import {labNode, runningRedis} from './running-redis.js'

const lab = runningRedis()
const at = (name: string) => labNode(lab(), name)
const roles = async (of: RedisLab) =>
  Promise.all(of.nodes.map(async (node) => (await node.ask('ROLE')).split('\n')[0]))
const becomes = (name: string, role: string) =>
  until(async () => (await at(name).ask('ROLE')).startsWith(role), 20_000)
afterEach(() => lab().restore(), 60_000)

const BEGINNING = ['master', 'master', 'master', 'slave', 'slave', 'slave']

test('each machine has a master and a replica of another shard, and the inventory says so', async () => {
  expect(await roles(lab())).toEqual(BEGINNING)
  expect(lab().nodes.map(({name, machine, host}) => [name, machine, host])).toEqual([
    ['n1', 'rack-a', '127.0.1.1'],
    ['n2', 'rack-b', '127.0.1.2'],
    ['n3', 'rack-c', '127.0.1.3'],
    ['n4', 'rack-b', '127.0.1.2'],
    ['n5', 'rack-c', '127.0.1.3'],
    ['n6', 'rack-a', '127.0.1.1'],
  ])
  const {redis} = parseInventory(await readFile(lab().inventoryFile, 'utf8'), 'redeye.yaml')
  expect(redis.orders).toEqual({
    seeds: lab().nodes.map(({host, port}) => ({host, port})),
    addresses: {},
    machines: Object.fromEntries(lab().nodes.map(({announced, machine}) => [announced, machine])),
  })
})

test('restore puts roles back, starts what is dead, and leaves no election behind', async () => {
  for (const name of ['n4', 'n1']) {
    await at(name).ask('CLUSTER', 'FAILOVER')
    expect(await becomes(name, 'master')).toBe(true)
    await lab().settled()
  }
  await at('n2').kill()
  expect(await becomes('n5', 'master')).toBe(true)
  await at('n6').pause()
  await lab().restore()
  expect(await roles(lab())).toEqual(BEGINNING)

  // Within four node timeouts of their last elections: Redis would answer OK and do nothing.
  for (const name of ['n4', 'n5']) {
    const from = performance.now()
    await at(name).ask('CLUSTER', 'FAILOVER')
    expect(await becomes(name, 'master')).toBe(true)
    expect(performance.now() - from).toBeLessThan(2000)
  }
}, 60_000)

test('a refusal of the server is thrown', async () => {
  await expect(at('n1').ask('CLUSTER', 'FAILOVER')).rejects.toThrow(
    'ERR You should send CLUSTER FAILOVER to a replica',
  )
  expect(
    await at('n1')
      .ask('GET', '{t}none')
      .catch((error: Error) => error.message),
  ).toMatch(/^$|^MOVED /)
})

describe('load', () => {
  test('a graceful failover loses nothing and fails nothing; the swap is seen as redirects', async () => {
    const load = await lab().load()
    expect(await until(() => load.stats().acknowledged > 1000, 20_000)).toBe(true)
    await at('n4').ask('CLUSTER', 'FAILOVER')
    expect(await becomes('n4', 'master')).toBe(true)
    const then = load.stats().acknowledged
    expect(await until(() => load.stats().acknowledged > then + 1000, 20_000)).toBe(true)
    const stats = await load.stop()
    expect(unexpected(stats.reasons)).toEqual([])
    expect(stats.redirects).toBeGreaterThan(0)
    expect(stats.longestMs).toBeLessThan(2000)
    const shards = Object.values(stats.byShard)
    expect(Object.keys(stats.byShard).sort()).toEqual(['0-5460', '10923-16383', '5461-10922'].sort())
    expect(shards.every((one) => one.acknowledged > 100)).toBe(true)
    expect(shards.reduce((sum, one) => sum + one.acknowledged, 0)).toBe(stats.acknowledged)
    expect(await load.verify()).toEqual({checked: stats.acknowledged, lost: 0})
  }, 60_000)

  test('a killed master is errors and a stall of its shard alone, and the writers find the new one', async () => {
    const load = await lab().load({paceMs: 5})
    expect(await until(() => load.stats().acknowledged > 500, 20_000)).toBe(true)
    await at('n2').kill()
    expect(await becomes('n5', 'master')).toBe(true)
    const shard = () => load.stats().byShard['5461-10922']?.acknowledged ?? 0
    const then = shard()
    expect(await until(() => shard() > then + 100, 20_000)).toBe(true)
    const stats = await load.stop()
    expect(stats.errors).toBeGreaterThan(0)
    expect(Object.values(stats.reasons).reduce((sum, one) => sum + one, 0)).toBe(stats.errors)
    expect(stats.byShard['5461-10922']?.longestMs).toBeGreaterThan(800)
    const {checked, lost} = await load.verify()
    expect(checked).toBe(stats.acknowledged)
    expect(lost).toBeLessThan(100)
  }, 60_000)

  test('acknowledged writes that are gone are counted as lost', async () => {
    const load = await lab().load({clients: 3, keysPerClient: 10})
    expect(await until(() => load.stats().acknowledged > 300, 20_000)).toBe(true)
    await load.stop()
    expect(await load.verify()).toEqual({checked: 30, lost: 0})
    await at('n1').ask('FLUSHALL')
    expect(await load.verify()).toEqual({checked: 30, lost: 10})
  })

  test('a migrating slot is followed with ASK', async () => {
    const load = await lab().load({clients: 3, keysPerClient: 1_000_000})
    expect(await until(() => load.stats().acknowledged > 100, 20_000)).toBe(true)
    const [key = ''] = (await at('n1').ask('KEYS', 'load:*')).split('\n')
    const slot = await at('n1').ask('CLUSTER', 'KEYSLOT', key)
    await at('n2').ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', at('n1').id)
    await at('n1').ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', at('n2').id)
    const before = load.stats().redirects
    expect(await until(() => load.stats().redirects > before + 20, 20_000)).toBe(true)
    const stats = await load.stop()
    expect(stats.errors).toBe(0)
    for (const name of ['n1', 'n2']) await at(name).ask('CLUSTER', 'SETSLOT', slot, 'STABLE')
    await at('n2').ask('FLUSHALL')
  })

  test('a stall that lasts until the end is no short one', async () => {
    const load = await lab().load({clients: 3, paceMs: 0})
    expect(await until(() => load.stats().acknowledged > 50, 20_000)).toBe(true)
    for (const node of lab().nodes) await node.pause()
    let before = -1
    const quiet = () => {
      const now = load.stats().acknowledged
      const same = now === before
      before = now
      return same
    }
    expect(await until(quiet, 20_000, 100)).toBe(true)
    const stats = await load.stop()
    expect(stats.longestMs).toBeGreaterThan(1500)
  }, 60_000)
})
