import {expect, test} from 'vitest'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {maintNow} from '../../../src/lib/runbooks/haproxy/maint.js'
import {ready} from '../../../src/lib/runbooks/haproxy/ready.js'
import {drainOf, maintOf, readyOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'
import {asBefore, states} from './states.js'

const {lab, place, recorded} = room()

/** The machine behind `app/s3`: backends app, limited, noretry, table and weighted list it. */
const machine = () => `127.0.0.1:${lab().apps[2]?.port}`
const byAddress = () => ({server: null, address: machine()})
const ENTRIES = ['app/s3', 'limited/s3', 'noretry/s3', 'table/s3', 'weighted/s3']

async function outOfRotation() {
  return Object.entries(await states(lab()))
    .filter(([name, state]) => name.startsWith('lb1.') && state.srv_admin_state === '8')
    .map(([name]) => name.slice('lb1.'.length))
    .sort()
}

test('every backend that the machine serves, on every instance, and back again', async () => {
  const before = await states(lab())
  const {outcome, run} = await operate(place(), drain, {...drainOf('', {minCapacity: 0}), ...byAddress()})
  expect(outcome).toMatchObject({verdict: 'done', subject: machine()})
  expect(outcome.steps.map(({step}) => step)).toHaveLength(2 * ENTRIES.length + 1)
  expect(await outOfRotation()).toEqual(ENTRIES)
  const back = await operate(place(), ready, {...readyOf(''), ...byAddress()})
  expect(back.outcome.verdict).toBe('done')
  await asBefore(lab(), before)
  await operate(place(), drain, {...drainOf('', {minCapacity: 0}), ...byAddress()})
  expect((await undo(place(), drain, run)).outcome.verdict).toBe('done')
  await asBefore(lab(), before)
})

test('the guards look at every backend that it serves', async () => {
  const before = await states(lab())
  const {outcome} = await operate(place(), drain, {...drainOf(''), ...byAddress()})
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join()).toContain('weighted on lb1 would keep 3 % of its weight')
  await asBefore(lab(), before)
})

test('entries that follow another one of the machine change with it, and are not sent a command', async () => {
  const address = `127.0.0.1:${lab().apps[0]?.port}`
  const {place: taped, sent} = await recorded()
  const asked = {...maintOf('', {minCapacity: 0}), server: null, address}
  const {outcome} = await operate(taped, maintNow, asked, {overrides: ['last-server'], reason: 'it burns'})
  expect(outcome.verdict).toBe('done')
  expect(sent().join()).not.toContain('sticky/s1')
  expect(sent().join()).not.toContain('table/s1')
  const now = await states(lab())
  expect(now['lb1.sticky/s1']?.srv_admin_state).toBe('2')
  expect(now['lb2.one/s1']?.srv_admin_state).toBe('1')
})

test('an address that nobody has is refused: empty is never all', async () => {
  const {outcome} = await operate(place(), drain, {...drainOf(''), server: null, address: '10.9.9.9'})
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join()).toContain('there is no 10.9.9.9 on lb1, lb2')
})
