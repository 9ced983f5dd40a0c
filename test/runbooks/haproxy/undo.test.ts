import {expect, test} from 'vitest'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {ready} from '../../../src/lib/runbooks/haproxy/ready.js'
import {drainOf, readyOf} from './inputs.js'
import {journalOf, operate, undo} from './operate.js'
import {room} from './room.js'
import {asBefore, masks, raw, states} from './states.js'

const {lab, place, recorded} = room()

test('the undo of a drain puts every server back, and is a run of its own', async () => {
  const before = await states(lab())
  const {run} = await operate(place(), drain, drainOf('app/s2'))
  const {place: taped, sent} = await recorded()
  const undone = await undo(taped, drain, run)
  expect(undone.outcome).toMatchObject({verdict: 'done', runbook: 'runs.undo', subject: 'app/s2'})
  expect(undone.run).not.toBe(run)
  expect(sent()).toEqual(['lb1: set server app/s2 state ready', 'lb2: set server app/s2 state ready'])
  expect((await journalOf(place(), undone.run)).at(-1)).toMatchObject({kind: 'ended', verdict: 'done'})
  await asBefore(lab(), before)
})

test('undone twice is nothing to do', async () => {
  const {run} = await operate(place(), drain, drainOf('app/s2'))
  await undo(place(), drain, run)
  expect((await undo(place(), drain, run)).outcome.verdict).toBe('nothing')
})

test('after drain --then maint under load, the way back goes by DRAIN and fails no request', async () => {
  const before = await states(lab())
  const load = lab().load({clients: 20, paceMs: 5})
  const {run} = await operate(place(), drain, drainOf('app/s2', {end: 'maint'}))
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 1, lb2: 1})
  const {place: taped, sent} = await recorded()
  const {outcome} = await undo(taped, drain, run)
  expect(outcome.verdict).toBe('done')
  expect(sent()).toEqual([
    'lb1: set server app/s2 state drain',
    'lb1: set server app/s2 state ready',
    'lb2: set server app/s2 state drain',
    'lb2: set server app/s2 state ready',
  ])
  const stats = await load.stop()
  expect(stats).toMatchObject({failed: 0, reasons: {}})
  expect(stats.total).toBeGreaterThan(200)
  await asBefore(lab(), before)
})

test('of a drain whose server has died in the meantime: it is ready and DOWN, and no request fails', async () => {
  const {run} = await operate(place(), drain, drainOf('app/s2', {end: 'maint'}))
  await lab().apps[1]?.kill()
  const load = lab().load({clients: 8, paceMs: 5})
  const {outcome} = await undo(place(), drain, run)
  expect(outcome.verdict).toBe('done')
  expect(await load.stop()).toMatchObject({failed: 0, reasons: {}})
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 0, lb2: 0})
})

test('of a ready is refused when the server has become the last one', async () => {
  await raw(lab(), 'set server unchecked/s1 state drain')
  const {run} = await operate(place(), ready, readyOf('unchecked/s1', {noHealth: true}))
  await raw(lab(), 'set server unchecked/s2 state maint')
  const {place: taped, sent} = await recorded()
  const {outcome} = await undo(taped, ready, run)
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join()).toContain('last-server: no usable server would be left in unchecked on lb1')
  expect(sent()).toEqual([])
  expect(await masks(lab(), 'unchecked/s1')).toEqual({lb1: 0, lb2: 0})
})

test('with an instance out of reach it does not begin', async () => {
  const {run} = await operate(place(), drain, drainOf('app/s2'))
  await lab().instances[1]?.kill()
  const {place: taped, sent} = await recorded()
  const {outcome} = await undo(taped, drain, run)
  expect(outcome.verdict).toBe('unreachable')
  expect(outcome.says).toContain('lb2')
  expect(sent()).toEqual([])
  expect(await lab().instances[0]?.ask('show servers state app')).toMatch(/ s2 127\.0\.0\.1 \d 8 /)
})

test('an undo that does not take hold says that it failed, and where', async () => {
  const {run} = await operate(place(), drain, drainOf('app/s2'))
  const {place: taped, tapes} = await recorded()
  tapes.lb1?.on(/state ready$/, {answer: '\n'})
  const {outcome} = await undo(taped, drain, run)
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toContain('lb1: set server app/s2 back to ready: DRAIN')
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 0})
})
