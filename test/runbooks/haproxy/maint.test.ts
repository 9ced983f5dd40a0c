import {afterEach, expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {maintNow} from '../../../src/lib/runbooks/haproxy/maint.js'
import {sessions, tcpClients} from './clients.js'
import {maintOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'
import {asBefore, masks, raw, states} from './states.js'

const {lab, place, recorded} = room()

const ending: (() => unknown)[] = []
afterEach(() => {
  for (const end of ending.splice(0)) end()
})

test('at once into maintenance on both instances; it is asked about as disruptive', async () => {
  const before = await states(lab())
  const questions: unknown[] = []
  const {place: taped, sent} = await recorded()
  const {outcome, run} = await operate(taped, maintNow, maintOf('app/s2'), {
    asker: {
      confirm: async (question) => {
        questions.push(question)
        return 'yes'
      },
    },
  })
  expect(outcome.verdict).toBe('done')
  expect(questions).toMatchObject([{effect: 'disrupt', subject: 'app/s2'}])
  expect(sent()).toEqual(['lb1: set server app/s2 state maint', 'lb2: set server app/s2 state maint'])
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 1, lb2: 1})
  expect((await undo(place(), maintNow, run)).outcome.verdict).toBe('done')
  await asBefore(lab(), before)
})

test('again: nothing to do; from DRAIN it goes on', async () => {
  await raw(lab(), 'set server app/s2 state drain')
  expect((await operate(place(), maintNow, maintOf('app/s2'))).outcome.verdict).toBe('done')
  expect((await operate(place(), maintNow, maintOf('app/s2'))).outcome.verdict).toBe('nothing')
})

test('the same guards as for a drain, also for bound clients of a last server that is DRAIN', async () => {
  const before = await states(lab())
  const last = await operate(place(), maintNow, maintOf('one/s1'))
  expect(last.outcome.because.join()).toContain('last-server: ')
  await asBefore(lab(), before)
  await raw(lab(), 'set server one/s1 state drain')
  const drained = await operate(place(), maintNow, maintOf('one/s1'))
  expect(drained.outcome).toMatchObject({verdict: 'refused'})
})

test('open sessions stay open, unless the configuration cuts them', async () => {
  const [lb1] = lab().instances
  const stay = await tcpClients(lb1?.places.tcpPort ?? 0, 4)
  const cut = await tcpClients(lb1?.places.cutPort ?? 0, 4)
  ending.push(stay.end, cut.end)
  const {events} = await operate(place(), maintNow, maintOf('tcpapp/s1'))
  await operate(place(), maintNow, maintOf('cut/s1'))
  expect(await until(() => cut.closed() === 2, 10_000)).toBe(true)
  expect(stay.closed()).toBe(0)
  expect(lb1 && (await sessions(lb1, 'tcpapp', 's1'))).toBe(2)
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  expect(plan.view.notes.join('\n')).toContain('on-marked-down shutdown-sessions')
  expect(plan.view.tables[0]?.rows[0]).toEqual(['tcpapp', 'lb1', '2 -> 1', '2 -> 1', '50 %', '0', '2'])
})

test('an OK that changed nothing is a failure: the other instance is put back', async () => {
  const before = await states(lab())
  const {place: taped, tapes} = await recorded()
  tapes.lb2?.on(/state maint$/, {answer: '\n'})
  const {outcome} = await operate(taped, maintNow, maintOf('app/s2'))
  expect(outcome.verdict).toBe('undone')
  await asBefore(lab(), before)
})

test('a dry run, and a no, change nothing', async () => {
  const before = await states(lab())
  const {place: taped, sent} = await recorded()
  await operate(taped, maintNow, maintOf('app/s2'), {mode: 'dry-run'})
  const {outcome} = await operate(taped, maintNow, maintOf('app/s2'), {
    asker: {confirm: async () => ({no: 'the name did not match'})},
  })
  expect(outcome.verdict).toBe('declined')
  expect(sent()).toEqual([])
  await asBefore(lab(), before)
})
