import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {evacuate} from '../../../src/lib/runbooks/redis/evacuate.js'
import {restore} from '../../../src/lib/runbooks/redis/restore.js'
import {evacuateOf, restoreOf} from './inputs.js'
import {type Operated, operate, type Place, resume, undo} from './operate.js'
import {found, once, room} from './room.js'
import {rolesOf, unexpected} from './states.js'

const {lab, node, place, sent, load} = room({layout: 'stacked'})

const START = {n1: '0-5460', n2: '5461-10922', n3: '10923-16383', n4: 'n1', n5: 'n2', n6: 'n3'}
const MOVED = {n1: 'n4', n2: 'n5', n3: 'n6', n4: '0-5460', n5: '5461-10922', n6: '10923-16383'}
/** There are only two machines: the other one gets all masters. */
const OVERRIDES = {overrides: ['concentration'], reason: 'new kernel'}

const leave = async (at: Place, more = {}): Promise<Operated> =>
  await operate(at, evacuate, await evacuateOf(at, 'rack-a', more), OVERRIDES)

test('three masters leave a machine under load, and come back: no error, no lost write', async () => {
  const writers = await load()
  const {outcome, run} = await leave(place())
  expect(outcome.verdict).toBe('done')
  expect(outcome.next).toEqual([`redeye redis restore ${run}`, `redeye runs undo ${run}`])
  await lab().settled()
  expect(await rolesOf(lab())).toEqual(MOVED)
  expect(await sent()).toEqual(['n4', 'n5', 'n6'])
  expect(await until(() => writers.stats().acknowledged >= 50_000, 30_000)).toBe(true)
  const evacuated = writers.stats()

  const back = await operate(place(), restore, await restoreOf(place(), run))
  expect(back.outcome.verdict).toBe('done')
  await lab().settled()
  expect(await rolesOf(lab())).toEqual(START)
  const stats = await writers.stop()
  process.stdout.write(
    `evacuate 3 masters: ${evacuated.acknowledged} writes, longest ${evacuated.longestMs} ms, ${outcome.ms} ms; ` +
      `with restore: ${stats.acknowledged} writes, longest ${stats.longestMs} ms, ${back.outcome.ms} ms\n`,
  )
  expect(unexpected(stats.reasons)).toEqual([])
  expect(stats.longestMs).toBeLessThan(3000)
  expect(await writers.verify()).toMatchObject({lost: 0})
}, 90_000)

test('undone, every master is back, the last one first', async () => {
  const {run} = await leave(place())
  const undone = await undo(place(), evacuate, run)
  expect(undone.outcome.verdict).toBe('done')
  expect(undone.outcome.steps.map(({step}) => step)).toEqual(
    ['n6', 'n5', 'n4'].map((name) => `${node(name).id}.promote`),
  )
  await lab().settled()
  expect(await rolesOf(lab())).toEqual(START)
}, 60_000)

test('all masters on one other machine is refused, and the reason is said', async () => {
  const {outcome} = await operate(place(), evacuate, await evacuateOf(place(), 'rack-a'))
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join('\n')).toContain('concentration: rack-b would hold 3 of 3 masters')
  expect(await sent()).toEqual([])
})

test('a master without a replica elsewhere is named; with --partial the others leave', async () => {
  const machines = {...place().cluster.machines, [node('n6').announced]: 'rack-a'}
  const at = place({machines})
  const {outcome} = await leave(at)
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join('\n')).toContain(
    `replica-elsewhere: no replica in sync elsewhere for ${node('n3').id.slice(0, 8)}`,
  )
  expect(await sent()).toEqual([])
  const partly = await leave(at, {partial: true})
  expect(partly.outcome.verdict).toBe('done')
  expect(found(partly.outcome.findings, 'replica-elsewhere')).toMatchObject({level: 'warn'})
  await lab().settled()
  expect(await rolesOf(lab())).toEqual({...MOVED, n3: START.n3, n6: START.n6})
}, 60_000)

test('a name that fits no machine is a usage error; a machine without masters is nothing to do', async () => {
  const {outcome} = await operate(place(), evacuate, await evacuateOf(place(), 'rack-x'))
  expect(outcome).toMatchObject({verdict: 'usage', says: 'no node of orders runs on rack-x'})
  const idle = await operate(place(), evacuate, await evacuateOf(place(), 'rack-b'))
  expect(idle.outcome.verdict).toBe('nothing')
  expect(await sent()).toEqual([])
})

test('the second master dies on the way: the first move stays; once healed, resume does the rest', async () => {
  const dies = once(
    (event) => event.type === 'start' && event.step === `${node('n5').id}.promote`,
    () => node('n2').kill(),
  )
  const input = await evacuateOf(place(), 'rack-a')
  const {outcome, run} = await operate(place(), evacuate, input, {...OVERRIDES, emit: dies.emit})
  await dies.done()
  expect(outcome.verdict).toBe('partial')
  // It may die before or after it was read once.
  expect(outcome.says).toMatch(/guard (reach|lag) refuses now/)
  expect(outcome.next).toContain(`redeye runs resume ${run}`)
  expect(await sent()).toEqual(['n4'])

  const healed = async () => /^role:master/m.test(await node('n5').ask('INFO', 'replication'))
  expect(await until(healed, 30_000)).toBe(true)
  await node('n2').start()
  await lab().settled()
  expect((await rolesOf(lab())).n3).toBe(START.n3)
  const resumed = await resume(place(), evacuate, run)
  expect(resumed.outcome).toMatchObject({verdict: 'done', run})
  await lab().settled()
  expect(await rolesOf(lab())).toEqual(MOVED)
  expect(await sent()).toEqual(['n4', 'n6'])
}, 90_000)
