import {expect, test} from 'vitest'
import {remember} from '../../src/lib/engine/memory.js'
import {perform} from '../../src/lib/engine/perform.js'
import {bench, oneStage, request, switches, switchStep, type World, world} from './world.js'

/** What apply throws when somebody was asked inside it, or nothing was changed by it. */
const told = (message: string, how: object) => Object.assign(new Error(message), {fault: 'answered', ...how})
const at = (where: World, id: string, error: Error) => {
  where.meddle = (now) => {
    if (now === id) throw error
  }
}

test('a step that somebody leaves out is skipped, is not undone, and the next one goes on', async () => {
  const [where, ports] = [world(['a', 'b', 'c']), bench()]
  at(where, 'b', told('you skipped it', {untouched: true, wants: 'skip'}))
  const {outcome} = await perform(switches(oneStage(['a', 'b', 'c'])), where, request([]), ports)
  expect(outcome.steps.map(({state}) => state)).toEqual(['changed', 'skipped', 'changed'])
  expect(outcome.verdict).toBe('tolerated')
  expect(outcome.next).toEqual(['redeye runs show run-1', 'redeye runs undo run-1'])
  expect(remember(ports.entries).get('b')).toMatchObject({sent: 0})
})

test('told to stop: nothing new begins, what was done stays, and the run is resumable', async () => {
  const [where, ports] = [world(['a', 'b', 'c']), bench()]
  at(where, 'b', told('you quit', {untouched: true, wants: 'stop'}))
  const {outcome} = await perform(switches(oneStage(['a', 'b', 'c'])), where, request([]), ports)
  expect(outcome.steps.map(({state}) => state)).toEqual(['changed', 'not-started', 'not-started'])
  expect(outcome).toMatchObject({verdict: 'interrupted', says: 'turn on b: you quit'})
  expect(outcome.next).toEqual(['redeye runs resume run-1', 'redeye runs undo run-1'])
  expect(where.log).toEqual(['on a', 'on b'])
})

test('told to stop in the middle of a step: it is in doubt, and an undo takes it back', async () => {
  const [where, ports] = [world(['a', 'b']), bench()]
  at(where, 'b', told('interrupted', {wants: 'stop'}))
  const {outcome} = await perform(switches(oneStage(['a', 'b'])), where, request([]), ports)
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.steps[1]).toMatchObject({state: 'in-doubt', class: 'told-to-stop'})
  expect(remember(ports.entries).get('b')).toMatchObject({sent: 1})
})

test.each([
  ['guard', 'refused'],
  ['unhealthy', 'unhealthy'],
  ['locked', 'locked'],
  ['other', 'undone'],
])(
  'nothing was changed by the first step (%s): the run ends as if its plan had found it (%s)',
  async (kind, verdict) => {
    const [where, ports] = [world(['a']), bench()]
    at(where, 'a', told('no', {untouched: true, class: kind}))
    const {outcome} = await perform(switches(oneStage(['a'])), where, request([], {onFailure: 'stop'}), ports)
    expect(outcome).toMatchObject({verdict, totals: {failed: 1}})
    expect(ports.entries.map(({kind: one}) => one)).toEqual([
      'began',
      'applying',
      'unsent',
      'settled',
      'ended',
    ])
  },
)

test('what turned out to change nothing is no change, and there is nothing to take back', async () => {
  const [where, ports] = [world(['a']), bench()]
  const reads = switchStep(where, 'a', {
    probe: async () => ({
      reached: where.on.get('a') ?? false,
      saw: 'read',
      before: false,
      changedNothing: true,
    }),
  })
  const {outcome} = await perform(
    switches(() => [{id: 's', says: 's', steps: [reads]}]),
    where,
    request([]),
    ports,
  )
  expect(outcome).toMatchObject({verdict: 'nothing', totals: {already: 1}, next: []})
  expect(remember(ports.entries).get('a')).toMatchObject({sent: 0})
})

test('a run that is the step of another one has that in its plan', async () => {
  const ports = bench()
  const parent = {run: 'run-0', step: '3'}
  await perform(switches(oneStage(['a'])), world(['a']), request([], {parent}), ports)
  expect(ports.plans).toMatchObject([{parent}])
})
