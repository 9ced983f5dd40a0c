import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import {step} from '../../src/lib/engine/step.js'
import {bench, request, switches, switchStep, type World, world} from './world.js'

/** A wait that sees whether the switch still is on, and is content on its third look. */
function holding(where: World, falls: number) {
  let looks = 0
  return switches((at) => [
    {
      id: 's',
      says: 's',
      steps: [
        switchStep(at, 'a'),
        step<null>({
          id: 'wait',
          says: 'wait',
          async probe() {
            looks += 1
            if (looks > 1 && looks <= 1 + falls * 2 && looks % 2 === 0) where.on.set('a', false)
            const on = where.on.get('a') === true
            return {
              reached: on && looks > 6,
              saw: on ? 'holding' : 'somebody turned a off',
              before: null,
              ...(!on && looks > 1 && {slipped: ['a']}),
            }
          },
          patienceMs: 60_000,
          undo: {kind: 'leave', why: 'it only waits'},
        }),
      ],
    },
  ])
}

test('what slipped once is done again and recorded', async () => {
  const where = world(['a'])
  const ports = bench()
  const {outcome} = await perform(holding(where, 1), where, request(['a']), ports)
  expect(outcome.verdict).toBe('done')
  expect(where.log).toEqual(['on a', 'on a'])
  expect(ports.entries).toContainEqual({kind: 'note', says: 'somebody turned a off; once more: turn on a'})
})

test('what slips twice is a failure', async () => {
  const where = world(['a'])
  const {outcome} = await perform(holding(where, 2), where, request(['a']), bench())
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('already put back once')
})
