import {expect, test} from 'vitest'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {slowRequests} from './clients.js'
import {drainOf} from './inputs.js'
import {journalOf, operate} from './operate.js'
import {ended, once, room, waits} from './room.js'
import {asBefore, masks, states} from './states.js'

const {lab, place, recorded} = room()

const DRAIN = /^set server app\/s2 state drain$/

test('an OK that changed nothing is a failure: the other instance is put back', async () => {
  const before = await states(lab())
  const {place: taped, tapes, sent} = await recorded()
  tapes.lb2?.on(DRAIN, {answer: '\n'})
  const {outcome} = await operate(taped, drain, drainOf('app/s2'))
  expect(outcome.verdict).toBe('undone')
  expect(outcome.steps.map(({step, state}) => [step, state])).toEqual([
    ['lb1.app/s2.drain', 'undone'],
    ['lb2.app/s2.drain', 'undone'],
    ['idle', 'not-started'],
  ])
  expect(outcome.says).toMatch(/^lb2: set server app\/s2 state drain: UP, 0 sessions after 5/)
  expect(sent()).toEqual([
    'lb1: set server app/s2 state drain',
    'lb1: set server app/s2 state ready',
    'lb2: set server app/s2 state drain',
  ])
  await asBefore(lab(), before)
})

test('an answer that says no is a failure at once', async () => {
  const {place: taped, tapes} = await recorded()
  tapes.lb1?.on(DRAIN, {answer: 'Permission denied\n\n'})
  const {outcome} = await operate(taped, drain, drainOf('app/s2'))
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('HAProxy answered "Permission denied"')
  expect(outcome.says).toContain('now: UP')
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 0, lb2: 0})
})

test('the answer is lost after HAProxy carried it out: looked at, not sent again', async () => {
  const {place: taped, tapes, sent} = await recorded()
  tapes.lb1?.on(DRAIN, {drop: 'after'})
  const {outcome} = await operate(taped, drain, drainOf('app/s2'))
  expect(outcome.verdict).toBe('done')
  expect(sent()).toEqual(['lb1: set server app/s2 state drain', 'lb2: set server app/s2 state drain'])
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
})

test('lost before HAProxy saw it: in doubt, so it is looked at, not sent again, and the run is undone', async () => {
  const before = await states(lab())
  const {place: taped, tapes, sent} = await recorded()
  tapes.lb2?.on(DRAIN, {drop: 'before'})
  const {outcome} = await operate(taped, drain, drainOf('app/s2'))
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toMatch(/the connection (was lost|ended before HAProxy answered)/)
  expect(sent().filter((line) => DRAIN.test(line.slice(5)))).toHaveLength(2)
  await asBefore(lab(), before)
})

test('a person who answers "retry" has it sent once more', async () => {
  const {place: taped, tapes, sent} = await recorded()
  tapes.lb1?.on(DRAIN, {drop: 'before'})
  const asked: string[] = []
  const failed = async ({why}: {why: string}) => {
    asked.push(why)
    return 'retry' as const
  }
  const {outcome} = await operate(taped, drain, drainOf('app/s2', {onTimeout: 'ask'}), {
    asker: {present: true, failed},
  })
  expect(outcome.verdict).toBe('done')
  expect(asked).toHaveLength(1)
  expect(sent().filter((line) => line.startsWith('lb1: set'))).toHaveLength(2)
})

test('a read that is slow, or cut off during the wait, does not end the run', async () => {
  const [lb1] = lab().instances
  const answers = await slowRequests(lb1 ?? expect.unreachable(), ['app', 's2'], 3000)
  const {place: taped, tapes} = await recorded()
  const cut = once(waits('idle'), () => {
    tapes.lb1?.on(/^show info/, {drop: 'before'})
    tapes.lb2?.on(/^show info/, {delayMs: 400})
  })
  const {outcome} = await operate(taped, drain, drainOf('app/s2'), {emit: cut.emit})
  await cut.done()
  expect(outcome.verdict).toBe('done')
  expect(new Set(await answers())).toEqual(new Set([200]))
})

test('the second instance dies before its step: the first is undone', async () => {
  const [lb1, lb2] = lab().instances
  const {place: taped, tapes} = await recorded()
  const death = once(ended('lb1.app/s2.drain'), async () => {
    // At once, so that the next step meets it; the wait for its end comes after.
    process.kill(lb2?.process.pid ?? expect.unreachable(), 'SIGKILL')
    await lb2?.kill()
  })
  const {outcome, run} = await operate(taped, drain, drainOf('app/s2'), {emit: death.emit})
  await death.done()
  expect(outcome.verdict).toBe('undone')
  expect(outcome.steps.map(({step, state}) => [step, state])).toEqual([
    ['lb1.app/s2.drain', 'undone'],
    ['lb2.app/s2.drain', 'unreachable'],
    ['idle', 'not-started'],
  ])
  expect(outcome.says).toContain('lb2')
  const answer = await lb1?.ask('show servers state app')
  expect(answer).toMatch(/ s2 127\.0\.0\.1 2 0 /)
  expect(tapes.lb2?.commands.filter((line) => line.startsWith('set'))).toEqual([])
  const lines = await journalOf(taped, run)
  expect(lines.at(-1)).toMatchObject({kind: 'ended', verdict: 'undone'})
})

test('an instance dies while the question stands: the guards are read again, nothing is changed', async () => {
  const [, lb2] = lab().instances
  const {place: taped, sent} = await recorded()
  const {outcome} = await operate(taped, drain, drainOf('app/s2'), {
    asker: {
      present: true,
      confirm: async () => {
        await lb2?.kill()
        return 'yes'
      },
    },
    onFailure: 'undo',
  })
  expect(outcome).toMatchObject({verdict: 'refused'})
  expect(outcome.says).toContain('guard reach refuses now: lb2')
  expect(sent()).toEqual([])
})

test('the other servers fail while the question stands: the last one is not taken', async () => {
  const before = await states(lab())
  const {outcome} = await operate(place(), drain, drainOf('unchecked/s1'), {
    asker: {
      present: true,
      confirm: async () => {
        for (const one of lab().instances) await one.ask('set server unchecked/s2 state maint')
        return 'yes'
      },
    },
    onFailure: 'undo',
  })
  expect(outcome).toMatchObject({verdict: 'refused'})
  expect(outcome.says).toContain('guard last-server refuses now')
  expect((await states(lab()))['lb1.unchecked/s1']).toEqual(before['lb1.unchecked/s1'])
})
