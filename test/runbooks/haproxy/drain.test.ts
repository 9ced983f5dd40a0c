import {expect, test} from 'vitest'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {drainOf} from './inputs.js'
import {journalOf, operate, undo} from './operate.js'
import {room} from './room.js'
import {asBefore, masks, raw, states} from './states.js'

const {lab, place, recorded} = room()

test('takes the server out on both instances, verified, and nothing else changes', async () => {
  const before = await states(lab())
  const {outcome, run} = await operate(place(), drain, drainOf('app/s2'))
  expect(outcome).toMatchObject({verdict: 'done', runbook: 'haproxy.drain', subject: 'app/s2', run})
  expect(outcome.steps.map(({step, state}) => [step, state])).toEqual([
    ['lb1.app/s2.drain', 'changed'],
    ['lb2.app/s2.drain', 'changed'],
    ['idle', 'already'],
  ])
  const after = await states(lab())
  const changed = Object.keys(after).filter(
    (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  )
  expect(changed.sort()).toEqual(['lb1.app/s2', 'lb1.sticky/s2', 'lb2.app/s2', 'lb2.sticky/s2'])
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
  expect(await masks(lab(), 'sticky/s2')).toEqual({lb1: 16, lb2: 16})
})

test('again: nothing to do, nobody is asked, nothing is sent', async () => {
  await operate(place(), drain, drainOf('app/s2'))
  const {place: taped, sent} = await recorded()
  const confirm = () => expect.unreachable('asked about nothing')
  const {outcome} = await operate(taped, drain, drainOf('app/s2'), {asker: {confirm}})
  expect(outcome.verdict).toBe('nothing')
  expect(sent()).toEqual([])
})

test('a drain of the last server that was made already is nothing to do, not a refusal', async () => {
  await raw(lab(), 'set server one/s1 state drain')
  const {outcome} = await operate(place(), drain, drainOf('one/s1'))
  expect(outcome.verdict).toBe('nothing')
})

test('drained by hand on one instance: only the other one is changed, and only that is undone', async () => {
  await raw(lab(), 'set server app/s2 state drain', 'lb1')
  const {place: taped, sent} = await recorded()
  const {outcome, run} = await operate(taped, drain, drainOf('app/s2'))
  expect(outcome.verdict).toBe('done')
  expect(sent()).toEqual(['lb2: set server app/s2 state drain'])
  await undo(taped, drain, run)
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 0})
})

test('a dry run asks only questions, and changes nothing', async () => {
  const before = await states(lab())
  const {place: taped, tapes, sent} = await recorded()
  const {outcome, events} = await operate(taped, drain, drainOf('app/s2'), {mode: 'dry-run'})
  expect(outcome).toMatchObject({verdict: 'planned'})
  expect(sent()).toEqual([])
  expect(tapes.lb1?.commands.length).toBeGreaterThan(0)
  expect(tapes.lb2?.commands.length).toBeGreaterThan(0)
  expect(events.map(({type}) => type)).toEqual(['plan', 'outcome'])
  await asBefore(lab(), before)
})

test('a no to the question changes nothing', async () => {
  const before = await states(lab())
  const {place: taped, sent} = await recorded()
  const {outcome} = await operate(taped, drain, drainOf('app/s2'), {
    asker: {present: true, confirm: async () => ({no: 'you said no'})},
  })
  expect(outcome).toMatchObject({verdict: 'declined', says: 'you said no; nothing was changed'})
  expect(sent()).toEqual([])
  await asBefore(lab(), before)
})

test('with --then maint it ends in maintenance, and its followers with it', async () => {
  const {outcome} = await operate(place(), drain, drainOf('app/s1', {end: 'maint'}))
  expect(outcome.verdict).toBe('done')
  expect(await masks(lab(), 'app/s1')).toEqual({lb1: 1, lb2: 1})
  expect(await masks(lab(), 'table/s1')).toEqual({lb1: 2, lb2: 2})
})

test('--then maint is advised for bound clients, and not where it is asked for', async () => {
  for (const [end, advised] of [
    ['drain', true],
    ['maint', false],
  ] as const) {
    const {outcome} = await operate(place(), drain, drainOf('app/s2', {end}), {mode: 'dry-run'})
    const sticky = outcome.findings.find(({id}) => id === 'sticky')
    expect(sticky?.saw.endsWith('move when it is MAINT (drain --then maint)')).toBe(advised)
  }
})

test('a server that is nowhere is on no instance', async () => {
  const {events} = await operate(place(), drain, drainOf('app/s9'), {mode: 'dry-run'})
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  expect(plan.view.title).toBe('Drain app/s9 on no instance')
})

test('the plan shows what every backend loses, followers included, step by step with its undo', async () => {
  const {events} = await operate(place(), drain, drainOf('app/s1'), {mode: 'dry-run'})
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  const port = lab().apps[0]?.port
  expect(plan.view.title).toBe(`Drain app/s1 (127.0.0.1:${port}) on 2 instances (lb1, lb2)`)
  expect(plan.view.tables[0]?.rows).toEqual([
    ['app', 'lb1', '3 -> 2', '3 -> 2', '66 %', '0', '0'],
    ['sticky', 'lb1', '2 -> 1', '2 -> 1', '50 %', '0', '0'],
    ['table', 'lb1', '2 -> 1', '2 -> 1', '50 %', '0', '0'],
    ['app', 'lb2', '3 -> 2', '3 -> 2', '66 %', '0', '0'],
    ['sticky', 'lb2', '2 -> 1', '2 -> 1', '50 %', '0', '0'],
    ['table', 'lb2', '2 -> 1', '2 -> 1', '50 %', '0', '0'],
  ])
  expect(plan.view.notes).toContain('sticky/s1 follows app/s1 (track) and leaves with it')
  expect(plan.view.notes).toContain('table/s1 follows sticky/s1 (track) and leaves with it')
  expect(plan.stages.flatMap((stage) => stage.steps)).toMatchObject([
    {
      says: 'lb1: set server app/s1 state drain',
      reached: false,
      saw: 'UP, 0 sessions',
      undo: 'lb1: set server app/s1 back to ready',
    },
    {says: 'lb2: set server app/s1 state drain', reached: false},
    {says: 'wait until app/s1 is idle on lb1, lb2', saw: 'in rotation on lb1, lb2'},
  ])
})

test('a name that would be a second command is turned away before anything is sent', async () => {
  const {place: taped, tapes} = await recorded()
  const {outcome} = await operate(taped, drain, drainOf('app;show info/s1'))
  expect(outcome.verdict).toBe('usage')
  expect(outcome.because.join()).toContain('only letters, digits')
  expect([tapes.lb1?.commands, tapes.lb2?.commands]).toEqual([[], []])
})

test('the journal holds the state from before each change, before it is made', async () => {
  const {run} = await operate(place(), drain, drainOf('app/s2'), {reason: 'kernel update', ticket: 'OPS-1'})
  const lines = await journalOf(place(), run)
  expect(lines.map(({kind}) => kind)).toEqual([
    'began',
    'applying',
    'settled',
    'applying',
    'settled',
    'settled',
    'ended',
  ])
  expect(lines[1]).toMatchObject({step: 'lb1.app/s2.drain', before: {admin: 'ready'}})
})
