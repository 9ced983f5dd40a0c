import {expect, test} from 'vitest'
import type {Json} from '../../src/lib/engine/json.js'
import {perform} from '../../src/lib/engine/perform.js'
import type {Entry} from '../../src/lib/engine/ports.js'
import {type Probe, type Step, step} from '../../src/lib/engine/step.js'
import {type Bench, bench, fault, request, switches, world} from './world.js'

/** A peer that takes work, says under which number, and ends it when it is told to. */
interface Office {
  posts: number
  ended: Map<string, 'done' | 'full'>
  /** What every probe was handed. */
  handed: (Json | undefined)[]
}

const office = (): Office => ({posts: 0, ended: new Map(), handed: []})

function postStep(at: Office, more: Partial<Step<Json>> = {}): Step {
  return step<Json>({
    id: 'post',
    says: 'post it',
    once: true,
    async probe(_signal, before, _waitedMs, learned): Promise<Probe> {
      at.handed.push(learned)
      const ended = at.ended.get(String(learned))
      if (before === undefined) return {reached: false, saw: 'not posted', before: 'fresh'}
      if (ended === 'full') return {reached: false, saw: `${learned}: full`, before, again: {afterMs: 1000}}
      return {reached: ended === 'done', saw: `${learned}: ${ended ?? 'runs'}`, before}
    },
    async apply(_signal, _before, remember) {
      at.posts += 1
      await remember(`op-${at.posts}`, `accepted as op-${at.posts}`)
    },
    patienceMs: 10_000,
    undo: {kind: 'leave', why: 'it is posted'},
    ...more,
  })
}

const posting = (made: Step) => switches(() => [{id: 's', says: 's', steps: [made]}])

test('what apply remembers is journalled, told, and handed to every later probe', async () => {
  const at = office()
  const ports = bench()
  at.ended.set('op-1', 'done')
  const {outcome} = await perform(posting(postStep(at)), world([]), request([]), ports)
  expect(outcome.verdict).toBe('done')
  expect(ports.entries.map(({kind}) => kind)).toEqual(['began', 'applying', 'learned', 'settled', 'ended'])
  expect(ports.entries[2]).toEqual({
    kind: 'learned',
    step: 'post',
    learned: 'op-1',
    says: 'accepted as op-1',
  })
  expect(ports.events).toContainEqual({type: 'note', says: 'accepted as op-1', learned: 'op-1'})
  expect(at.handed).toEqual([undefined, undefined, 'op-1'])
})

test('a resumed run is handed it too, and does not post again', async () => {
  const at = office()
  const entries: Entry[] = [
    {kind: 'began', owner: null, code: 'x'},
    {kind: 'applying', step: 'post', before: 'fresh'},
    {kind: 'learned', step: 'post', learned: 'op-7'},
  ]
  const {plan} = await planned(at)
  at.ended.set('op-7', 'done')
  const {outcome} = await perform(
    posting(postStep(at)),
    world([]),
    request([], {past: {run: 'run-1', plan, entries}}),
    bench(),
  )
  expect(outcome.totals).toMatchObject({changed: 1})
  expect(at.posts).toBe(0)
  expect(at.handed.every((learned) => learned === undefined)).toBe(false)
})

test('a probe that says again has it sent again after the wait, with each sending in the journal', async () => {
  const at = office()
  const ports = bench()
  at.ended.set('op-1', 'full')
  at.ended.set('op-2', 'full')
  at.ended.set('op-3', 'done')
  const {outcome} = await perform(posting(postStep(at)), world([]), request([]), ports)
  expect(outcome.verdict).toBe('done')
  expect(at.posts).toBe(3)
  expect(ports.entries.filter(({kind}) => kind === 'applying')).toHaveLength(3)
  expect(outcome.ms).toBeGreaterThanOrEqual(2000)
})

test('a resumed run whose last sending ended without taking hold sends again, although it is sent once', async () => {
  const at = office()
  const {plan} = await planned(at)
  at.ended.set('op-7', 'full')
  at.ended.set('op-1', 'done')
  const entries: Entry[] = [
    {kind: 'applying', step: 'post', before: 'fresh'},
    {kind: 'learned', step: 'post', learned: 'op-7'},
  ]
  const past = {run: 'run-1', plan, entries}
  const {outcome} = await perform(posting(postStep(at)), world([]), request([], {past}), bench())
  expect(outcome.totals.changed).toBe(1)
  expect(at.posts).toBe(1)
})

test('killed after it was sent again and before that was answered, the old number is not believed', async () => {
  const at = office()
  const {plan} = await planned(at)
  at.ended.set('op-7', 'full')
  const entries: Entry[] = [
    {kind: 'applying', step: 'post', before: 'fresh'},
    {kind: 'learned', step: 'post', learned: 'op-7'},
    {kind: 'applying', step: 'post', before: 'fresh'},
  ]
  const past = {run: 'run-1', plan, entries}
  const {outcome} = await perform(posting(postStep(at)), world([]), request([], {past}), bench())
  expect(outcome.totals['timed-out']).toBe(1)
  expect(at.posts).toBe(0)
  expect(new Set(at.handed)).toEqual(new Set([undefined]))
})

test('patience that ends before the next sending is a failure with what was seen', async () => {
  const at = office()
  at.ended.set('op-1', 'full')
  const made = postStep(at, {patienceMs: 500})
  const {outcome} = await perform(posting(made), world([]), request([]), bench())
  expect(outcome.steps[0]).toMatchObject({state: 'failed', saw: 'op-1: full'})
  expect(at.posts).toBe(1)
})

test('a stop while it waits to send again sends nothing more and is resumable', async () => {
  const at = office()
  const ports = bench()
  at.ended.set('op-1', 'full')
  const emit = ports.emit
  ports.emit = (event) => {
    if (event.type === 'saw') ports.stop.abort()
    emit(event)
  }
  const {outcome} = await perform(posting(postStep(at)), world([]), request([]), ports)
  expect(outcome).toMatchObject({verdict: 'interrupted', next: ['redeye runs resume run-1']})
  expect(at.posts).toBe(1)
})

test('a resending that reaches nobody ends there', async () => {
  const at = office()
  at.ended.set('op-1', 'full')
  const made = postStep(at)
  const {apply} = made
  const failing = {
    ...made,
    apply: async (...args: Parameters<NonNullable<typeof apply>>) => {
      if (at.posts === 1) throw fault('unreachable', 'no route')
      await apply?.(...args)
    },
  }
  const {outcome} = await perform(posting(failing), world([]), request([]), bench())
  expect(outcome.steps[0]).toMatchObject({state: 'unreachable', saw: 'no route'})
})

test('a probe may say that nobody will be able to tell', async () => {
  const at = office()
  const made = postStep(at, {
    probe: async (_signal, before) => ({
      reached: false,
      saw: 'no trace of it',
      before: 'fresh',
      ...(before !== undefined && {hopeless: 'in-doubt' as const}),
    }),
  })
  const {outcome} = await perform(posting(made), world([]), request([]), bench())
  expect(outcome).toMatchObject({verdict: 'partial', steps: [{state: 'in-doubt', saw: 'no trace of it'}]})
})

test('what cannot be journalled ends the run, also where apply hides it', async () => {
  const at = office()
  const made = postStep(at, {
    apply: async (_signal, _before, remember) => {
      await remember('op-1').catch(() => {})
    },
  })
  const {outcome} = await perform(posting(made), world([]), request([]), failsAt('learned'))
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.says).toContain('disk full; nothing new was started')
})

async function planned(at: Office) {
  const {plan} = await perform(posting(postStep(at)), world([]), request([], {mode: 'save'}), bench())
  if (!plan) throw new Error('no plan')
  at.handed.splice(0)
  return {plan}
}

function failsAt(kind: Entry['kind']): Bench {
  const ports = bench()
  const {create} = ports.journals
  ports.journals.create = async (run, plan) => {
    const journal = await create(run, plan)
    return {
      ...journal,
      async append(entry) {
        if (entry.kind === kind) throw new Error('disk full')
        await journal.append(entry)
      },
    }
  }
  return ports
}
