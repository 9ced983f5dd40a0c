import {expect, test} from 'vitest'
import type {Load} from '../../src/lib/lab/load.js'
import {until} from '../../src/lib/lab/until.js'
import type {HaproxyInstance} from '../../src/lib/systems/haproxy/instance.js'
import {calm, instanceOf, runningLab, seen} from './running-lab.js'

const lab = runningLab({instances: 2, latencyMs: 10})
const open = () => lab().instances.map((one) => instanceOf(one.places.socketPath, one.name))
const s2 = () => lab().apps[1] ?? expect.unreachable()

const answered = (load: Load, count: number) => until(() => load.stats().total >= count, 60_000)

test.each(['GET', 'POST'] as const)(
  '%s: a server killed without a drain fails requests',
  async (method) => {
    const load = lab().load({clients: 20, paceMs: 5, method})
    await answered(load, 200)
    await s2().kill()
    await Promise.all(open().map((one) => seen(one, 'app', 's2', (view) => view.status === 'DOWN')))
    const stats = await load.stop()
    await s2().start()
    await Promise.all(open().map((one) => seen(one, 'app', 's2', (view) => view.status === 'UP')))
    expect(stats.failed).toBeGreaterThan(0)
    expect(sum(stats.reasons)).toBe(stats.failed)
    expect(sum(stats.byServer)).toBe(stats.total - stats.failed)
  },
  90_000,
)

test.each(['GET', 'POST'] as const)(
  '%s: drained, idle, killed and put back: none fails',
  async (method) => {
    const load = lab().load({clients: 20, paceMs: 5, method})
    await answered(load, 300)
    for (const one of open()) await one.setState('app', 's2', 'drain', calm)
    await idle(open())
    for (const one of open()) await one.setState('app', 's2', 'maint', calm)
    await s2().kill()
    await answered(load, 1500)
    await s2().start()
    for (const one of open()) await one.setState('app', 's2', 'drain', calm)
    for (const one of open()) await seen(one, 'app', 's2', (view) => view.status === 'DRAIN')
    for (const one of open()) await one.setState('app', 's2', 'ready', calm)
    await answered(load, 2200)
    const stats = await load.stop()
    expect(stats).toMatchObject({failed: 0, reasons: {}})
    expect(stats.total).toBeGreaterThanOrEqual(2000)
    expect(Object.keys(stats.byUrl)).toHaveLength(2)
    expect(stats.byServer.s2).toBeGreaterThan(0)
  },
  90_000,
)

test('a reload under load fails no request', async () => {
  const load = lab().load({clients: 20, paceMs: 5})
  await answered(load, 300)
  const [lb1] = lab().instances
  const before = lb1?.process.pid
  await lb1?.reload()
  expect(lb1?.process.pid).not.toBe(before)
  await answered(load, load.stats().total + 1000)
  expect(await load.stop()).toMatchObject({failed: 0, reasons: {}})
}, 90_000)

test('clients with cookies stay on their server', async () => {
  const load = lab().load({clients: 4, paceMs: 5, cookies: true, path: '/sticky'})
  await answered(load, 200)
  const [lb1, lb2] = open()
  await lb1?.setState('app', 's1', 'drain', calm)
  await lb2?.setState('app', 's1', 'drain', calm)
  const before = load.stats().byServer.s1 ?? 0
  await answered(load, load.stats().total + 200)
  const stats = await load.stop()
  expect(stats.byServer.s1).toBeGreaterThan(before + 20)
  expect(stats.failed).toBe(0)
  for (const one of open()) await one.setState('app', 's1', 'ready', calm)
}, 60_000)

test('requests that stopping cuts are not counted', async () => {
  const load = lab().load({clients: 3, paceMs: 0, path: '/app/slow?ms=20000', instances: ['lb1']})
  const [lb1] = open()
  await until(async () => ((await lb1?.snapshot(calm))?.backends.app?.sessions ?? 0) >= 3, 20_000)
  expect(await load.stop()).toMatchObject({total: 0, failed: 0})
}, 60_000)

/** Three looks in a row without a session and without a new one, on every instance. */
async function idle(instances: HaproxyInstance[]): Promise<void> {
  let quiet = 0
  let before = ''
  const came = await until(
    async () => {
      const looks = await Promise.all(instances.map((one) => one.server('app', 's2', calm)))
      const totals = JSON.stringify(looks.map(({server}) => server.total))
      quiet = totals === before && looks.every(({server}) => server.sessions === 0) ? quiet + 1 : 0
      before = totals
      return quiet >= 3
    },
    30_000,
    100,
  )
  if (!came) throw new Error('s2 never became idle')
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, one) => total + one, 0)
}
