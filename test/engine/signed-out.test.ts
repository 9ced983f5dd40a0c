import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import {bench, oneStage, request, switches, switchStep, type World, world} from './world.js'

const NAMES = ['a', 'b', 'c']
const runbook = switches(oneStage(NAMES))

function expired(): Error {
  return Object.assign(new Error('the credentials have expired'), {
    fault: 'refused',
    class: 'signed-out',
    hint: 'sign in',
  })
}

test('credentials that end before a step is sent hold the run: nothing is put back, and it can be resumed', async () => {
  const where = world(NAMES)
  const ports = bench()
  const looks: string[] = []
  where.spy = (id) => {
    looks.push(id)
    // The plan has looked at it once.
    if (id === 'b' && looks.filter((one) => one === 'b').length > 1) throw expired()
  }
  const {outcome, plan} = await perform(runbook, where, request(NAMES), ports)
  expect(outcome).toMatchObject({
    verdict: 'interrupted',
    says: 'turn on b: the credentials have expired; sign in',
    next: ['redeye runs resume run-1', 'redeye runs undo run-1'],
  })
  expect(where.log).toEqual(['on a'])
  expect(ports.entries.at(-1)).toMatchObject({kind: 'interrupted'})

  if (!plan) throw new Error('no plan')
  where.spy = () => {}
  const past = {run: 'run-1', plan, entries: ports.entries}
  const resumed = await perform(runbook, where, request(NAMES, {past}), bench())
  expect(resumed.outcome.verdict).toBe('done')
  expect(where.log).toEqual(['on a', 'on b', 'on c'])
})

test('credentials that end after a step was sent: it is in doubt at once, and not waited for', async () => {
  const where = world(NAMES)
  const ports = bench()
  where.meddle = () => {
    where.spy = () => {
      throw expired()
    }
  }
  const {outcome} = await perform(runbook, where, request(NAMES), ports)
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.totals).toMatchObject({'in-doubt': 1, 'not-started': 2})
  expect(outcome.ms).toBeLessThan(1000)
})

test('credentials that are refused before anything else are a target out of reach', async () => {
  const where = world(NAMES)
  where.spy = () => {
    throw expired()
  }
  const {outcome} = await perform(runbook, where, request(NAMES), bench())
  expect(outcome).toMatchObject({verdict: 'unreachable', because: ['sign in']})
})

test('what says neither yes nor no is in doubt, not out of time; a long wait asks less often', async () => {
  const where = world(['a'])
  const ports = bench()
  let looks = 0
  const unclear = switches((at: World) => [
    {
      id: 's',
      says: 's',
      steps: [
        switchStep(at, 'a', {
          probe: async () => {
            looks += 1
            return {reached: false, saw: 'no sign', before: false, unclear: true}
          },
          patienceMs: 100_000,
          pollMs: (waitedMs) => (waitedMs < 10_000 ? 1000 : 30_000),
        }),
      ],
    },
  ])
  const {outcome} = await perform(unclear, where, request(['a'], {onFailure: 'stop'}), ports)
  expect(outcome.verdict).toBe('partial')
  expect(outcome.steps).toMatchObject([{state: 'in-doubt', saw: 'no sign after 100 s'}])
  // Two before it, at 0 to 10 s each second, then at 40, 70 and 100 s.
  expect(looks).toBe(2 + 11 + 3)
})
