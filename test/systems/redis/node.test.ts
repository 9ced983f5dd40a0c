import {afterEach, expect, test} from 'vitest'
import {openResp} from '../../../src/lib/lab/resp.js'
import {until} from '../../../src/lib/lab/until.js'
import {keySlot} from '../../../src/lib/systems/redis/key-slot.js'
import {calm} from '../../lab/running-lab.js'
import {labNode, nodeOf, runningRedis} from '../../lab/running-redis.js'

const lab = runningRedis()
const at = (name: string) => labNode(lab(), name)
afterEach(async () => {
  for (const node of lab().nodes) await node.cont()
})

/** Of one command, since the process was started or reset. */
async function calls(name: string, command: string): Promise<number> {
  const stats = await at(name).ask('INFO', 'commandstats')
  return Number(new RegExp(`cmdstat_${command.replace('|', '\\|')}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
}

const failed = (asking: Promise<unknown>) =>
  asking.then(
    () => expect.unreachable(),
    (error: unknown) => error as Error & {fault: string; class: string},
  )

test('slots of keys are those of the server', async () => {
  const keys = [
    '',
    'a',
    'foo',
    '{user1000}.following',
    'foo{}{bar}',
    'foo{{bar}}zap',
    'foo{bar}{zap}',
    '{}',
    '}{',
    'é{ü}',
  ]
  for (let number = 0; number < 50; number += 1) keys.push(`key:${number}`)
  const slots = await Promise.all(keys.map((key) => at('n1').ask('CLUSTER', 'KEYSLOT', key)))
  expect(keys.map(keySlot)).toEqual(slots.map(Number))
})

test('a master is read', async () => {
  await at('n1').ask('CONFIG', 'SET', 'maxmemory', '100mb')
  const reading = await nodeOf(at('n1')).read(calm)
  expect(reading).toMatchObject({
    id: at('n1').id,
    version: /redis_version:(\S+)/.exec(await at('n1').ask('INFO', 'server'))?.[1],
    loading: false,
    maxMemory: 100 * 1024 * 1024,
    cluster: {state: 'ok', slotsOk: 16_384, size: 3},
    replication: {role: 'master', replicas: [{where: at('n4').announced, online: true}]},
    config: {
      nodeTimeoutMs: 1000,
      requireFullCoverage: true,
      validityFactor: 10,
      replicaNoFailover: false,
      minReplicasToWrite: 0,
      backlogBytes: 1024 * 1024,
      requiresPassword: false,
      passwordLabel: '',
      masterAuthLabel: '',
      masterUser: '',
    },
  })
  expect(reading.usedMemory).toBeGreaterThan(100_000)
  expect(reading.table).toHaveLength(6)
  expect(reading.table.filter((line) => line.myself)).toMatchObject([{id: reading.id, slots: ['0-5460']}])
})

test('a replica is read', async () => {
  const reading = await nodeOf(at('n4')).read(calm)
  expect(reading.replication).toMatchObject({
    role: 'replica',
    masterAddress: at('n1').announced,
    link: 'up',
    syncing: false,
    linkDownSec: 0,
  })
  expect(reading.table.find((line) => line.myself)).toMatchObject({role: 'replica', masterId: at('n1').id})
})

test('one connection serves commands that are sent together, and only those are sent', async () => {
  await at('n2').ask('CONFIG', 'RESETSTAT')
  const before = Number(/total_connections_received:(\d+)/.exec(await at('n2').ask('INFO', 'stats'))?.[1])
  const node = nodeOf(at('n2'))
  await Promise.all([node.read(calm), node.table(calm), node.info(calm), node.replication(calm)])
  const stats = await at('n2').ask('INFO', 'commandstats')
  const sent = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(
    ([, name, count]) => `${name} ${count}`,
  )
  expect(sent.sort()).toEqual([
    'cluster|info 2',
    'cluster|myid 1',
    'cluster|nodes 2',
    'config|get 1',
    'config|resetstat 1',
    'info 3',
  ])
  const after = Number(/total_connections_received:(\d+)/.exec(await at('n2').ask('INFO', 'stats'))?.[1])
  // Two of the lab's own.
  expect(after - before).toBe(3)
})

test('failover on a master is answered no; on a replica it swaps roles, and back by force', async () => {
  expect(await failed(nodeOf(at('n1')).failover('graceful', calm))).toMatchObject({
    fault: 'answered',
    class: 'redis',
    message: `${at('n1').announced}: CLUSTER FAILOVER: ERR You should send CLUSTER FAILOVER to a replica`,
  })
  for (const [name, mode] of [
    ['n4', 'graceful'],
    ['n1', 'takeover'],
  ] as const) {
    const node = nodeOf(at(name))
    await node.failover(mode, calm)
    expect(await until(async () => (await node.replication(calm)).role === 'master', 10_000)).toBe(true)
    await lab().settled()
  }
})

test('a paused node: a new connection is unreachable, a known one is lost; both within the limit', async () => {
  const known = nodeOf(at('n5'))
  await known.table(calm)
  await at('n5').pause()
  const from = performance.now()
  const [fresh, sent] = await Promise.all([failed(nodeOf(at('n5')).table(calm)), failed(known.table(calm))])
  expect(performance.now() - from).toBeLessThan(6000)
  expect(fresh).toMatchObject({
    fault: 'unreachable',
    class: 'time-out',
    message: `${at('n5').announced}: no answer within 3 s`,
  })
  expect(sent).toMatchObject({
    fault: 'lost',
    class: 'time-out',
    message: `${at('n5').announced}: CLUSTER NODES: no answer within 3 s`,
  })
  await at('n5').cont()
  expect(await known.table(calm)).toHaveLength(6)
  await lab().settled()
})

test('a signal ends every wait at once, and close leaves no socket behind', async () => {
  const known = nodeOf(at('n6'))
  await known.table(calm)
  await at('n6').pause()
  const fresh = nodeOf(at('n6'))
  const abort = new AbortController()
  const waiting = [failed(known.table(abort.signal)), failed(fresh.table(abort.signal))]
  await new Promise(setImmediate)
  const from = performance.now()
  abort.abort()
  const [sent, connecting] = await Promise.all(waiting)
  expect(performance.now() - from).toBeLessThan(500)
  expect(sent).toMatchObject({fault: 'lost', class: 'called-off'})
  expect(connecting).toMatchObject({fault: 'unreachable', class: 'called-off'})
  expect(await failed(nodeOf(at('n6')).table(abort.signal))).toMatchObject({
    fault: 'unreachable',
    class: 'called-off',
  })

  // What was called off is still waited for; closing ends that, too.
  const pending = failed(fresh.table(calm))
  fresh.close()
  known.close()
  expect(await pending).toMatchObject({fault: 'unreachable'})
  await at('n6').cont()
  await lab().settled()
})

test('a command that was cut off is lost, and is not sent again to the process that comes back', async () => {
  const node = nodeOf(at('n6'))
  await node.table(calm)
  await at('n6').pause()
  const sent = failed(node.failover('graceful', calm))
  await at('n6').kill()
  expect(await sent).toMatchObject({fault: 'lost', class: 'cut-off'})
  expect(await failed(node.table(calm))).toMatchObject({fault: 'unreachable', class: 'ECONNREFUSED'})
  await at('n6').start()
  expect(
    await until(
      () =>
        node.table(calm).then(
          () => true,
          () => false,
        ),
      10_000,
    ),
  ).toBe(true)
  expect(await calls('n6', 'cluster|failover')).toBe(0)
  await lab().settled()
})

test('another node than the expected one is refused before anything is sent', async () => {
  await at('n3').ask('CONFIG', 'RESETSTAT')
  expect(await failed(nodeOf(at('n3'), {}, at('n2').id).failover('takeover', calm))).toMatchObject({
    fault: 'refused',
    class: 'wrong-node',
    message: `${at('n3').announced}: this is node ${at('n3').id.slice(0, 8)}, where ${at('n2').id.slice(0, 8)} was expected`,
  })
  expect(await calls('n3', 'cluster|failover')).toBe(0)
  expect(await nodeOf(at('n3'), {}, at('n3').id).table(calm)).toHaveLength(6)
})

test('a connection beyond maxclients is refused', async () => {
  const {host, port} = at('n3')
  const held = await openResp({host, port, timeoutMs: 5000})
  const clients = Number(/connected_clients:(\d+)/.exec(String(await held.send(['INFO', 'clients'])))?.[1])
  await held.send(['CONFIG', 'SET', 'maxclients', String(clients)])
  const error = await failed(nodeOf(at('n3')).table(calm))
  await held.send(['CONFIG', 'SET', 'maxclients', '1000'])
  held.close()
  expect(error).toMatchObject({fault: 'refused', class: 'max-clients'})
})
