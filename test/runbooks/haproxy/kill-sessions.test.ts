import {afterEach, beforeEach, expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {killSessions} from '../../../src/lib/runbooks/haproxy/kill-sessions.js'
import {sessions, type TcpClients, tcpClients} from './clients.js'
import {killOf} from './inputs.js'
import {operate} from './operate.js'
import {room} from './room.js'
import {asBefore, raw, states} from './states.js'

const {lab, place, recorded} = room()

let clients: TcpClients[] = []
beforeEach(async () => {
  clients = await Promise.all(lab().instances.map((one) => tcpClients(one.places.tcpPort, 4)))
})
afterEach(() => {
  for (const one of clients) one.end()
})

const closed = () => clients.reduce((sum, one) => sum + one.closed(), 0)
const left = () => Promise.all(lab().instances.map((one) => sessions(one, 'tcpapp', 's1')))

test('sessions on a drained server are cut on every instance, and those of other servers are not', async () => {
  await raw(lab(), 'set server tcpapp/s1 state drain')
  expect(await left()).toEqual([2, 2])
  const questions: unknown[] = []
  const {place: taped, sent} = await recorded()
  const {outcome, events} = await operate(taped, killSessions, killOf('tcpapp/s1'), {
    asker: {
      confirm: async (question) => {
        questions.push(question)
        return 'yes'
      },
    },
  })
  expect(outcome.verdict).toBe('done')
  expect(questions).toMatchObject([{effect: 'destroy', subject: 'tcpapp/s1'}])
  expect(sent()).toEqual([
    'lb1: shutdown sessions server tcpapp/s1',
    'lb2: shutdown sessions server tcpapp/s1',
  ])
  expect(await left()).toEqual([0, 0])
  expect(await until(() => closed() === 4, 5000)).toBe(true)
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  expect(plan.view.tables[0]?.rows).toEqual([
    ['lb1', 'DRAIN', '2'],
    ['lb2', 'DRAIN', '2'],
  ])
  expect(plan.stages[0]?.steps[0]?.irreversible).toBe('sessions that were cut cannot be put back')
})

test('again: nothing to do', async () => {
  await raw(lab(), 'set server tcpapp/s1 state drain')
  await operate(place(), killSessions, killOf('tcpapp/s1'))
  expect((await operate(place(), killSessions, killOf('tcpapp/s1'))).outcome.verdict).toBe('nothing')
})

test('a server in rotation is refused; overridden, those from before are cut', async () => {
  const {place: taped, sent} = await recorded()
  const refused = await operate(taped, killSessions, killOf('tcpapp/s1'))
  expect(refused.outcome).toMatchObject({verdict: 'refused', next: ['redeye haproxy drain tcpapp/s1']})
  expect(sent()).toEqual([])
  expect(await left()).toEqual([2, 2])
  const {outcome} = await operate(taped, killSessions, killOf('tcpapp/s1'), {
    overrides: ['serving'],
    reason: 'stuck sessions',
  })
  expect(outcome.verdict).toBe('done')
  expect(await until(() => closed() === 4, 5000)).toBe(true)
})

test('an OK that cut nothing is a failure, and says what stays', async () => {
  await raw(lab(), 'set server tcpapp/s1 state drain')
  const {place: taped, tapes} = await recorded()
  tapes.lb2?.on(/^shutdown sessions/, {answer: '\n'})
  const {outcome} = await operate(taped, killSessions, killOf('tcpapp/s1'))
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toContain('2 sessions left')
  expect(await left()).toEqual([0, 2])
})

test('a dry run, and a no, cut nothing', async () => {
  await raw(lab(), 'set server tcpapp/s1 state drain')
  const before = await states(lab())
  const {place: taped, sent} = await recorded()
  await operate(taped, killSessions, killOf('tcpapp/s1'), {mode: 'dry-run'})
  await operate(taped, killSessions, killOf('tcpapp/s1'), {asker: {confirm: async () => ({no: 'no'})}})
  expect(sent()).toEqual([])
  expect(await left()).toEqual([2, 2])
  await asBefore(lab(), before)
})
