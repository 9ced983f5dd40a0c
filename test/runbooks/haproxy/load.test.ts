import {describe, expect, test} from 'vitest'
import type {Load, LoadStats} from '../../../src/lib/lab/load.js'
import {until} from '../../../src/lib/lab/until.js'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {ready} from '../../../src/lib/runbooks/haproxy/ready.js'
import {instanceOf, seen} from '../../lab/running-lab.js'
import {drainOf, readyOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'
import {asBefore, raw, states} from './states.js'

const {lab, place} = room({latencyMs: 5})

const CLIENTS = {clients: 12, paceMs: 2}

interface Loads {
  get: Load
  post: Load
  cookie: Load
}

function startLoads(): Loads {
  return {
    get: lab().load(CLIENTS),
    post: lab().load({...CLIENTS, method: 'POST'}),
    cookie: lab().load({...CLIENTS, cookies: true, path: '/sticky'}),
  }
}

/** Each kind of client has had this many answers more. */
async function more(loads: Loads, count: number): Promise<void> {
  const wanted = Object.values(loads).map((load) => ({load, total: load.stats().total + count}))
  const came = await until(() => wanted.every(({load, total}) => load.stats().total >= total), 60_000)
  expect(came).toBe(true)
}

async function stopLoads({get, post, cookie}: Loads) {
  const [gets, posts, cookies] = await Promise.all([get.stop(), post.stop(), cookie.stop()])
  return {gets, posts, cookies}
}

/** A line for docs/measurements: what was done, requests and failures by kind of client. */
function tell(what: string, kinds: {[kind: string]: LoadStats}): void {
  const cells = Object.entries(kinds).map(([kind, {total, failed, reasons}]) => {
    const why = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`)
    return `${kind} ${failed} of ${total}${why.length > 0 ? ` (${why.join(', ')})` : ''}`
  })
  process.stdout.write(`| ${what} | ${cells.join(' | ')} |\n`)
}

test('drain, stop, start, ready: no request fails', async () => {
  const before = await states(lab())
  const loads = startLoads()
  await more(loads, 200)
  const out = await operate(
    place(),
    drain,
    drainOf('app/s2', {end: 'maint', timeoutMs: 3000, onTimeout: 'kill'}),
  )
  expect(out.outcome.verdict).toBe('done')
  await lab().apps[1]?.stop()
  await more(loads, 700)
  await lab().apps[1]?.start()
  const back = await operate(place(), ready, readyOf('app/s2', {watchMs: 1000}))
  expect(back.outcome.verdict).toBe('done')
  await more(loads, 700)
  const kinds = await stopLoads(loads)
  tell('redeye: drain --then maint, stop, start, ready', kinds)
  for (const stats of Object.values(kinds)) {
    expect(stats).toMatchObject({failed: 0, reasons: {}})
    expect(Object.keys(stats.byUrl)).toHaveLength(2)
  }
  expect(kinds.gets.total + kinds.posts.total + kinds.cookies.total).toBeGreaterThanOrEqual(5000)
  expect(kinds.gets.byServer.s2).toBeGreaterThan(0)
  await asBefore(lab(), before)
}, 120_000)

test('drain --then maint, and undone: no request fails', async () => {
  const loads = startLoads()
  await more(loads, 200)
  const asked = drainOf('app/s2', {end: 'maint', timeoutMs: 1000, onTimeout: 'kill'})
  const {run} = await operate(place(), drain, asked)
  await more(loads, 200)
  expect((await undo(place(), drain, run)).outcome.verdict).toBe('done')
  await more(loads, 200)
  const kinds = await stopLoads(loads)
  tell('redeye: drain --then maint, runs undo', kinds)
  for (const stats of Object.values(kinds)) expect(stats).toMatchObject({failed: 0, reasons: {}})
}, 120_000)

/** Without retries: HAProxy would hide refused connections behind some seconds of waiting. */
const NO_RETRY = {...CLIENTS, clients: 20, path: '/noretry'}

function startPlain() {
  return {gets: lab().load(NO_RETRY), posts: lab().load({...NO_RETRY, method: 'POST' as const})}
}

async function stopPlain({gets, posts}: ReturnType<typeof startPlain>) {
  const [one, two] = await Promise.all([gets.stop(), posts.stop()])
  return {gets: one, posts: two}
}

async function hundreds(loads: ReturnType<typeof startPlain>): Promise<void> {
  const wanted = [loads.gets.stats().total, loads.posts.stats().total]
  const came = await until(
    () =>
      loads.gets.stats().total > (wanted[0] ?? 0) + 300 && loads.posts.stats().total > (wanted[1] ?? 0) + 300,
    60_000,
  )
  expect(came).toBe(true)
}

describe('what a server costs that is stopped or started', () => {
  test('with redeye: nothing, also without retries', async () => {
    const loads = startPlain()
    await hundreds(loads)
    await operate(place(), drain, drainOf('noretry/s2', {end: 'maint'}))
    await lab().apps[1]?.stop()
    await hundreds(loads)
    await lab().apps[1]?.start()
    expect((await operate(place(), ready, readyOf('noretry/s2'))).outcome.verdict).toBe('done')
    await hundreds(loads)
    const kinds = await stopPlain(loads)
    tell('no retries; redeye: drain --then maint, stop, start, ready', kinds)
    for (const stats of Object.values(kinds)) expect(stats).toMatchObject({failed: 0, reasons: {}})
    expect(kinds.gets.byServer.s2).toBeGreaterThan(0)
  }, 120_000)

  test('drained on one instance only, against the guard: the clients of the other one pay', async () => {
    const loads = startPlain()
    await hundreds(loads)
    const {outcome} = await operate(place(), drain, drainOf('noretry/s2', {skip: ['lb2'], end: 'maint'}), {
      overrides: ['partial-group'],
      reason: 'to see what it costs',
    })
    expect(outcome.verdict).toBe('done')
    await lab().apps[1]?.stop()
    await down()
    const kinds = await stopPlain(loads)
    tell('no retries; drained on lb1 only, stopped', kinds)
    const [lb1, lb2] = lab().instances.map(({places}) =>
      Object.values(kinds).reduce((sum, {byUrl}) => sum + failedAt(byUrl, places.httpPort), 0),
    )
    expect(lb1).toBe(0)
    expect(lb2).toBeGreaterThan(0)
  }, 120_000)

  test('stopped without a drain', async () => {
    const loads = startPlain()
    await hundreds(loads)
    await lab().apps[1]?.stop()
    await down()
    const kinds = await stopPlain(loads)
    tell('no retries; stopped without a drain', kinds)
    expect(kinds.gets.failed).toBeGreaterThan(0)
    expect(kinds.posts.failed).toBeGreaterThan(0)
  }, 120_000)

  test('"ready" by hand straight from MAINT, before the application listens', async () => {
    await operate(place(), drain, drainOf('noretry/s2', {end: 'maint'}))
    await lab().apps[1]?.stop()
    const loads = startPlain()
    await hundreds(loads)
    await raw(lab(), 'set server noretry/s2 state ready')
    await down()
    const kinds = await stopPlain(loads)
    tell('no retries; MAINT to READY by hand before the application listens', kinds)
    expect(kinds.gets.failed + kinds.posts.failed).toBeGreaterThan(0)
  }, 120_000)
})

/** HAProxy has seen on the last instance that the application is gone. */
async function down(): Promise<void> {
  const at = lab().instances[1]?.places.socketPath ?? expect.unreachable()
  await seen(instanceOf(at), 'noretry', 's2', ({status}) => status === 'DOWN')
}

function failedAt(byUrl: LoadStats['byUrl'], port: number): number {
  return Object.entries(byUrl)
    .filter(([url]) => url.includes(`:${port}/`))
    .reduce((sum, [, {failed}]) => sum + failed, 0)
}
