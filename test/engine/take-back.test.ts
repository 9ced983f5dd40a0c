import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import {bench, request, switches, switchStep, type World, world} from './world.js'

const NAMES = ['a', 'b', 'c']

/** `b` is turned on and then never looks so; what it did is taken back, `a` stays on. */
const runbook = switches(
  (at: World) => [
    {
      id: 's',
      says: 's',
      steps: [
        switchStep(at, 'a', {undo: {kind: 'leave', why: 'it stays'}}),
        switchStep(at, 'b', {
          probe: async () => {
            at.spy('b')
            return {reached: false, saw: 'sick', before: at.on.get('b') ?? false}
          },
          undo: {kind: 'leave', why: 'it stays'},
          takeBack: {
            kind: 'restore',
            says: 'turn off b again',
            async run(before) {
              at.log.push('off b')
              at.on.set('b', before)
            },
          },
        }),
        switchStep(at, 'c'),
      ],
    },
  ],
  {onFailure: 'stop'},
)

test('a step that failed after it was sent is taken back alone, and that is seen', async () => {
  const where = world(NAMES)
  const ports = bench()
  const {outcome} = await perform(runbook, where, request(NAMES), ports)
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toBe(
    'turn on b: sick after 1 s; what this step had changed is taken back, the rest stays',
  )
  expect(where.log).toEqual(['on a', 'on b', 'off b'])
  expect(outcome.totals).toMatchObject({changed: 1, undone: 1, 'not-started': 1})
  expect(ports.entries.map(({kind}) => kind)).toContain('unwound')
})

test('a step that was never sent has nothing to take back', async () => {
  const where = world(NAMES)
  let looks = 0
  where.spy = (id) => {
    looks += id === 'b' ? 1 : 0
    if (id === 'b' && looks > 1) throw new Error('no')
  }
  const {outcome} = await perform(runbook, where, request(NAMES), bench())
  expect(outcome.verdict).toBe('partial')
  expect(where.log).toEqual(['on a'])
})

test('where the whole run is undone, that is how this step is undone', async () => {
  const where = world(NAMES)
  const {outcome} = await perform(runbook, where, request(NAMES, {onFailure: 'undo'}), bench())
  expect(where.log).toEqual(['on a', 'on b', 'off b'])
  expect(outcome).toMatchObject({verdict: 'partial', because: ['left as it is: turn on a']})
})
