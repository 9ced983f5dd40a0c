import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {readCluster} from '../../../src/lib/runbooks/redis/facts.js'
import {type Status, status} from '../../../src/lib/runbooks/redis/status.js'
import {calm} from '../../lab/running-lab.js'
import {forceOf, systemsAt} from './force-inputs.js'
import {room} from './room.js'

const {lab, node, place, after} = room()

async function look(): Promise<Status> {
  const systems = systemsAt(place())
  const facts = await readCluster(systems, 'orders', calm).finally(systems.close)
  return status(facts, forceOf(null))
}

/** Reads until it shows what is asked for; fails with what it showed last. */
async function shows(wanted: (seen: Status) => boolean): Promise<Status> {
  let seen = await look()
  await until(async () => {
    seen = await look()
    return wanted(seen)
  }, 20_000)
  expect(wanted(seen), JSON.stringify(seen)).toBe(true)
  return seen
}

test('a healthy cluster: three shards, equal views, no notes', async () => {
  const {json, tables, notes} = await look()
  expect(notes).toEqual([])
  expect(json).toMatchObject({
    cluster: {state: 'ok', size: 3, coverage: 16_384, openSlots: []},
    views: {agree: true, groups: [expect.arrayContaining(lab().nodes.map(({id}) => id))]},
    machines: ['rack-a', 'rack-b', 'rack-c'].map((name) => ({name, masters: 1, replicas: 1})),
    config: {nodeTimeoutMs: 1000, replicaNoFailover: false, minReplicasToWrite: 0},
    mastersWithoutSlots: [],
    unreachable: [],
  })
  const {shards} = json as {shards: unknown[]}
  expect(shards).toHaveLength(3)
  expect(shards[0]).toEqual({
    slots: ['0-5460'],
    master: {id: node('n1').id, addr: node('n1').announced, machine: 'rack-a', offset: expect.any(Number)},
    replicas: [
      {
        id: node('n4').id,
        addr: node('n4').announced,
        machine: 'rack-b',
        link: 'up',
        lagBytes: 0,
        lastIoSec: expect.any(Number),
        sync: false,
        loading: false,
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        cooldownUntil: null,
      },
    ],
  })
  expect(tables[0]?.rows.map(([slots, role]) => [slots, role])).toEqual([
    ['0-5460', 'master'],
    ['', 'replica'],
    ['5461-10922', 'master'],
    ['', 'replica'],
    ['10923-16383', 'master'],
    ['', 'replica'],
  ])
})

test('a dead node is shown with the reason, and its lag is not known', async () => {
  await node('n4').kill()
  const {json, notes, tables} = await shows(
    ({json}) => (json as {unreachable: unknown[]}).unreachable.length > 0,
  )
  expect(json).toMatchObject({
    unreachable: [
      {id: node('n4').id, announced: node('n4').announced, error: expect.stringContaining('ECONNREFUSED')},
    ],
    shards: [{replicas: [{link: null, lagBytes: null}]}, {}, {}],
  })
  expect(notes.join('\n')).toContain(`no answer from ${node('n4').announced}: connect ECONNREFUSED`)
  expect(tables[0]?.rows[1]).toEqual(expect.arrayContaining(['?', 'NO ANSWER']))
})

test('slots that are being moved', async () => {
  after(() => node('n1').ask('CLUSTER', 'SETSLOT', '42', 'STABLE'))
  await node('n1').ask('CLUSTER', 'SETSLOT', '42', 'MIGRATING', node('n2').id)
  const {json, notes} = await look()
  const open = `${node('n1').announced} [42->-${node('n2').id}]`
  expect(json).toMatchObject({cluster: {openSlots: [open]}})
  expect(notes).toContain(`slots are being moved: ${open}`)
})

test('a node that was away sees another cluster', async () => {
  // It holds back the others' news of the new master: it cannot hear them.
  await node('n3').pause()
  await node('n4').ask('CLUSTER', 'FAILOVER', 'TAKEOVER')
  const {json} = await shows(({json}) => JSON.stringify(json).includes(`"master":{"id":"${node('n4').id}"`))
  expect(json).toMatchObject({unreachable: [{id: node('n3').id}]})
  await node('n3').cont()
  const {json: later} = await shows(({json}) => (json as {views: {agree: boolean}}).views.agree)
  expect(later).toMatchObject({views: {agree: true}})
}, 60_000)
