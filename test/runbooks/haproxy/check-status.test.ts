import {expect, test} from 'vitest'
import {realClock} from '../../../src/lib/cli/clock.js'
import {performCheck} from '../../../src/lib/engine/check.js'
import {check} from '../../../src/lib/runbooks/haproxy/check.js'
import {readGroup} from '../../../src/lib/runbooks/haproxy/facts.js'
import {status} from '../../../src/lib/runbooks/haproxy/status.js'
import {calm, instanceOf, seen} from '../../lab/running-lab.js'
import {type Place, systemsOf} from './operate.js'
import {room} from './room.js'
import {raw} from './states.js'

const {lab, place, recorded} = room()

const ask = (at: Place) => performCheck(check, systemsOf(at), {group: 'web-lb'}, realClock, calm)
const look = async (filter = '') =>
  status(await readGroup(systemsOf(place()), {group: 'web-lb', instances: [], skip: []}, calm), filter)

// One backend of the lab never serves: its name does not resolve.
test('a backend that nobody serves is unhealthy, and named', async () => {
  const {place: taped, sent} = await recorded()
  const outcome = await ask(taped)
  expect(outcome).toMatchObject({
    verdict: 'unhealthy',
    because: ['serving: no usable server in dns on lb1, dns on lb2'],
    next: ['redeye haproxy status dns'],
  })
  expect(outcome.findings.filter(({level}) => level === 'pass').map(({id}) => id)).toEqual([
    'reach',
    'level',
    'process',
    'version',
    'agreement',
  ])
  expect(sent()).toEqual([])
})

test('instances that disagree, one of too low a level, one out of reach', async () => {
  await raw(lab(), 'set server app/s2 state drain', 'lb1')
  expect((await ask(place())).because.join()).toContain('agreement: app/s2: lb1 DRAIN weight 1')
  const low = await ask(place({lb2: lab().instances[1]?.places.operatorSocketPath ?? ''}))
  expect(low.because.join()).toContain('level: lb2')
  const path = `${place().stateDir}/none.sock`
  const dead = await ask(place({lb2: path}))
  expect(dead).toMatchObject({verdict: 'unhealthy'})
  expect(dead.because.join()).toContain(`reach: lb2: cannot connect to the socket ${path}`)
  expect((await ask(place({lb1: path, lb2: path}))).verdict).toBe('unreachable')
})

test('status shows every server on every instance, and where they differ', async () => {
  await raw(lab(), 'set server app/s2 state drain', 'lb1')
  for (const {places} of lab().instances)
    await seen(instanceOf(places.socketPath), 'app', 's1', ({check: {health}}) => health === 3)
  const {tables, notes, json} = await look('app')
  expect(tables[0]?.rows.map(([name, , , , level]) => [name, level])).toEqual([
    ['lb1', 'admin'],
    ['lb2', 'admin'],
  ])
  expect(tables[1]?.rows).toEqual([
    ['app/b1 (backup)', 'lb1', 'UP', '1', '0', '0', 'L7OK 3/3', '-', ''],
    ['app/b1 (backup)', 'lb2', 'UP', '1', '0', '0', 'L7OK 3/3', '-', ''],
    ['app/s1', 'lb1', 'UP', '1', '0', '0', 'L7OK 3/3', '-', ''],
    ['app/s1', 'lb2', 'UP', '1', '0', '0', 'L7OK 3/3', '-', ''],
    ['app/s2', 'lb1', 'DRAIN', '1', '0', '0', 'L7OK 3/3', '-', '<> differs'],
    ['app/s2', 'lb2', 'UP', '1', '0', '0', 'L7OK 3/3', '-', '<> differs'],
    ['app/s3', 'lb1', 'UP', '1', '0', '0', 'L7OK 3/3', '-', ''],
    ['app/s3', 'lb2', 'UP', '1', '0', '0', 'L7OK 3/3', '-', ''],
  ])
  expect(notes.join()).toContain('the instances differ on app/s2: lb1 DRAIN')
  expect(JSON.parse(JSON.stringify(json))).toMatchObject({
    instances: [{name: 'lb1', backends: [{name: 'app', usable: 3, weightConfigured: 3}]}, {name: 'lb2'}],
    disagreements: [{server: 'app/s2'}],
  })
})
