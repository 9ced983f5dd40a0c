import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import type {Finding} from '../../src/lib/engine/runbook.js'
import {bench, oneStage, request, switches, switchStep, world} from './world.js'

const REFUSES: Finding[] = [
  {id: 'last', level: 'refuse', saw: 'a is the last', clear: 'turn on another', overridable: true},
  {id: 'level', level: 'refuse', saw: 'not admin'},
  {id: 'calm', level: 'warn', saw: 'windy'},
]

test('all refusals are shown together and nothing is asked or changed', async () => {
  const where = world(['a'])
  const ports = bench()
  const runbook = switches(oneStage(['a']), {guards: () => REFUSES})
  const {outcome} = await perform(runbook, where, request(['a']), ports)
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because).toEqual([
    'last: a is the last',
    'to clear it: turn on another',
    'to override it: --override last --reason "..."',
    'level: not admin',
    'it cannot be overridden',
  ])
  expect(where.log).toEqual([])
})

test('an override lets exactly its guard pass, and raises what is asked', async () => {
  const where = world(['a'])
  const effects: string[] = []
  const ports = bench({
    confirm: async ({effect}) => {
      effects.push(effect)
      return 'yes'
    },
  })
  const runbook = switches(oneStage(['a']), {guards: () => REFUSES.filter((one) => one.id !== 'level')})
  const {outcome, plan} = await perform(runbook, where, request(['a'], {overrides: ['last']}), ports)
  expect(outcome.verdict).toBe('done')
  expect(effects).toEqual(['disrupt'])
  expect(plan?.overrides).toEqual(['last'])
})

test('a guard without override stays, whatever is said', async () => {
  const runbook = switches(oneStage(['a']), {guards: () => REFUSES})
  const {outcome} = await perform(
    runbook,
    world(['a']),
    request(['a'], {overrides: ['last', 'level']}),
    bench(),
  )
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because).toEqual(['level: not admin', 'it cannot be overridden'])
})

test('an override that names no guard is a usage error', async () => {
  const {outcome} = await perform(
    switches(oneStage(['a'])),
    world(['a']),
    request(['a'], {overrides: ['lst']}),
    bench(),
  )
  expect(outcome.verdict).toBe('usage')
  expect(outcome.says).toContain('lst')
})

test('a guard that is read again before a step stops it there, and what was done is undone', async () => {
  const where = world(['a', 'b'])
  const runbook = switches(
    (at) => [{id: 's', says: 's', steps: [switchStep(at, 'a'), switchStep(at, 'b', {recheck: ['last']})]}],
    {
      guards: (_input, facts) => [
        {
          id: 'last',
          level: facts.on.includes('a') ? 'refuse' : 'pass',
          saw: 'a is on by now',
          overridable: true,
        },
      ],
    },
  )
  const {outcome} = await perform(runbook, where, request(['a', 'b']), bench())
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('guard last refuses now: a is on by now')
  expect(where.log).toEqual(['on a', 'off a'])
})

test('a person who takes long is asked over fresh facts', async () => {
  const where = world(['a'])
  const ports = bench({
    confirm: async () => {
      ports.time.advance(60_000)
      where.on.set('z', true)
      return 'yes'
    },
  })
  const {outcome} = await perform(switches(oneStage(['a'])), where, request(['a']), ports)
  expect(outcome.verdict).toBe('drifted')
  expect(outcome.because).toEqual(['on[0]: absent -> "z"'])
  expect(where.log).toEqual([])
})

test('a resumed run is guarded knowing what it was planned with', async () => {
  const where = world(['a', 'b'])
  const ports = bench()
  const seen: unknown[] = []
  const runbook = switches(oneStage(['a', 'b']), {
    guards: (_input, facts, planned) => {
      seen.push([facts.on, planned?.on])
      return []
    },
  })
  const {plan} = await perform(runbook, where, request(['a', 'b'], {holdBefore: 'b'}), ports)
  if (!plan) throw new Error('no plan')
  const past = {run: 'run-1', plan, entries: ports.entries}
  await perform(runbook, where, request(['a', 'b'], {past}), bench())
  expect(seen).toEqual([
    [[], undefined],
    [['a'], []],
  ])
})
