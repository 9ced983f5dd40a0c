import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import type {Stage} from '../../src/lib/engine/step.js'
import {bench, fault, request, switches, switchStep, type World, world} from './world.js'

const HOSTS = Array.from({length: 12}, (_, at) => `h${at}`)

/** A canary of one, then a wave of the others, as fleets have them. */
function waves(more: Partial<Stage>, canary: Partial<Stage> = {}): (where: World) => Stage[] {
  return (where) => {
    const steps = HOSTS.map((name) => switchStep(where, name, {lanes: [`site/${Number(name.slice(1)) % 3}`]}))
    const shared = {look: 'reached' as const, tally: 'fleet', width: 12, ...more}
    return [
      {id: 'wave-1', says: 'wave 1', steps: steps.slice(0, 1), ...shared, ...canary},
      {id: 'wave-2', says: 'wave 2', steps: steps.slice(1), ...shared},
    ]
  }
}

/** @param failing what a host does at its n-th change, if not what it should */
function fleet(stages: (where: World) => Stage[], failing: {[id: string]: string | string[]}) {
  const where = world(HOSTS)
  const tries = new Map<string, number>()
  let inFlight = 0
  const begun: {id: string; inFlight: number}[] = []
  where.meddle = async (id) => {
    inFlight += 1
    begun.push({id, inFlight})
    await new Promise((done) => setImmediate(done))
    inFlight -= 1
    const tried = tries.get(id) ?? 0
    tries.set(id, tried + 1)
    const how = failing[id]
    const now = Array.isArray(how) ? how[tried] : how
    if (now !== undefined) throw fault(now, 'broken')
  }
  return {where, begun, runbook: switches(stages, {onFailure: 'stop'})}
}

const apart = {budget: {failures: 9}, unreachableBudget: {failures: 9}}

test('a canary that was out of reach has proven nothing: the next one goes alone', async () => {
  const stages = waves({...apart, provesItself: true})
  const {where, begun, runbook} = fleet(stages, {h0: 'unreachable', h1: 'unreachable'})
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.totals).toMatchObject({changed: 10, unreachable: 2})
  expect(begun.slice(0, 3).map((one) => one.inFlight)).toEqual([1, 1, 1])
  expect(Math.max(...begun.map((one) => one.inFlight))).toBe(9)
})

test('until one has succeeded no failure is tolerated, whatever the budget', async () => {
  const stages = waves({...apart, provesItself: true})
  const {where, begun, runbook} = fleet(stages, {h0: 'unreachable', h1: 'answered'})
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toContain('at most 0 allowed')
  expect(begun.map(({id}) => id)).toEqual(['h0', 'h1'])
})

test('who was out of reach is tried again at the end of the stage, and counts once', async () => {
  const stages = waves({...apart, unreachableBudget: {failures: 2}, retryUnreachable: 2})
  const {where, begun, runbook} = fleet(stages, {
    h3: ['unreachable'],
    h5: ['unreachable', 'unreachable', 'unreachable'],
  })
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.totals).toMatchObject({changed: 11, unreachable: 1})
  expect(begun.slice(12).map(({id}) => id)).toEqual(['h3', 'h5', 'h5'])
})

test('too many out of reach stop the run before they are tried again', async () => {
  const stages = waves({
    budget: {failures: 0},
    unreachableBudget: {failures: 1},
    retryUnreachable: 1,
    width: 1,
  })
  const {where, begun, runbook} = fleet(stages, {h3: 'unreachable', h5: 'unreachable'})
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.verdict).toBe('partial')
  expect(begun.map(({id}) => id)).toEqual(['h0', 'h1', 'h2', 'h3', 'h4', 'h5'])
})

test('what failed in an earlier wave still occupies its lane; what waits for it is left', async () => {
  const lanes = {'site/0': 1, 'site/1': 2, 'site/2': 1}
  const stages = waves({budget: {failures: 9}, lanes, failuresHoldLanes: 'leave'})
  const {where, begun, runbook} = fleet(stages, {h0: 'answered', h1: 'answered', h2: 'unreachable'})
  const ports = bench()
  const {outcome, plan} = await perform(runbook, where, request(HOSTS), ports)
  // Site 0 ends with the canary, site 1 goes on with one lane less, and who was out of reach holds nothing.
  expect(outcome.totals).toMatchObject({changed: 3 + 3, failed: 2, unreachable: 1, 'not-started': 3})
  expect(outcome.verdict).toBe('tolerated')
  expect(begun.filter(({id}) => ['h3', 'h6', 'h9'].includes(id))).toEqual([])

  where.meddle = () => {}
  const past = {run: 'run-1', plan: plan ?? expect.unreachable(), entries: [...ports.entries]}
  const left = {past: {...past, only: 'not-started' as const}}
  const still = await perform(runbook, where, request(HOSTS, left), bench())
  expect(still.outcome.totals['not-started']).toBe(3)
  const resumed = await perform(runbook, where, request(HOSTS, {past}), bench())
  expect(resumed.outcome.totals.changed).toBe(12)
})

test('percent of those tried, and so many at least', async () => {
  const limit = {percentOfTried: 1, atLeast: 3}
  const away = {h1: 'unreachable', h2: 'unreachable', h3: 'unreachable', h4: 'unreachable'}
  const three = fleet(waves({...apart, unreachableBudget: limit}), {...away, h4: []})
  const fine = await perform(three.runbook, three.where, request(HOSTS), bench())
  expect(fine.outcome.totals).toMatchObject({changed: 9, unreachable: 3})
  const four = fleet(waves({...apart, unreachableBudget: limit}), away)
  const stopped = await perform(four.runbook, four.where, request(HOSTS), bench())
  expect(stopped.outcome.says).toContain('4 unreachable')
})

test('what is in flight counts as tried: those who turn us away are only the first to end', async () => {
  const where = world(HOSTS)
  where.meddle = async (id) => {
    if (['h1', 'h2', 'h3'].includes(id)) throw fault('unreachable', 'away')
    for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done))
  }
  const limits = {budget: {failures: 0}, unreachableBudget: {percentOfTried: 25}}
  const {outcome} = await perform(
    switches(waves(limits), {onFailure: 'stop'}),
    where,
    request(HOSTS),
    bench(),
  )
  expect(outcome.totals).toMatchObject({changed: 9, unreachable: 3})
})

test('whoever reads the events never sees a start after the failure that is too much', async () => {
  const names = Array.from({length: 60}, (_, at) => `h${at}`)
  for (const width of [2, 3, 5, 8, 13]) {
    const where = world(names)
    // They end in the same turn of the event loop, so that the next ones compete with the verdict.
    where.meddle = async (id) => {
      await new Promise((done) => setImmediate(done))
      if (Number(id.slice(1)) % 7 === 3) throw fault('answered', 'broken')
    }
    const stages = (): Stage[] => [
      {
        id: 'wave',
        says: 'wave',
        look: 'reached',
        width,
        budget: {failures: 2},
        steps: names.map((id) => switchStep(where, id)),
      },
    ]
    const ports = bench()
    await perform(switches(stages, {onFailure: 'stop'}), where, request(names), ports)
    const failed = ports.events.flatMap((event, at) =>
      event.type === 'end' && event.result.state === 'failed' ? [at] : [],
    )
    expect(failed.length).toBeGreaterThanOrEqual(3)
    const after = ports.events.slice((failed[2] ?? 0) + 1)
    expect(after.filter(({type}) => type === 'start')).toEqual([])
  }
})

test('nothing begins while a person is asked about a failure', async () => {
  let answer: (to: 'skip') => void = () => {}
  const asked = new Promise<'skip'>((resolve) => {
    answer = resolve
  })
  const {where, begun, runbook} = fleet(waves({width: 2, budget: {failures: 0}}), {h1: 'answered'})
  const ports = bench({present: true, failed: () => asked})
  const ending = perform(runbook, where, request(HOSTS, {onFailure: 'ask'}), ports)
  await new Promise((done) => setTimeout(done, 50))
  const meanwhile = begun.length
  await new Promise((done) => setTimeout(done, 50))
  expect(begun.length).toBe(meanwhile)
  expect(meanwhile).toBeLessThan(5)
  answer('skip')
  const {outcome} = await ending
  expect(outcome.totals).toMatchObject({skipped: 1, changed: 11})
})
