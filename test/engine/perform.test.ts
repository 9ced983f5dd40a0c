import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import {bench, fault, oneStage, request, switches, switchStep, world} from './world.js'

const NAMES = ['a', 'b', 'c']

test('changes every step, verifies each, and journals before each apply', async () => {
  const where = world(NAMES)
  const ports = bench()
  const {outcome} = await perform(switches(oneStage(NAMES)), where, request(NAMES), ports)
  expect(outcome.verdict).toBe('done')
  expect(outcome.totals).toMatchObject({all: 3, changed: 3})
  expect(where.log).toEqual(['on a', 'on b', 'on c'])
  expect(
    ports.entries.map((entry) => ('step' in entry ? `${entry.kind} ${entry.step}` : entry.kind)),
  ).toEqual(['began', 'applying a', 'settled', 'applying b', 'settled', 'applying c', 'settled', 'ended'])
})

test('is a no-op where everything is so already, and says so in the journal', async () => {
  const where = world(NAMES)
  for (const name of NAMES) where.on.set(name, true)
  const ports = bench({confirm: async () => ({no: 'asked although nothing is to do'})})
  const {outcome} = await perform(switches(oneStage(NAMES)), where, request(NAMES), ports)
  expect(outcome.verdict).toBe('nothing')
  expect(outcome.totals).toMatchObject({all: 3, already: 3})
  expect(where.log).toEqual([])
  expect(ports.entries.map((entry) => entry.kind)).toEqual(['began', 'ended'])
})

test('a dry run reads everything, changes nothing, and takes no lock', async () => {
  const where = world(NAMES)
  const ports = bench()
  ports.held.push({thing: 'switch/a', run: 'other', owner: 'ana@desk', pid: 1, since: 'then'})
  const {outcome, plan} = await perform(
    switches(oneStage(NAMES)),
    where,
    request(NAMES, {mode: 'dry-run'}),
    ports,
  )
  expect(outcome.verdict).toBe('planned')
  expect(outcome.says).toContain('3 of 3 steps would run')
  expect(plan?.steps).toEqual(NAMES)
  expect(where.log).toEqual([])
  expect(ports.entries).toEqual([])
  expect(ports.events.find((event) => event.type === 'note')).toMatchObject({
    says: expect.stringContaining('ana@desk'),
  })
})

test('an OK that changed nothing is a failure, and what came before is undone in reverse', async () => {
  const where = world(NAMES)
  where.meddle = (id) => {
    if (id === 'c') where.on.set('c', false)
  }
  const lying = switches((at) => [
    {
      id: 'all',
      says: 'all',
      steps: ['a', 'b', 'c'].map((name) =>
        switchStep(at, name, name === 'c' ? {apply: async () => void at.log.push('OK c')} : {}),
      ),
    },
  ])
  const {outcome} = await perform(lying, where, request(NAMES), bench())
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('turn on c: off after')
  expect(where.log).toEqual(['on a', 'on b', 'OK c', 'off b', 'off a'])
  expect(outcome.totals).toMatchObject({undone: 3, all: 3})
})

test('an undo that does not take is its own verdict', async () => {
  const where = world(NAMES)
  where.meddle = (id, to) => {
    if (id === 'c' && to) throw fault('answered', 'no')
    if (id === 'a' && !to) throw fault('answered', 'never')
  }
  const {outcome} = await perform(switches(oneStage(NAMES)), where, request(NAMES), bench())
  expect(outcome.verdict).toBe('undo-failed')
  expect(outcome.because.join('\n')).toContain('undo failed: turn off a: never')
  expect(where.on.get('b')).toBe(false)
})

test('a lost connection during apply is looked at, never sent again', async () => {
  const where = world(['a'])
  where.meddle = () => {
    where.on.set('a', true)
    throw fault('lost', 'connection lost')
  }
  const {outcome} = await perform(switches(oneStage(['a'])), where, request(['a']), bench())
  expect(outcome.verdict).toBe('done')
  expect(where.log).toEqual(['on a'])
})

test('a lost connection and a peer that stays away ends in doubt and left part-way', async () => {
  const where = world(['a'])
  let gone = false
  where.meddle = () => {
    gone = true
    throw fault('lost', 'connection lost')
  }
  where.spy = () => {
    if (gone) throw fault('unreachable', 'no route')
  }
  const {outcome} = await perform(
    switches(oneStage(['a'])),
    where,
    request(['a'], {onFailure: 'stop'}),
    bench(),
  )
  expect(outcome.verdict).toBe('partial')
  expect(outcome.totals['in-doubt']).toBe(1)
})

test('nothing sent because the target is out of reach ends as unreachable, unchanged', async () => {
  const where = world(['a', 'b'])
  where.meddle = () => {
    throw fault('unreachable', 'connection refused')
  }
  const {outcome} = await perform(switches(oneStage(['a', 'b'])), where, request(['a', 'b']), bench())
  expect(outcome.verdict).toBe('unreachable')
  expect(outcome.totals).toMatchObject({unreachable: 1, 'not-started': 1})
})

test('no at the question changes nothing and writes no journal', async () => {
  const where = world(NAMES)
  const ports = bench({confirm: async () => ({no: 'you said no'})})
  const {outcome} = await perform(switches(oneStage(NAMES)), where, request(NAMES), ports)
  expect(outcome.verdict).toBe('declined')
  expect(where.log).toEqual([])
  expect(ports.entries).toEqual([])
})

test('a locked thing names who holds it', async () => {
  const where = world(NAMES)
  const ports = bench()
  ports.held.push({thing: 'switch/a', run: 'run-0', owner: 'ana@desk', pid: 7, since: 'then'})
  const {outcome} = await perform(switches(oneStage(NAMES)), where, request(NAMES), ports)
  expect(outcome.verdict).toBe('locked')
  expect(outcome.says).toContain('ana@desk (run run-0, pid 7)')
  expect(where.log).toEqual([])
})

test('input that does not fit the schema is a usage error', async () => {
  const {outcome} = await perform(
    switches(oneStage(NAMES)),
    world(NAMES),
    request([], {input: {name: 1}}),
    bench(),
  )
  expect(outcome.verdict).toBe('usage')
})

test('a thing that only the facts name is locked too, and the facts are read again under the lock', async () => {
  const where = world(NAMES)
  const ports = bench()
  const extended: string[][] = []
  ports.locks.take = async () => ({
    extend: async (things) => void extended.push(things),
    release: async () => {},
    lost: new AbortController().signal,
  })
  let surveys = 0
  const runbook = switches(oneStage(NAMES), {
    alsoLocks: () => ['switch/follower'],
    survey: async () => {
      surveys += 1
      return {on: []}
    },
  })
  await perform(runbook, where, request(NAMES), ports)
  expect(extended).toEqual([['switch/follower']])
  expect(surveys).toBe(2)
})

test('totals that do not add up are a bug, not a report', async () => {
  const twice = switches((where) => [
    {id: 's', says: 's', steps: [switchStep(where, 'a'), switchStep(where, 'a')]},
  ])
  await expect(perform(twice, world(['a']), request(['a']), bench())).rejects.toThrow('share an id')
})

test('one read that was cut off is read again, and does not end the run', async () => {
  const where = world(['a', 'b'])
  let cut = 0
  where.spy = (id) => {
    if (id === 'b' && where.on.get('a') && cut++ === 0) throw fault('lost', 'cut off')
  }
  const {outcome} = await perform(switches(oneStage(['a', 'b'])), where, request(['a', 'b']), bench())
  expect(outcome.verdict).toBe('done')
  expect(cut).toBeGreaterThan(1)
})

test('--timeout bounds how long a change may take to be seen', async () => {
  const slow = switches((at) => [
    {id: 's', says: 's', steps: [switchStep(at, 'a', {patienceMs: 1000, apply: async () => {}})]},
  ])
  const {outcome} = await perform(slow, world(['a']), request(['a'], {patienceMs: 60_000}), bench())
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain('off after 60 s')
  expect(outcome.says).toContain('nothing is changed')
})
