import {afterEach, expect, test} from 'vitest'
import type {HaproxyDaemon} from '../../../src/lib/lab/haproxy.js'
import type {Load} from '../../../src/lib/lab/load.js'
import {until} from '../../../src/lib/lab/until.js'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {sessions, slowRequests, type TcpClients, tcpClients} from './clients.js'
import {drainOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'
import {asBefore, masks, states} from './states.js'

const {lab, place, recorded} = room()
const instance = (at: number): HaproxyDaemon => lab().instances[at] ?? expect.unreachable()

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0)) await end()
})

/** Clients that carry a cookie; some of them are bound to s1. */
async function bound(): Promise<Load> {
  const load = lab().load({clients: 8, paceMs: 5, cookies: true, path: '/sticky'})
  ending.push(() => load.stop())
  expect(await until(() => (load.stats().byServer.s1 ?? 0) > 50, 20_000)).toBe(true)
  return load
}

async function tcp(count: number): Promise<TcpClients> {
  const [one, two] = await Promise.all([
    tcpClients(instance(0).places.tcpPort, count),
    tcpClients(instance(1).places.tcpPort, count),
  ])
  ending.push(one.end, two.end)
  return {closed: () => one.closed() + two.closed(), end: () => {}}
}

test('undo: bound clients keep a follower busy, so the drain is taken back', async () => {
  const before = await states(lab())
  const load = await bound()
  const {outcome, events} = await operate(place(), drain, drainOf('app/s1', {timeoutMs: 2500}))
  expect(outcome.verdict).toBe('undone')
  expect(outcome.steps.map(({step, state}) => [step, state])).toEqual([
    ['lb1.app/s1.drain', 'undone'],
    ['lb2.app/s1.drain', 'undone'],
    ['idle', 'timed-out'],
  ])
  expect(outcome.says).toContain('sticky/s1')
  expect(events.some((event) => event.type === 'saw' && event.saw.includes('new from bound clients'))).toBe(
    true,
  )
  expect((await load.stop()).failed).toBe(0)
  await asBefore(lab(), before)
})

test('keep: it stays DRAIN, and the run can be undone later', async () => {
  const before = await states(lab())
  const load = await bound()
  const asked = drainOf('app/s1', {timeoutMs: 1500, onTimeout: 'keep'})
  const {outcome, run} = await operate(place(), drain, asked)
  expect(outcome.verdict).toBe('partial')
  expect(outcome.next).toContain(`redeye runs undo ${run}`)
  expect(await masks(lab(), 'app/s1')).toEqual({lb1: 8, lb2: 8})
  await undo(place(), drain, run)
  expect((await load.stop()).failed).toBe(0)
  await asBefore(lab(), before)
})

test('kill, then maint: bound clients move by themselves and none of them is cut', async () => {
  const load = await bound()
  const asked = drainOf('app/s1', {timeoutMs: 1000, onTimeout: 'kill', end: 'maint'})
  const {outcome} = await operate(place(), drain, asked)
  expect(outcome.verdict).toBe('done')
  expect(await masks(lab(), 'app/s1')).toEqual({lb1: 1, lb2: 1})
  expect(await instance(0).ask('show stat sticky 4 -1')).toContain('MAINT (via app/s1)')
  const moved = load.stats().total
  expect(await until(() => load.stats().total > moved + 200, 20_000)).toBe(true)
  expect(await load.stop()).toMatchObject({failed: 0, reasons: {}})
})

test('kill: sessions that are left are cut, after the name was typed', async () => {
  const clients = await tcp(6)
  expect(await sessions(instance(0), 'tcpapp', 's1')).toBe(3)
  const questions: unknown[] = []
  const {outcome, events} = await operate(
    place(),
    drain,
    drainOf('tcpapp/s1', {timeoutMs: 1000, onTimeout: 'kill'}),
    {
      asker: {
        confirm: async (question) => {
          questions.push(question)
          return 'yes'
        },
      },
    },
  )
  expect(outcome.verdict).toBe('done')
  expect(questions).toMatchObject([{effect: 'destroy', subject: 'tcpapp/s1'}])
  expect(await until(() => clients.closed() === 6, 5000)).toBe(true)
  expect(await sessions(instance(0), 'tcpapp', 's1')).toBe(0)
  expect(await sessions(instance(0), 'tcpapp', 's2')).toBe(3)
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  expect(plan.stages.find(({id}) => id === 'cut')?.steps[0]).toMatchObject({
    says: 'lb1: shutdown sessions server tcpapp/s1',
    reached: false,
    irreversible: 'sessions that were cut cannot be put back',
  })
})

test('kill, with bound clients that come back at once: those from before count', async () => {
  await bound()
  const asked = drainOf('sticky/s1', {timeoutMs: 500, onTimeout: 'kill'})
  const {outcome} = await operate(place(), drain, asked)
  expect(outcome.verdict).toBe('done')
})

test('ask, with nobody there, is undo; with a person there it is their answer', async () => {
  await tcp(2)
  const asked = drainOf('tcpapp/s1', {timeoutMs: 800, onTimeout: 'ask'})
  const alone = await operate(place(), drain, asked)
  expect(alone.outcome.verdict).toBe('undone')
  const questions: string[] = []
  const {outcome} = await operate(place(), drain, asked, {
    asker: {
      present: true,
      failed: async ({why}) => {
        questions.push(why)
        return 'stop'
      },
    },
  })
  expect(outcome.verdict).toBe('partial')
  expect(questions).toHaveLength(1)
  expect(questions[0]).toMatch(/lb1 tcpapp\/s1 1 session \(oldest \d+ s\)/)
  expect(await masks(lab(), 'tcpapp/s1')).toEqual({lb1: 8, lb2: 8})
})

test('slow requests end by themselves: the wait tells who is left, and none fails', async () => {
  const answers = await slowRequests(instance(0), ['app', 's2'], 3000)
  const {place: taped, sent} = await recorded()
  const {outcome, events} = await operate(taped, drain, drainOf('app/s2'))
  expect(outcome.verdict).toBe('done')
  const seen = events.flatMap((event) => (event.type === 'saw' && event.step === 'idle' ? [event.saw] : []))
  expect(seen.join('\n')).toMatch(/lb1 app\/s2 1 session \(oldest \d s\)/)
  expect(new Set(await answers())).toEqual(new Set([200]))
  expect(sent()).toHaveLength(2)
})

test('Ctrl-C during the wait ends it, resumable', async () => {
  await tcp(2)
  const stop = new AbortController()
  const {outcome, run} = await operate(place(), drain, drainOf('tcpapp/s1'), {
    stopping: stop.signal,
    emit: (event) => event.type === 'saw' && stop.abort(),
  })
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.next).toEqual([`redeye runs resume ${run}`, `redeye runs undo ${run}`])
  expect(await masks(lab(), 'tcpapp/s1')).toEqual({lb1: 8, lb2: 8})
  expect((await undo(place(), drain, run)).outcome.verdict).toBe('done')
  expect(await masks(lab(), 'tcpapp/s1')).toEqual({lb1: 0, lb2: 0})
})
