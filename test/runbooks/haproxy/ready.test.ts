import {describe, expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {ready} from '../../../src/lib/runbooks/haproxy/ready.js'
import {calm, instanceOf, seen} from '../../lab/running-lab.js'
import {drainOf, readyOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {ended, once, room, waits} from './room.js'
import {asBefore, masks, raw, states, statesAtRest} from './states.js'

const {lab, place, recorded} = room()

const app = (at: number) => lab().apps[at] ?? expect.unreachable()
const s1 = () => app(0)
const s2 = () => app(1)
const instances = () => lab().instances.map(({name, places}) => instanceOf(places.socketPath, name))

const IN_MAINT = {lb1: 1, lb2: 1}
const IN_ROTATION = {lb1: 0, lb2: 0}

test('while requests queue, a server that leaves maintenance takes them, and keeps its limit', async () => {
  for (const server of ['limited/s2', 'limited/s3']) await raw(lab(), `set server ${server} state maint`)
  const load = lab().load({clients: 40, paceMs: 0, path: '/limited/slow?ms=100'})
  const limited = async () => (await instances()[0]?.snapshot(calm))?.backends.limited
  expect(await until(async () => ((await limited())?.queue ?? 0) > 4, 20_000)).toBe(true)
  const {outcome, events} = await operate(place(), ready, readyOf('limited/s2', {watchMs: 1500}))
  expect((await limited())?.servers.s2?.limit).toBe(4)
  await load.stop()
  expect(outcome.verdict, outcome.says).toBe('done')
  const watched = events.find(ended('lb1.limited/s2.watch'))
  expect(watched?.type === 'end' && watched.result.saw).toMatch(/^UP, [1-9]\d* requests/)
})

describe('from maintenance', () => {
  test('it goes by DRAIN, is proven by its checks, and then serves', async () => {
    const before = await states(lab())
    await operate(place(), drain, drainOf('app/s2', {end: 'maint'}))
    const load = lab().load({clients: 8, paceMs: 5})
    const {place: taped, sent} = await recorded()
    const {outcome, events} = await operate(taped, ready, readyOf('app/s2', {watchMs: 1500}))
    const stats = await load.stop()
    expect(outcome.verdict).toBe('done')
    expect(sent()).toEqual([
      'lb1: set server app/s2 state drain',
      'lb1: set server app/s2 state ready',
      'lb2: set server app/s2 state drain',
      'lb2: set server app/s2 state ready',
    ])
    const proven = events.find(ended('lb1.app/s2.health'))
    expect(proven?.type === 'end' && proven.result.saw).toMatch(/check L7OK 3\/3/)
    const watched = events.find(ended('lb1.app/s2.watch'))
    expect(watched?.type === 'end' && watched.result.saw).toMatch(/^UP, [1-9]\d* requests, no errors/)
    expect(stats.failed).toBe(0)
    expect(stats.byServer.s2).toBeGreaterThan(0)
    await asBefore(lab(), before)
  })

  test('with the application not running it is never ready: back in MAINT, and no request failed', async () => {
    await operate(place(), drain, drainOf('app/s2', {end: 'maint'}))
    const before = await states(lab())
    await s2().kill()
    const load = lab().load({clients: 8, paceMs: 5})
    const {outcome, events} = await operate(place(), ready, readyOf('app/s2', {healthTimeoutMs: 3000}))
    expect(outcome.verdict).toBe('undone')
    expect(outcome.says).toContain('L4CON')
    expect(outcome.says).toContain('Connection refused')
    expect(events.some((event) => event.type === 'start' && event.step === 'lb1.app/s2.ready')).toBe(false)
    expect(await load.stop()).toMatchObject({failed: 0, reasons: {}})
    expect(await masks(lab(), 'app/s2')).toEqual(IN_MAINT)
    await s2().start()
    await asBefore(lab(), before)
  })

  test('with an application that comes late, it waits', async () => {
    await operate(place(), drain, drainOf('app/s2', {end: 'maint'}))
    await s2().kill()
    const load = lab().load({clients: 8, paceMs: 5})
    const start = once(
      (event) => waits('lb1.app/s2.health')(event) && event.type === 'saw' && event.saw.includes('DOWN'),
      () => s2().start(),
    )
    const {outcome} = await operate(place(), ready, readyOf('app/s2'), {emit: start.emit})
    await start.done()
    expect(outcome.verdict).toBe('done')
    expect(await load.stop()).toMatchObject({failed: 0, reasons: {}})
    expect(await masks(lab(), 'app/s2')).toEqual(IN_ROTATION)
  })

  test('a server that the configuration disables serves, although its mask keeps 4', async () => {
    const {outcome} = await operate(place(), ready, readyOf('parked/s2'))
    expect(outcome.verdict).toBe('done')
    expect(await masks(lab(), 'parked/s2')).toEqual({lb1: 4, lb2: 4})
    const again = await operate(place(), ready, readyOf('parked/s2'))
    expect(again.outcome.verdict).toBe('nothing')
  })

  test('slowstart counts as ready', async () => {
    await raw(lab(), 'set server slowstart/s1 state maint')
    const {outcome} = await operate(place(), ready, readyOf('slowstart/s1'))
    expect(outcome.verdict).toBe('done')
  })
})

test('from DRAIN it needs no way round, and undo takes it out again', async () => {
  await raw(lab(), 'set server app/s2 state drain')
  const before = await states(lab())
  const {place: taped, sent} = await recorded()
  const {outcome, run} = await operate(taped, ready, readyOf('app/s2'))
  expect(outcome.verdict).toBe('done')
  expect(sent()).toEqual(['lb1: set server app/s2 state ready', 'lb2: set server app/s2 state ready'])
  expect((await undo(taped, ready, run)).outcome.verdict).toBe('done')
  await asBefore(lab(), before)
})

test('one that is in rotation already: nothing to do, and nobody is asked', async () => {
  const {place: taped, sent} = await recorded()
  const confirm = () => expect.unreachable('asked about nothing')
  const {outcome} = await operate(taped, ready, readyOf('app/s2'), {asker: {confirm}})
  expect(outcome.verdict).toBe('nothing')
  expect(sent()).toEqual([])
})

test('a dry run asks only questions', async () => {
  await raw(lab(), 'set server app/s2 state maint')
  const before = await statesAtRest(lab())
  const {place: taped, sent} = await recorded()
  const {outcome, events} = await operate(taped, ready, readyOf('app/s2'), {mode: 'dry-run'})
  expect(outcome.verdict).toBe('planned')
  expect(sent()).toEqual([])
  await asBefore(lab(), before)
  const plan = events.find((event) => event.type === 'plan') ?? expect.unreachable()
  expect(plan.view.title).toBe('Put app/s2 back into rotation on lb1, lb2')
  expect(plan.view.tables[0]?.rows[0]).toEqual(['app/s2', 'lb1', 'MAINT', 'paused', '1'])
  expect(plan.view.notes.join()).toContain('it goes by DRAIN')
})

test('a health check that fails while it is watched takes it out again', async () => {
  await raw(lab(), 'set server app/s2 state drain')
  const fail = once(ended('lb2.app/s2.ready'), () => s2().setHealth('fail'))
  const {outcome} = await operate(place(), ready, readyOf('app/s2', {watchMs: 6000}), {emit: fail.emit})
  await fail.done()
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toMatch(/checks failed since it is back|it is DOWN|it is UP/)
  expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
})

describe('what proves it', () => {
  test('nothing: refused', async () => {
    await raw(lab(), 'set server unchecked/s1 state maint')
    const {outcome} = await operate(place(), ready, readyOf('unchecked/s1'))
    expect(outcome).toMatchObject({verdict: 'refused'})
    expect(outcome.because.join()).toContain(
      'no-check: no health check is configured for unchecked/s1 on lb1, unchecked/s1 on lb2',
    )
    expect(await masks(lab(), 'unchecked/s1')).toEqual(IN_MAINT)
  })

  test('a check that counts as passed before it has run is no proof; a probe from here is', async () => {
    await raw(lab(), 'set server touchy/s2 state maint')
    await s2().kill()
    const asked = readyOf('touchy/s2', {healthTimeoutMs: 1500})
    const {outcome} = await operate(place(), ready, asked)
    expect(outcome.verdict).toBe('undone')
    expect(outcome.says).toMatch(/with 'fall 1' HAProxy counts it as healthy|DOWN, check L4CON/)
    expect(await masks(lab(), 'touchy/s2')).toEqual(IN_MAINT)
    await s2().start()
    const probe = `http://127.0.0.1:${s2().port}/health`
    expect((await operate(place(), ready, readyOf('touchy/s2', {probe}))).outcome.verdict).toBe('done')
  })

  test('a person who insists', async () => {
    await raw(lab(), 'set server unchecked/s1 state maint')
    const {outcome} = await operate(place(), ready, readyOf('unchecked/s1', {noHealth: true}))
    expect(outcome.verdict).toBe('done')
    expect(await masks(lab(), 'unchecked/s1')).toEqual(IN_ROTATION)
  })

  test('a probe from here, also of an application that comes late', async () => {
    await raw(lab(), 'set server unchecked/s1 state maint')
    await s1().kill()
    const url = `http://127.0.0.1:${s1().port}/health`
    const start = once(waits('probe-url'), () => s1().start())
    const {outcome, events} = await operate(place(), ready, readyOf('unchecked/s1', {probe: url}), {
      emit: start.emit,
    })
    await start.done()
    expect(outcome.verdict).toBe('done')
    const waited = events.find(waits('probe-url'))
    expect(waited?.type === 'saw' && waited.saw).toContain('ECONNREFUSED')
  })

  test('a probe that never answers 2xx: back in MAINT', async () => {
    await raw(lab(), 'set server unchecked/s1 state maint')
    await s1().setHealth('fail')
    const asked = readyOf('unchecked/s1', {
      probe: `http://127.0.0.1:${s1().port}/health`,
      healthTimeoutMs: 1000,
    })
    const {outcome} = await operate(place(), ready, asked)
    expect(outcome.verdict).toBe('undone')
    expect(outcome.says).toContain('HTTP 503')
    expect(await masks(lab(), 'unchecked/s1')).toEqual(IN_MAINT)
  })

  test('the checks of the server that it tracks', async () => {
    await raw(lab(), 'set server sticky/s1 state maint')
    const {outcome, events} = await operate(place(), ready, readyOf('sticky/s1'))
    expect(outcome.verdict).toBe('done')
    const start = events.find((event) => event.type === 'start' && event.step === 'lb1.sticky/s1.health')
    expect(start?.type === 'start' && start.says).toBe('lb1: wait until the checks of app/s1 pass')
    expect(await masks(lab(), 'sticky/s1')).toEqual(IN_ROTATION)
  })

  test('and while those fail, it stays out', async () => {
    await raw(lab(), 'set server sticky/s1 state maint')
    await s1().setHealth('fail')
    for (const one of instances()) await seen(one, 'app', 's1', ({status}) => status === 'DOWN')
    const asked = readyOf('sticky/s1', {healthTimeoutMs: 1500})
    const {outcome} = await operate(place(), ready, asked)
    expect(outcome.verdict).toBe('undone')
    expect(outcome.says).toContain('L7STS')
    expect(await masks(lab(), 'sticky/s1')).toEqual(IN_MAINT)
  })
})

describe('refused', () => {
  test('DNS does not resolve its name', async () => {
    const {outcome} = await operate(place(), ready, readyOf('dns/d1'))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join()).toContain('DNS does not resolve app.example.invalid')
    expect(await masks(lab(), 'dns/d1')).toEqual({lb1: 32, lb2: 32})
  })

  test('its state comes from the server that it tracks', async () => {
    await raw(lab(), 'set server app/s1 state maint')
    const {outcome} = await operate(place(), ready, readyOf('sticky/s1'))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join()).toContain('follows app/s1: act on app/s1')
  })

  test('its weight is 0: it would be UP and get nothing', async () => {
    await raw(lab(), 'set server app/s2 state maint')
    await raw(lab(), 'set weight app/s2 0')
    const {outcome} = await operate(place(), ready, readyOf('app/s2'))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join()).toContain('weight-zero: the weight of app/s2 on lb1, app/s2 on lb2 is 0')
    expect(outcome.next).toContain('redeye haproxy weight app/s2 100')
  })
})
