import {readFile, rm} from 'node:fs/promises'
import {describe, expect, test} from 'vitest'
import {until} from '../../src/lib/lab/until.js'
import {rolesOf} from '../runbooks/redis/states.js'
import {outcomeOf} from './fits.js'
import {words} from './home.js'
import {redisDesk} from './redis-desk.js'

/** Loading an RDB takes 50 ms for each key. */
const at = redisDesk({extraConfig: ['key-load-delay 50000', 'loading-process-events-interval-bytes 1024']})

const node = (name: string) => {
  const found = at.lab().nodes.find((one) => one.name === name)
  if (!found) throw new Error(`no node ${name}`)
  return found
}
const AS_BUILT = {n1: '0-5460', n2: '5461-10922', n3: '10923-16383', n4: 'n1', n5: 'n2', n6: 'n3'}

describe('redis failover', () => {
  test('dry run, --yes, the same again, undo', async () => {
    const dry = await at.redeye('redis failover --slot 0 --dry-run')
    expect(dry, words(dry)).toMatchObject({code: 0})
    expect(await rolesOf(at.lab())).toEqual(AS_BUILT)

    const done = await at.redeye(`redis failover ${node('n4').announced} --yes --json`)
    expect(outcomeOf(done)).toMatchObject({verdict: 'done', runbook: 'redis.failover'})
    expect(await rolesOf(at.lab())).toEqual({...AS_BUILT, n1: 'n4', n4: '0-5460'})

    const again = await at.redeye(`redis failover --slot 0 --to ${node('n4').id.slice(0, 12)} --yes --json`)
    expect(outcomeOf(again)).toMatchObject({verdict: 'nothing', exit: 0})

    const [run = ''] = await at.runs()
    const undone = await at.redeye(`runs undo ${run} --yes`)
    expect(undone, words(undone)).toMatchObject({code: 0})
    // An undo ends when the role is back; the views follow.
    await at.lab().settled()
    expect(await rolesOf(at.lab())).toEqual(AS_BUILT)
  })

  test('redis restore RUN puts the master back', async () => {
    const done = await at.redeye('redis failover --slot 0 --yes')
    expect(done, words(done)).toMatchObject({code: 0})
    const [run = ''] = await at.runs()
    const back = await at.redeye(`redis restore ${run.slice(-4)} --yes`)
    expect(back, words(back)).toMatchObject({code: 0})
    expect(await rolesOf(at.lab())).toEqual(AS_BUILT)
  })

  test('without a terminal and without --yes the answer is no', async () => {
    const ended = await at.redeye('redis failover --slot 0')
    expect(ended, words(ended)).toMatchObject({code: 4})
    expect(await rolesOf(at.lab())).toEqual(AS_BUILT)
  })
})

describe('what was mistyped is a usage error and changes nothing', () => {
  test.each([
    ['redis failover 10.9.9.9:6379 --yes', 'the cluster has no node 10.9.9.9:6379'],
    ['redis failover abcdef --yes', 'the cluster has no node abcdef'],
    ['redis failover n4 --yes', 'write a node id (at least 6 hex digits) or HOST:PORT'],
    ['redis failover --yes', 'name one shard: NODE, --slot N or --key K'],
    ['redis failover --slot 1 --key a --yes', 'name one shard'],
    ['redis failover --slot 99999 --yes', '16383'],
    ['redis failover --slot 0 --to 10.9.9.9:1 --yes', 'the cluster has no node 10.9.9.9:1'],
    ['redis failover --slot 0 --cluster order --yes', 'did you mean orders?'],
    ['redis evacuate rack-z --yes', 'its machines are rack-a, rack-b, rack-c'],
    ['redis restore zzzz --yes', 'zzzz'],
    ['redis force-failover 10.9.9.9:6379 --confirm x', 'the cluster has no node'],
    ['redis status --cluster nope', 'it has orders'],
  ])('%s', async (command, says) => {
    const ended = await at.redeye(command)
    expect(ended, words(ended)).toMatchObject({code: 2})
    expect(words(ended)).toContain(says)
    expect(await at.runs()).toEqual([])
    expect(await rolesOf(at.lab())).toEqual(AS_BUILT)
  })
})

describe('redis check and status', () => {
  test('healthy', async () => {
    const ended = await at.redeye('redis check --json')
    expect(outcomeOf(ended)).toMatchObject({verdict: 'healthy', exit: 0})
    const status = await at.redeye('redis status')
    expect(status, words(status)).toMatchObject({code: 0})
    for (const line of status.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    const json = JSON.parse((await at.redeye('redis status --json')).stdout)
    expect(json).toMatchObject({cluster: {state: 'ok', coverage: 16_384}, views: {agree: true}})
  })

  test('a dead replica: 13, and a failover of its shard is refused', async () => {
    await node('n4').kill()
    const ended = await at.redeye('redis check --json')
    expect(outcomeOf(ended)).toMatchObject({verdict: 'unhealthy', exit: 13})
    const status = await at.redeye('redis status')
    expect(status.code).toBe(0)
    for (const line of status.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(status.stdout).toContain('NO ANSWER')
    const failover = await at.redeye(`redis failover --slot 0 --to ${node('n4').id.slice(0, 8)} --yes`)
    expect(failover, words(failover)).toMatchObject({code: 3})
    expect(words(failover)).toContain('ECONNREFUSED')
  })

  test('nobody answers: 10', async () => {
    const file = await at.inventory('seeds: [127.0.1.9:1]')
    for (const command of ['redis check', 'redis status', 'redis failover --slot 0 --yes']) {
      const ended = await at.redeye(`${command} --inventory ${file}`)
      expect(ended, words(ended)).toMatchObject({code: 10})
      expect(words(ended)).toContain('no seed of orders answered')
    }
  })
})

test('force-failover: refused while the master lives, the name is typed, what is lost comes from the last status', async () => {
  const name = node('n1').announced
  const alive = await at.redeye(`redis force-failover ${name} --confirm ${name}`)
  expect(alive, words(alive)).toMatchObject({code: 3})
  expect(words(alive)).toContain(`redeye redis failover ${name}`)

  expect((await at.redeye('redis status')).code).toBe(0)
  await node('n4').ask('CONFIG', 'SET', 'cluster-replica-no-failover', 'yes')
  await node('n1').kill()
  const unconfirmed = await at.redeye(`redis force-failover ${name} --yes`)
  expect(unconfirmed, words(unconfirmed)).toMatchObject({code: 4})
  const forced = await at.redeye(`redis force-failover ${name} --confirm ${name}`)
  expect(forced, words(forced)).toMatchObject({code: 0})
  expect(words(forced)).toMatch(/the master was at \d+ \d+ s ago/)
  expect(words(forced)).toContain('has cluster-replica-no-failover')
  const [run = ''] = await at.runs()
  const undo = await at.redeye(`runs undo ${run} --yes`)
  expect(words(undo)).toContain('the old master is dead')
  await node('n4').ask('CONFIG', 'SET', 'cluster-replica-no-failover', 'no')
})

test('a candidate that loads its data set: 3, LOADING, nothing is sent', async () => {
  const n4 = node('n4')
  for (let key = 0; key < 400; key += 1)
    await node('n1')
      .ask('SET', `{t2}${key}`, 'x'.repeat(1024))
      .catch(() => '')
  const keys = Number(await node('n1').ask('DBSIZE'))
  expect(keys).toBeGreaterThan(100)
  await until(async () => Number(await n4.ask('DBSIZE')) === keys, 20_000)
  await n4.ask('SAVE')
  await n4.kill()
  await n4.start()
  const ended = await at.redeye(`redis failover --slot 0 --to ${n4.id.slice(0, 8)} --yes`)
  expect(ended, words(ended)).toMatchObject({code: 3})
  expect(words(ended)).toContain('LOADING')
  expect(words(ended)).toContain('reads its data set from disk')
  await n4.kill()
  await rm(`${at.lab().dir}/n4/dump.rdb`)
  await node('n1').ask('FLUSHALL')
})

test('an announced address that is not reached: refused until the inventory maps it', async () => {
  const n4 = node('n4')
  const elsewhere = `127.9.9.9:${n4.port}`
  try {
    await n4.ask('CONFIG', 'SET', 'cluster-announce-ip', '127.9.9.9')
    await until(async () => (await node('n1').ask('CLUSTER', 'NODES')).includes(elsewhere), 20_000)
    const bare = await at.inventory(`seeds: ${at.seeds()}`)
    const refused = await at.redeye(`redis failover --slot 0 --yes --inventory ${bare}`)
    expect(refused, words(refused)).toMatchObject({code: 3})
    expect(words(refused)).toContain(elsewhere)
    const mapped = await at.inventory(`seeds: ${at.seeds()}\naddresses: {"${elsewhere}": "${n4.announced}"}`)
    const seen = JSON.parse((await at.redeye(`redis status --json --inventory ${mapped}`)).stdout)
    expect(seen.unreachable).toEqual([])
    expect(JSON.stringify(seen.shards)).toContain(elsewhere)
  } finally {
    await n4.ask('CONFIG', 'SET', 'cluster-announce-ip', '')
    await until(async () => !(await node('n1').ask('CLUSTER', 'NODES')).includes(elsewhere), 20_000)
  }
})

test('lab: what it needs, up, status, down, each part by its name', async () => {
  const dry = await at.redeye('lab install redis --dry-run')
  expect(dry).toMatchObject({code: 0, stdout: 'the redis lab has all it needs\n'})
  try {
    const up = await at.redeye('lab up redis')
    expect(up, words(up)).toMatchObject({code: 0})
    expect(up.stdout).toContain('redeye redis failover --slot 0')
    const inventory = (/^ {2}\. (\S+)env\.sh$/m.exec(up.stdout)?.[1] ?? '').concat('redeye.yaml')
    expect(await readFile(inventory, 'utf8')).toContain('rack-a')
    expect((await at.redeye('lab up redis')).code).toBe(2)
    const check = await at.redeye('redis check', {env: {REDEYE_INVENTORY: inventory}})
    expect(check, words(check)).toMatchObject({code: 0})
    expect((await at.redeye('lab status')).stdout).toMatch(
      /^redis lab, up since .*\n {2}inventory: .*\n {2}running: n1 \(\d+\)/,
    )
  } finally {
    const down = await at.redeye('lab down')
    expect(down, words(down)).toMatchObject({code: 0})
    expect(words(down)).toMatch(/The redis lab is down.*writes acknowledged, \d+ errors.* 0 of \d+ keys/)
  }
  expect((await at.redeye('lab status')).stdout).toContain('no lab is up')
})
