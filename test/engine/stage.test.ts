import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import type {Stage} from '../../src/lib/engine/step.js'
import {bench, fault, oneStage, request, switches, switchStep, world} from './world.js'

const TEN = Array.from({length: 10}, (_, at) => `h${at}`)

function wide(more: Partial<Stage>, failing: string[] = [], kind = 'answered') {
  const where = world(TEN)
  let running = 0
  const seen = {most: 0}
  where.meddle = async (id) => {
    running += 1
    seen.most = Math.max(seen.most, running)
    await new Promise((done) => setImmediate(done))
    running -= 1
    if (failing.includes(id)) throw fault(kind, 'broken')
  }
  return {where, seen, runbook: switches(oneStage(TEN, more), {onFailure: 'stop'})}
}

test('width bounds what is in flight', async () => {
  const {where, seen, runbook} = wide({width: 4})
  const {outcome} = await perform(runbook, where, request(TEN), bench())
  expect(outcome.totals.changed).toBe(10)
  expect(seen.most).toBe(4)
})

test('failures within the budget are reported and do not stop the run', async () => {
  const {where, runbook} = wide({width: 2, budget: {failures: 2}}, ['h1', 'h5'])
  const {outcome} = await perform(runbook, where, request(TEN), bench())
  expect(outcome.verdict).toBe('tolerated')
  expect(outcome.totals).toMatchObject({changed: 8, failed: 2})
})

test('one failure beyond the budget starts nothing new', async () => {
  const {where, runbook} = wide({width: 1, budget: {percent: 10}}, ['h1', 'h3'])
  const {outcome} = await perform(runbook, where, request(TEN), bench())
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toContain('2 failed of 10 in all; at most 1 allowed')
  expect(outcome.totals).toMatchObject({changed: 2, failed: 2, 'not-started': 6})
})

test('unreachable targets have their own budget where the stage says so', async () => {
  const apart = wide({unreachableBudget: {failures: 3}}, ['h1', 'h3'], 'unreachable')
  const {outcome} = await perform(apart.runbook, apart.where, request(TEN), bench())
  expect(outcome.verdict).toBe('tolerated')
  expect(outcome.totals).toMatchObject({changed: 8, unreachable: 2})

  const together = wide({}, ['h1'], 'unreachable')
  const stopped = await perform(together.runbook, together.where, request(TEN), bench())
  expect(stopped.outcome.totals).toMatchObject({changed: 1, unreachable: 1, 'not-started': 8})
})

test('strict never has more in flight than the budget has left', async () => {
  const {where, seen, runbook} = wide({width: 8, budget: {failures: 2}, strict: true}, ['h0', 'h1', 'h2'])
  const {outcome} = await perform(runbook, where, request(TEN), bench())
  expect(seen.most).toBe(2)
  expect(outcome.totals.failed).toBe(3)
  expect(outcome.totals['not-started']).toBe(7)
})

test('the next stage waits for the soak, and a gate that closes stops the run', async () => {
  const where = world(['a', 'b'])
  let asked = 0
  const gate = {says: 'error rate', ask: async () => ({ok: ++asked < 4, saw: `look ${asked}`})}
  const runbook = switches(
    (at) => [
      {id: 'canary', says: 'canary', steps: [switchStep(at, 'a')], soak: {ms: 10_000, gate}},
      {id: 'rest', says: 'rest', steps: [switchStep(at, 'b')]},
    ],
    {onFailure: 'stop'},
  )
  const {outcome} = await perform(runbook, where, request(['a', 'b']), bench())
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toBe('gate error rate: look 4')
  expect(outcome.totals).toMatchObject({changed: 1, 'not-started': 1})
})

test('a stage that looks when reached asks nothing for the plan', async () => {
  const where = world(TEN)
  const looks: string[] = []
  where.spy = (id) => void looks.push(id)
  const lazy = switches(oneStage(TEN, {look: 'reached'}))
  await perform(lazy, where, request(TEN, {mode: 'dry-run'}), bench())
  expect(looks).toEqual([])
})

test('at a terminal a failure is a question: retry, skip, undo or stop', async () => {
  const where = world(['a', 'b'])
  let tries = 0
  where.meddle = (id, to) => {
    if (id === 'a' && to && ++tries < 3) throw fault('answered', 'busy')
  }
  const asked: string[] = []
  const ports = bench({
    present: true,
    failed: async ({why}) => {
      asked.push(why)
      return 'retry'
    },
  })
  const {outcome} = await perform(switches(oneStage(['a', 'b'])), where, request(['a', 'b']), ports)
  expect(outcome.verdict).toBe('done')
  expect(asked).toEqual(['turn on a: busy; now: off', expect.any(String)])

  const again = world(['a', 'b'])
  again.meddle = where.meddle
  tries = -99
  const skipping = bench({present: true, failed: async () => 'skip'})
  const skipped = await perform(switches(oneStage(['a', 'b'])), again, request(['a', 'b']), skipping)
  expect(skipped.outcome.verdict).toBe('tolerated')
  expect(skipped.outcome.totals).toMatchObject({skipped: 1, changed: 1})
})

test('every step is told once that it has ended', async () => {
  const ended: string[] = []
  const where = world(TEN)
  const runbook = switches((at) => [
    {
      id: 's',
      says: 's',
      width: 3,
      steps: TEN.map((name) => switchStep(at, name, {done: () => void ended.push(name)})),
    },
  ])
  await perform(runbook, where, request(TEN), bench())
  expect(ended.sort()).toEqual(TEN)
})
