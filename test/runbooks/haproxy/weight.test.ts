import {expect, test} from 'vitest'
import {weight} from '../../../src/lib/runbooks/haproxy/weight.js'
import {weightOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'
import {asBefore, raw, states} from './states.js'

const {lab, place, recorded} = room()

async function weights(server: string) {
  const all = await states(lab())
  return lab().instances.map(({name}) => Number(all[`${name}.${server}`]?.srv_uweight))
}

test('a share of the configured weight, verified on both instances; undo sets the number from before', async () => {
  await raw(lab(), 'set weight weighted/s3 40')
  const before = await states(lab())
  const {outcome, run, events} = await operate(place(), weight, weightOf('weighted/s3', 50))
  expect(outcome.verdict).toBe('done')
  expect(await weights('weighted/s3')).toEqual([25, 25])
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  expect(plan.view.tables[0]?.rows[0]).toEqual(['lb1', 'UP', '50', '40 -> 25'])
  expect((await operate(place(), weight, weightOf('weighted/s3', 50))).outcome.verdict).toBe('nothing')
  expect((await undo(place(), weight, run)).outcome.verdict).toBe('done')
  await asBefore(lab(), before)
})

test('half of weight 1 is 0: refused', async () => {
  const {place: taped, sent} = await recorded()
  const {outcome} = await operate(taped, weight, weightOf('app/s1', 50))
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join()).toContain('50 % of weight 1 rounds down to 0 on lb1, lb2: no traffic at all')
  expect(sent()).toEqual([])
  expect(await weights('app/s1')).toEqual([1, 1])
})

test('0 when asked for; but not for the last server', async () => {
  expect((await operate(place(), weight, weightOf('app/s1', 0))).outcome.verdict).toBe('done')
  expect(await weights('app/s1')).toEqual([0, 0])
  const {outcome} = await operate(place(), weight, weightOf('one/s1', 0))
  expect(outcome.because.join()).toContain('last-server: ')
  expect(await weights('one/s1')).toEqual([1, 1])
})

test('an agent check sets the weight and wins: refused', async () => {
  const {outcome} = await operate(place(), weight, weightOf('agent/a1', 100))
  expect(outcome.because.join()).toContain('agent-weight: an agent check is on for agent/a1 on lb1, lb2')
})

test('a balance by hash that takes no weights says so, and nothing is changed', async () => {
  const before = await states(lab())
  const {outcome} = await operate(place(), weight, weightOf('hashed/s1', 50))
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain("only accepts weights '0%' and '100%'")
  await asBefore(lab(), before)
})

test('an OK that changed nothing is a failure: the other instance is put back', async () => {
  const before = await states(lab())
  const {place: taped, tapes} = await recorded()
  tapes.lb2?.on(/^set weight/, {answer: '\n'})
  const {outcome} = await operate(taped, weight, weightOf('weighted/s3', 50))
  expect(outcome.verdict).toBe('undone')
  await asBefore(lab(), before)
})

test('a dry run sends only questions', async () => {
  const {place: taped, sent} = await recorded()
  const {outcome} = await operate(taped, weight, weightOf('weighted/s3', 50), {mode: 'dry-run'})
  expect(outcome.verdict).toBe('planned')
  expect(sent()).toEqual([])
})
