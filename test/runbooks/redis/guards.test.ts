import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {failoverOf} from './inputs.js'
import {type Asked, operate, type Place} from './operate.js'
import {found, room} from './room.js'
import {rolesOf} from './states.js'

const {lab, node, place, sent, after, load} = room()

/** Fails over n1 and expects that one guard refuses and that nothing is sent. */
async function refused(guard: string, asked: Asked = {}, at: Place = place(), more = {}) {
  const {outcome} = await operate(at, failover, await failoverOf(at, node('n1').id, more), asked)
  expect(outcome).toMatchObject({verdict: 'refused'})
  expect(outcome.because.join('\n')).toContain(`${guard}: `)
  expect(await sent()).toEqual([])
  return {outcome, because: outcome.because.join('\n')}
}

/** Replication of n4 ends, and cannot come back: the master asks for no password, and turns one away. */
async function cutReplication() {
  await node('n4').ask('CONFIG', 'SET', 'masterauth', 'wrong')
  await node('n4').ask('CLIENT', 'KILL', 'TYPE', 'master')
  after(() => node('n4').ask('CONFIG', 'SET', 'masterauth', ''))
  const down = async () => /master_link_status:down/.test(await node('n4').ask('INFO', 'replication'))
  expect(await until(down, 10_000)).toBe(true)
}

test('link: replication of the candidate is down; no writer notices', async () => {
  await cutReplication()
  const writers = await load()
  const {outcome, because} = await refused('link')
  expect(because).toContain(`${node('n4').announced} (rack-b) to its master is down`)
  expect(found(outcome.findings, 'link')).not.toHaveProperty('overridable')
  const {longestMs, errors} = await writers.stop()
  process.stdout.write(`refused by link: longest write ${longestMs} ms\n`)
  expect(errors).toBe(0)
  expect(longestMs).toBeLessThan(1500)
})

test('link, again right before sending: it went down while the person was asked', async () => {
  const before = await rolesOf(lab())
  const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n1').id), {
    asker: {
      present: true,
      async confirm() {
        await cutReplication()
        return 'yes'
      },
      failed: async () => 'undo',
    },
  })
  expect(outcome.verdict).toBe('refused')
  expect(outcome.says).toContain('guard link refuses now')
  expect(await sent()).toEqual([])
  expect(await rolesOf(lab())).toEqual(before)
})

test('reach: the candidate hangs', async () => {
  await node('n4').pause()
  const {because} = await refused('reach')
  expect(because).toContain(`${node('n4').announced} does not answer`)
}, 60_000)

test('reach: the master is dead and nobody has replaced it: the way on is named', async () => {
  await node('n4').ask('CONFIG', 'SET', 'cluster-replica-no-failover', 'yes')
  after(() => node('n4').ask('CONFIG', 'SET', 'cluster-replica-no-failover', 'no'))
  const input = await failoverOf(place(), node('n1').id)
  await node('n1').kill()
  const failed = async () => (await node('n4').ask('CLUSTER', 'NODES')).includes('master,fail ')
  expect(await until(failed, 20_000)).toBe(true)
  const {outcome, events} = await operate(place(), failover, input)
  const reach = outcome.findings.find(({id}) => id === 'reach')
  expect(reach?.saw).toMatch(/^\S+ does not answer: connect ECONNREFUSED \S+$/)
  expect(reach?.clear).toContain(
    `If it is dead: redeye redis force-failover ${node('n1').announced} --dry-run`,
  )
  const plan = events.find((event) => event.type === 'plan')
  expect(plan?.type === 'plan' && plan.view.tables[0]?.rows[0]?.at(-2)).toBe('?')
  expect(await sent()).toEqual([])
}, 60_000)

test('majority: two of three masters hang', async () => {
  await node('n2').pause()
  await node('n3').pause()
  const {because} = await refused('majority')
  expect(because).toContain('only 1 of 3 masters answer')
  expect(because).toContain('1 of 3 masters are up; an election needs 2')
}, 60_000)

test('lag: the candidate cannot keep up with large values, until it can', async () => {
  const writers = await load({valueBytes: 20_000, clients: 6, keysPerClient: 50})
  let limping = true
  const limp = async () => {
    while (limping) {
      await node('n4').pause()
      await new Promise((resolve) => setTimeout(resolve, 250))
      await node('n4').cont()
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  const limped = limp()
  after(async () => {
    limping = false
    await limped
  })
  const {because} = await refused('lag', {}, place(), {maxLagBytes: 100_000})
  expect(because).toMatch(/is behind by \d+, \d+, \d+ bytes in three samples/)
  limping = false
  await limped
  await writers.stop()
  await lab().settled()
  const input = await failoverOf(place(), node('n1').id, {maxLagBytes: 100_000})
  expect((await operate(place(), failover, input)).outcome.verdict).toBe('done')
  expect(await writers.verify()).toMatchObject({lost: 0})
}, 60_000)

test('open-slots: a slot is being moved away; overridden it goes, and the slot stays open', async () => {
  await node('n1').ask('CLUSTER', 'SETSLOT', '7', 'MIGRATING', node('n2').id)
  after(async () => {
    for (const name of ['n1', 'n4'])
      await node(name)
        .ask('CLUSTER', 'SETSLOT', '7', 'STABLE')
        .catch(() => '')
  })
  const {because} = await refused('open-slots')
  expect(because).toContain(`[7->-${node('n2').id}]`)
  const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n1').id), {
    overrides: ['open-slots'],
    reason: 'the move is given up',
  })
  expect(outcome.verdict).toBe('done')
})

test('views: one node was told to forget another; once they have met again it goes', async () => {
  const {host, port, busPort} = node('n5')
  await node('n6').ask('CLUSTER', 'FORGET', node('n5').id)
  after(() => node('n6').ask('CLUSTER', 'MEET', host, String(port), String(busPort)))
  const {because} = await refused('views')
  expect(because).toContain(`against ${node('n6').id.slice(0, 8)}`)
  await node('n6').ask('CLUSTER', 'MEET', host, String(port), String(busPort))
  await lab().settled()
  const {outcome} = await operate(place(), failover, await failoverOf(place(), node('n1').id))
  expect(outcome.verdict).toBe('done')
})

test('reach: the candidate loads its data set', async () => {
  const [n1, n4] = [node('n1'), node('n4')]
  const slot = async (tag: string) => Number(await n1.ask('CLUSTER', 'KEYSLOT', tag))
  let tag = 0
  while ((await slot(`t${tag}`)) > 5460) tag += 1
  const fill = 'for i = 1, 4000 do redis.call("SET", KEYS[1] .. i, string.rep("x", 1000)) end'
  await n4.ask('CONFIG', 'SET', 'key-load-delay', '1000')
  await n4.ask('CONFIG', 'SET', 'loading-process-events-interval-bytes', '1024')
  after(() => n4.ask('CONFIG', 'SET', 'key-load-delay', '0').catch(() => ''))
  // Cut off while it hangs, it misses more than the backlog holds: a full sync.
  await n4.pause()
  await n1.ask('CLIENT', 'KILL', 'TYPE', 'replica')
  await n1.ask('EVAL', fill, '1', `{t${tag}}`)
  await n4.cont()
  expect(await until(async () => /^loading:1/m.test(await n4.ask('INFO', 'persistence')), 15_000)).toBe(true)
  const {because} = await refused('reach')
  expect(because).toContain('LOADING')
}, 60_000)

test('role: a replica of another master, and no replica at all', async () => {
  const {because} = await refused('role', {}, place(), {to: node('n5').announced})
  expect(because).toContain(`${node('n5').announced} is no replica of ${node('n1').id.slice(0, 8)}`)
  const master = await refused('role', {}, place(), {to: node('n2').announced})
  expect(master.because).toContain(`${node('n2').announced} is no replica`)
})
