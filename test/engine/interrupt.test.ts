import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import type {Entry} from '../../src/lib/engine/ports.js'
import {step} from '../../src/lib/engine/step.js'
import {bench, oneStage, request, switches, world} from './world.js'

const NAMES = ['a', 'b', 'c']

test('the first Ctrl-C lets the step that runs finish and verify, and starts nothing new', async () => {
  const where = world(NAMES)
  const ports = bench()
  where.meddle = (id) => {
    if (id === 'b') ports.stop.abort()
  }
  const {outcome} = await perform(switches(oneStage(NAMES)), where, request(NAMES), ports)
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.totals).toMatchObject({changed: 2, 'not-started': 1})
  expect(outcome.next).toEqual(['redeye runs resume run-1', 'redeye runs undo run-1'])
  expect(ports.entries.at(-1)).toMatchObject({kind: 'interrupted'})
})

test('a step that only waits ends at the first Ctrl-C', async () => {
  const ports = bench()
  const waiting = switches(() => [
    {
      id: 's',
      says: 's',
      steps: [
        step<null>({
          id: 'idle',
          says: 'wait until idle',
          async probe() {
            if (ports.time.now() > Date.UTC(2026, 0, 1) + 2000) ports.stop.abort()
            return {reached: false, saw: 'busy', before: null}
          },
          patienceMs: 3_600_000,
          undo: {kind: 'leave', why: 'it only waits'},
        }),
      ],
    },
  ])
  const {outcome} = await perform(waiting, world([]), request([]), ports)
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.totals['not-started']).toBe(1)
  expect(outcome.ms).toBeLessThan(10_000)
})

test('a hold stops before the named step, resumable', async () => {
  const where = world(NAMES)
  const {outcome} = await perform(
    switches(oneStage(NAMES)),
    where,
    request(NAMES, {holdBefore: 'b'}),
    bench(),
  )
  expect(outcome).toMatchObject({verdict: 'interrupted', says: 'held before b'})
  expect(where.log).toEqual(['on a'])
})

test('a lost lock starts nothing new', async () => {
  const where = world(NAMES)
  const ports = bench()
  where.meddle = () => ports.lose.abort()
  const {outcome} = await perform(switches(oneStage(NAMES)), where, request(NAMES), ports)
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.says).toContain('lock was lost')
  expect(where.log).toEqual(['on a'])
})

test('killed at every journal entry, resume ends with each switch turned on exactly once', async () => {
  const whole = bench()
  await perform(switches(oneStage(NAMES)), world(NAMES), request(NAMES), whole)
  const points = whole.entries.length
  expect(points).toBe(8)
  for (let at = 1; at <= points; at += 1) {
    for (const before of [true, false]) {
      const where = world(NAMES)
      const dying = bench()
      const kept = killAt(dying, at, before)
      await perform(switches(oneStage(NAMES)), where, request(NAMES), dying).catch(() => {})
      const [plan] = dying.plans
      if (!plan) throw new Error('no plan was kept')
      const {outcome} = await perform(
        switches(oneStage(NAMES)),
        where,
        request(NAMES, {past: {run: 'run-1', plan, entries: kept}}),
        bench(),
      )
      expect(['done', 'nothing']).toContain(outcome.verdict)
      expect(where.log).toEqual(['on a', 'on b', 'on c'])
    }
  }
})

/** Every append from the given one on fails: just before it is kept, or just after. */
function killAt(ports: ReturnType<typeof bench>, at: number, before: boolean): Entry[] {
  const kept: Entry[] = []
  let n = 0
  const journal = {
    async append(entry: Entry) {
      n += 1
      if (n < at || (n === at && !before)) kept.push(entry)
      if (n >= at) throw new Error('killed')
    },
    close: async () => {},
  }
  const {create} = ports.journals
  ports.journals.create = async (run, plan) => {
    await create(run, plan)
    return journal
  }
  return kept
}

test('a journal that cannot be written stops the run before the next change', async () => {
  const where = world(NAMES)
  const full = bench()
  const {create} = full.journals
  let lines = 0
  full.journals.create = async (run, plan) => {
    const journal = await create(run, plan)
    return {
      ...journal,
      async append(entry) {
        if (++lines > 3) throw new Error('the journal cannot be written: no space left on device')
        await journal.append(entry)
      },
    }
  }
  const {outcome} = await perform(switches(oneStage(NAMES)), where, request(NAMES), full)
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.says).toContain('no space left on device; nothing new was started')
  expect(where.log).toEqual(['on a'])
})

test('a hold before a step that is not there is a usage error', async () => {
  const where = world(NAMES)
  const {outcome} = await perform(
    switches(oneStage(NAMES)),
    where,
    request(NAMES, {holdBefore: 'x'}),
    bench(),
  )
  expect(outcome.verdict).toBe('usage')
  expect(where.log).toEqual([])
})
