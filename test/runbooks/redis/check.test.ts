import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {expect, test} from 'vitest'
import {realClock} from '../../../src/lib/cli/clock.js'
import {performCheck} from '../../../src/lib/engine/check.js'
import {startRedisLab} from '../../../src/lib/lab/redis-lab.js'
import {check} from '../../../src/lib/runbooks/redis/check.js'
import {calm} from '../../lab/running-lab.js'
import {systemsAt} from './force-inputs.js'
import type {Place} from './operate.js'
import {found, room} from './room.js'

const {node, place, after} = room()

async function ask(at: Place = place()) {
  const systems = systemsAt(at)
  return await performCheck(check, systems, {cluster: 'orders'}, realClock, calm).finally(systems.close)
}

test('healthy: every question is answered yes', async () => {
  const outcome = await ask()
  expect(outcome).toMatchObject({verdict: 'healthy', because: []})
  expect(outcome.findings.map(({id}) => id)).toEqual([
    'reach',
    'views',
    'state',
    'slots',
    'open-slots',
    'replicas',
  ])
})

test('a dead replica: its shard could not lose its master', async () => {
  await node('n4').kill()
  const outcome = await ask()
  expect(outcome).toMatchObject({verdict: 'unhealthy'})
  expect(found(outcome.findings, 'reach')).toMatchObject({level: 'refuse'})
  expect(found(outcome.findings, 'replicas')).toMatchObject({
    level: 'refuse',
    saw: expect.stringContaining(node('n1').announced),
  })
})

test('a dead master that nobody replaces: its slots are not served, whatever cluster_state says', async () => {
  const others = ['n2', 'n3', 'n4', 'n5', 'n6']
  const set = (name: string, key: string, value: string) => node(name).ask('CONFIG', 'SET', key, value)
  after(() => Promise.all(others.map((name) => set(name, 'cluster-require-full-coverage', 'yes'))))
  after(() => set('n4', 'cluster-replica-no-failover', 'no'))
  await set('n4', 'cluster-replica-no-failover', 'yes')
  for (const name of others) await set(name, 'cluster-require-full-coverage', 'no')
  await node('n1').kill()
  const outcome = await ask()
  expect(outcome).toMatchObject({verdict: 'unhealthy'})
  expect(found(outcome.findings, 'slots')).toMatchObject({
    level: 'refuse',
    saw: '10923 of 16384 slots are served',
  })
})

test('a slot that is half moved', async () => {
  after(() => node('n1').ask('CLUSTER', 'SETSLOT', '42', 'STABLE'))
  await node('n1').ask('CLUSTER', 'SETSLOT', '42', 'MIGRATING', node('n2').id)
  const outcome = await ask()
  expect(outcome).toMatchObject({verdict: 'unhealthy'})
  expect(outcome.because).toEqual([expect.stringMatching(/^open-slots: half moved: /)])
})

test('nobody answers', async () => {
  const at = place({seeds: [{host: '127.0.1.9', port: 1}]})
  expect(await ask(at)).toMatchObject({verdict: 'unreachable'})
})

test('a cluster that says fail for a moment after its start is asked again', async () => {
  // All masters begin anew: each says fail until it has heard the others for a while.
  const dir = await mkdtemp(`${tmpdir()}/rf-`)
  const fresh = await startRedisLab({dir})
  try {
    await Promise.all(fresh.nodes.map((one) => one.stop()))
    await Promise.all(fresh.nodes.map((one) => one.start()))
    const [first] = fresh.nodes
    expect(await first?.ask('CLUSTER', 'INFO')).toContain('cluster_state:fail')
    const seeds = fresh.nodes.map(({host, port}) => ({host, port}))
    const outcome = await ask(place({seeds, machines: {}}))
    expect(outcome, JSON.stringify(outcome.because)).toMatchObject({verdict: 'healthy'})
  } finally {
    await fresh.stop()
    await rm(dir, {recursive: true, force: true})
  }
})
