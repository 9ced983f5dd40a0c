import {afterEach, describe, expect, test} from 'vitest'
import type {LabRedisNode} from '../../../src/lib/lab/redis-node.js'
import {field} from '../../../src/lib/lab/redis-view.js'
import {until} from '../../../src/lib/lab/until.js'
import {readCluster} from '../../../src/lib/runbooks/redis/facts.js'
import {findNode, mustExist} from '../../../src/lib/runbooks/redis/find.js'
import {forceFailover} from '../../../src/lib/runbooks/redis/force-failover.js'
import {calm} from '../../lab/running-lab.js'
import {forceOf, systemsAt} from './force-inputs.js'
import {type Operated, operate} from './operate.js'
import {found, room} from './room.js'

const PASSWORD = 'lab'
const {lab, node, place, sent, load} = room({password: PASSWORD})

afterEach(async () => {
  for (const one of lab().nodes) {
    await one.start()
    await set(one, 'cluster-replica-no-failover', 'no')
    await set(one, 'masterauth', PASSWORD)
  }
})

const set = (one: LabRedisNode, name: string, value: string) => one.ask('CONFIG', 'SET', name, value)
/** The cluster does not replace the masters of these by itself. */
async function neverStand(...names: string[]): Promise<void> {
  for (const name of names) await set(node(name), 'cluster-replica-no-failover', 'yes')
}

const force = (name: string, more: Parameters<typeof forceOf>[1] = {}) =>
  operate(place(), forceFailover, forceOf(node(name).announced, more))

/** What the plan says to whoever is asked. */
function notes({plan, events}: Operated): string {
  expect(plan).toBeDefined()
  const shown = events.find((event) => event.type === 'plan')
  return shown?.type === 'plan' ? shown.view.notes.join('\n') : ''
}

const isMaster = async (name: string) =>
  field(await node(name).ask('INFO', 'replication'), 'role') === 'master'
const failed = (name: string, by: string) =>
  until(async () => {
    const table = await node(by).ask('CLUSTER', 'NODES')
    return table.split('\n').some((line) => line.startsWith(node(name).id) && / \S*master,fail /.test(line))
  }, 20_000)

describe('refused', () => {
  test('while the master answers, whatever else is said', async () => {
    for (const takeover of [false, true]) {
      const {outcome} = await force('n1', {takeover})
      expect(outcome).toMatchObject({verdict: 'refused'})
      expect(found(outcome.findings, 'master-alive')).toMatchObject({level: 'refuse', overridable: true})
      expect(outcome.next).toContain(`redeye redis failover ${node('n1').announced}`)
    }
    expect(await sent()).toEqual([])
  })

  test('with a replica of another shard as --to', async () => {
    await neverStand('n4')
    await node('n1').kill()
    const {outcome} = await force('n1', {to: node('n5').announced})
    expect(outcome).toMatchObject({verdict: 'refused'})
    expect(found(outcome.findings, 'role')).toMatchObject({saw: expect.stringContaining('is no replica of')})
    expect(await sent()).toEqual([])
  })

  test('a name that the cluster does not have', async () => {
    const {outcome} = await operate(place(), forceFailover, forceOf('10.9.9.9:1'))
    expect(outcome).toMatchObject({verdict: 'usage', says: 'the cluster has no node 10.9.9.9:1'})
  })

  test('an id that two nodes begin with', async () => {
    const systems = systemsAt(place())
    const facts = await readCluster(systems, 'orders', calm).finally(systems.close)
    const [one, other] = [node('n1').id, node('n2').id]
    const alike: typeof facts = JSON.parse(
      JSON.stringify(facts).replaceAll(other, `${one.slice(0, 12)}${other.slice(12)}`),
    )
    const name = one.slice(0, 12)
    expect(findNode(alike, name)).toEqual({problem: `2 nodes have ids that begin with ${name}`})
    expect(() => mustExist({node: name, to: null}, alike)).toThrow('2 nodes have ids')
    expect(findNode(facts, name)).toMatchObject({line: {id: one}})
  })

  test('when nobody confirms', async () => {
    await neverStand('n4')
    await node('n1').kill()
    await failed('n1', 'n2')
    const asks: unknown[] = []
    const asker = {
      confirm: async (question: unknown) => {
        asks.push(question)
        return {no: 'the name was not typed'}
      },
    }
    const {outcome} = await operate(place(), forceFailover, forceOf(node('n1').announced), {asker})
    expect(outcome).toMatchObject({verdict: 'declined'})
    expect(asks).toMatchObject([{effect: 'destroy', subject: node('n1').announced}])
    expect(await sent()).toEqual([])
  })
})

test('a dead master that the cluster replaces by itself: waits, and changes nothing', async () => {
  await node('n1').kill()
  const {outcome} = await force('n1', {waitAutoMs: 30_000})
  expect(outcome).toMatchObject({verdict: 'nothing'})
  expect(outcome.says).toMatch(/^nothing to do: healed by itself: /)
  expect(found(outcome.findings, 'healed')).toMatchObject({saw: expect.stringContaining('healed by itself')})
  expect(await isMaster('n4')).toBe(true)
  expect(await sent()).toEqual([])
})

test('the shard named by a slot is known to be healed too', async () => {
  await node('n1').kill()
  const {outcome} = await operate(place(), forceFailover, forceOf(null, {slot: 0, waitAutoMs: 30_000}))
  expect(outcome).toMatchObject({verdict: 'nothing'})
  expect(await sent()).toEqual([])
})

test('a lagging replica and a dead master: says what is lost, FORCE works, the old master follows', async () => {
  await neverStand('n4')
  // The replica cannot sign in again: it stays where it is.
  await set(node('n4'), 'masterauth', 'wrong')
  const writers = await load({clients: 6, paceMs: 2, valueBytes: VALUE})
  const more = async (count: number) => {
    const {acknowledged} = writers.stats()
    await until(() => writers.stats().acknowledged >= acknowledged + count, 20_000)
  }
  await more(100)
  await node('n1').ask('CLIENT', 'KILL', 'TYPE', 'replica')
  await more(600)
  const ofShard = () => writers.stats().byShard['0-5460']?.acknowledged ?? 0
  const before = ofShard()
  const systems = systemsAt(place())
  const facts = await readCluster(systems, 'orders', calm).finally(systems.close)
  const lastKnown = Object.fromEntries(
    facts.nodes.flatMap(({id, reading}) =>
      reading?.replication.role === 'master'
        ? [[id, {offset: reading.replication.offset, atMs: facts.takenAtMs}]]
        : [],
    ),
  )
  await more(60)
  await node('n1').kill()
  await writers.stop()
  const since = ofShard() - before
  await failed('n1', 'n2')

  const ran = await force('n1', {lastKnown})
  expect(ran.outcome, ran.outcome.says).toMatchObject({verdict: 'done'})
  expect(await sent()).toEqual(['n4'])
  const said = notes(ran)
  expect(said).toContain('has cluster-replica-no-failover')
  const bytes = Number(/at least (\d+) bytes are lost/.exec(said)?.[1])
  const {checked, lost} = await writers.verify()
  const predicted = Math.round(bytes / (VALUE + OVERHEAD))
  process.stdout.write(
    `| force-failover, replica behind | predicted at least ${bytes} bytes, about ${predicted} writes; ${since} acknowledged from that look on | really lost ${lost} of ${checked} |\n`,
  )
  expect(predicted).toBeGreaterThan(0)
  expect(predicted).toBeLessThanOrEqual(lost * 1.05)
  expect(lost).toBeLessThanOrEqual(predicted * 1.05 + since)

  await node('n1').start()
  await set(node('n4'), 'cluster-replica-no-failover', 'no')
  await lab().settled()
  expect(await isMaster('n1')).toBe(false)
  expect(await isMaster('n4')).toBe(true)
})
const VALUE = 2048
/** Of one write in the replication stream: the protocol around key and value, and pings. */
const OVERHEAD = 60

describe('no majority of masters', () => {
  test('without --takeover nothing is sent; with it the shard is served, and FORCE does the next one', async () => {
    await neverStand('n4', 'n5')
    await node('n1').kill()
    await node('n2').kill()
    const refused = await force('n1')
    expect(refused.outcome).toMatchObject({verdict: 'refused'})
    expect(found(refused.outcome.findings, 'majority')).toMatchObject({
      saw: expect.stringContaining('only 1 of 3 masters are up'),
    })
    expect(await sent()).toEqual([])

    const taken = await force('n1', {takeover: true})
    expect(taken.outcome, JSON.stringify(taken.outcome.steps)).toMatchObject({verdict: 'done'})
    expect(notes(taken)).toContain('no majority of masters (1 of 3)')
    expect(taken.outcome.steps.at(-1)?.saw).toContain('cluster_state is not ok')
    expect(await isMaster('n4')).toBe(true)

    await failed('n2', 'n3')
    const next = await force('n2')
    expect(next.outcome, JSON.stringify(next.outcome.steps)).toMatchObject({verdict: 'done'})
    expect(await sent()).toEqual(['n4', 'n5'])
    expect(field(await node('n3').ask('CLUSTER', 'INFO'), 'cluster_state')).toBe('ok')
  })
})

test('nothing is forced when the master returned between the plan and the change', async () => {
  await neverStand('n4')
  await node('n1').kill()
  await failed('n1', 'n2')
  const {outcome} = await operate(place(), forceFailover, forceOf(node('n1').announced), {
    asker: {
      confirm: async () => {
        await node('n1').start()
        return 'yes'
      },
    },
  })
  expect(outcome.verdict).toBe('refused')
  expect(`${outcome.says} ${outcome.because.join(' ')}`).toContain('master-alive')
  expect(await sent()).toEqual([])
})
