import {expect, test} from 'vitest'
import type {Asker} from '../../../src/lib/engine/ports.js'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {ready} from '../../../src/lib/runbooks/haproxy/ready.js'
import {drainOf, readyOf} from './inputs.js'
import {type Operated, operate, type Place} from './operate.js'
import {room} from './room.js'
import {masks} from './states.js'

const {lab, place} = room()

/** Two people at once. A question is answered when `together` resolves, so that neither run is over before that. */
async function bothAtOnce(
  servers: [string, string],
  together: (which: number, ends: Promise<Operated>[]) => Promise<unknown>,
): Promise<[Operated, Operated]> {
  const ends: Promise<Operated>[] = []
  const asker = (which: number): Partial<Asker> => ({
    confirm: async () => {
      await together(which, ends)
      return 'yes'
    },
  })
  const by = (user: string): Place => ({...place(), user})
  const [first, second] = servers
  ends.push(
    operate(by('ana'), drain, drainOf(first), {asker: asker(0)}),
    operate(by('ben'), drain, drainOf(second), {asker: asker(1)}),
  )
  const [ana, ben] = await Promise.all(ends)
  return ana && ben ? [ana, ben] : expect.unreachable()
}

/** The one that is asked waits until the other one has ended. */
const otherEnds = (which: number, ends: Promise<Operated>[]) => ends[1 - which] ?? Promise.resolve()

test.each([
  ['the same backend', 'app/s1', 'app/s2'],
  ['a backend whose servers follow the other', 'app/s1', 'sticky/s2'],
])('on %s exactly one runs, and the other one is told whose it is', async (_, first, second) => {
  const both = await bothAtOnce([first, second], otherEnds)
  expect(both.map(({outcome}) => outcome.verdict).sort()).toEqual(['done', 'locked'])
  const [done, locked] = both[0].outcome.verdict === 'done' ? [both[0], both[1]] : [both[1], both[0]]
  const holder = done === both[0] ? 'ana' : 'ben'
  expect(locked.outcome.because.join('\n')).toContain(`${holder}@lab, run ${done.run}, pid ${process.pid}`)
  expect(locked.outcome.says).toContain('nothing was changed')
  expect(locked.outcome.next).toContain(`redeye runs show ${done.run}`)
  const [kept, drained] = done === both[0] ? [second, first] : [first, second]
  expect(await masks(lab(), drained)).toEqual({lb1: 8, lb2: 8})
  expect(await masks(lab(), kept)).toEqual({lb1: 0, lb2: 0})
})

test('on different backends they run side by side', async () => {
  let asked = 0
  let bothAsked = () => {}
  const meeting = new Promise<void>((resolve) => {
    bothAsked = resolve
  })
  const both = await bothAtOnce(['app/s2', 'weighted/s1'], async () => {
    asked += 1
    if (asked === 2) bothAsked()
    await meeting
  })
  expect(both.map(({outcome}) => outcome.verdict)).toEqual(['done', 'done'])
})

test('one that waits for the lock runs when the other one has ended', async () => {
  await operate(place(), drain, drainOf('app/s2'))
  let waiting: Promise<Operated> | undefined
  const first = await operate(place(), ready, readyOf('app/s2'), {
    emit: (event) => {
      if (event.type === 'run')
        waiting = operate({...place(), user: 'ben'}, drain, drainOf('app/s1'), {waitLockMs: 20_000})
    },
  })
  expect(first.outcome.verdict).toBe('done')
  expect((await waiting)?.outcome.verdict).toBe('done')
  expect(await masks(lab(), 'app/s1')).toEqual({lb1: 8, lb2: 8})
})
