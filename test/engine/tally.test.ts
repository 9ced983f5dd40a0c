import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import type {Stage} from '../../src/lib/engine/step.js'
import {bench, fault, request, switches, switchStep, type World, world} from './world.js'

const HOSTS = Array.from({length: 400}, (_, at) => `h${at}`)
const WAVES = [1, 10, 89, 300]

/** A canary that may lose nobody, then waves that share what they lose. */
function waves(more: Partial<Stage>): (where: World) => Stage[] {
  return (where) => {
    const all = HOSTS.map((name) => switchStep(where, name))
    return WAVES.map((size, at) => {
      const from = WAVES.slice(0, at).reduce((sum, one) => sum + one, 0)
      return {
        id: `wave-${at + 1}`,
        says: `wave ${at + 1}`,
        steps: all.slice(from, from + size),
        look: 'reached' as const,
        tally: 'fleet',
        ...(at === 0 ? {budget: {failures: 0}} : more),
      }
    })
  }
}

function fleet(failing: number[], more: Partial<Stage>, kind = 'answered') {
  const where = world(HOSTS)
  where.meddle = (id) => {
    if (failing.includes(Number(id.slice(1)))) throw fault(kind, 'broken')
  }
  return {where, runbook: switches(waves(more), {onFailure: 'stop'})}
}

const tried = (totals: {all: number; 'not-started': number}) => totals.all - totals['not-started']

test('one percent of those tried so far, and at least one', async () => {
  const one = fleet([5], {budget: {percentOfTried: 1}})
  expect((await perform(one.runbook, one.where, request(HOSTS), bench())).outcome.verdict).toBe('tolerated')

  const two = fleet([5, 50], {budget: {percentOfTried: 1}})
  const {outcome} = await perform(two.runbook, two.where, request(HOSTS), bench())
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toContain('2 failed of 51 tried; at most 1 allowed')
  expect(tried(outcome.totals)).toBe(51)
})

test('what earlier waves lost counts in later ones', async () => {
  const {where, runbook} = fleet([5, 250, 301, 302], {budget: {percentOfTried: 1}})
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.says).toContain('4 failed of 303 tried; at most 3 allowed')
  expect(outcome.totals).toMatchObject({failed: 4, 'not-started': 97})
})

test('the canary stops at its first failure', async () => {
  const {where, runbook} = fleet([0], {budget: {percentOfTried: 50}})
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.totals).toMatchObject({failed: 1, 'not-started': 399})
})

test('unreachable ones have a tally of their own', async () => {
  const limits = {budget: {percentOfTried: 1}, unreachableBudget: {percentOfTried: 20}}
  const {where, runbook} = fleet([5, 9, 12, 20, 30, 40, 50], limits, 'unreachable')
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.totals).toMatchObject({unreachable: 3, failed: 0})
  expect(outcome.says).toContain('3 unreachable of 13 tried; at most 2 allowed')
})

test('a resumed run goes on from what it had lost', async () => {
  const {where, runbook} = fleet([5, 250, 251, 252], {budget: {percentOfTried: 1}})
  const ports = bench()
  const first = await perform(runbook, where, request(HOSTS), ports)
  expect(first.outcome.says).toContain('3 failed of 252 tried; at most 2 allowed')
  where.meddle = () => {}
  const past = {run: 'run-1', plan: first.plan ?? expect.unreachable(), entries: [...ports.entries]}
  const resumed = await perform(runbook, where, request(HOSTS, {past: {...past, only: 'not-started'}}), ports)
  expect(resumed.outcome.totals).toMatchObject({failed: 3, changed: 397})
})
