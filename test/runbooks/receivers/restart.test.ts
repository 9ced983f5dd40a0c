import {readFile, writeFile} from 'node:fs/promises'
import {describe, expect, test} from 'vitest'
import {groupResults} from '../../../src/lib/report/grouping.js'
import {restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {restartOf} from './inputs.js'
import {journalOf, operate, resume} from './operate.js'
import {stoppedInTime} from './records.js'
import {room} from './room.js'

const HOSTS = 100
const {fleet, place, ids, restarts, seen} = room(HOSTS)

/** Some hosts, in the order of the inventory. */
const some = (from: number, to: number, more: Parameters<typeof restartOf>[1] = {}) =>
  restartOf(to - from, {
    selection: {...restartOf(1).selection, ids: ids(from, to)},
    ...more,
  })
const bad = async (
  [from, to]: [number, number],
  how: Parameters<ReturnType<typeof fleet>['control']['behave']>[1],
) => fleet().control.behave(ids(from, to), how)

describe('one host', () => {
  test('is restarted once, over one connection, and proven by its invocation', async () => {
    const [id = ''] = ids(3)
    const {invocation} = await seen(id)
    const {outcome, run} = await operate(place(), restart, some(3, 4))
    expect(outcome).toMatchObject({verdict: 'done', totals: {all: 1, changed: 1}})
    const after = await seen(id)
    expect(after).toMatchObject({restarts: 1, signIns: 1, active: 'active'})
    expect(after.commands).toHaveLength(3)
    expect(after.invocation).not.toBe(invocation)
    expect(await restarts()).toEqual({0: HOSTS - 1, 1: 1})
    const [, applying] = await journalOf(place(), run)
    expect(applying).toMatchObject({kind: 'applying', step: id, before: {invocation}})
  })

  test('a dry run contacts nobody', async () => {
    const {outcome} = await operate(place(), restart, restartOf(HOSTS), {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect(await fleet().control.counters()).toMatchObject({connections: 0})
  })

  test.each([
    ['crash-loop', 'failed', 'crash-loop', 'does not stay up'],
    ['fails', 'failed', 'unit-failed', 'failed (failed)'],
    ['no-unit', 'failed', 'no-unit', 'there is no unit receiver.service'],
    ['no-sudo', 'failed', 'no-sudo', 'sudo: a password is required'],
    ['hangs', 'timed-out', undefined, 'not restarted'],
  ] as const)('%s', async (unit, state, kind, saw) => {
    await bad([5, 6], {unit})
    const {outcome} = await operate(place(), restart, some(5, 6, {timeoutMs: 6000}))
    const [result] = outcome.steps
    expect(result).toMatchObject({state, saw: expect.stringContaining(saw)})
    expect(result?.class).toBe(kind)
    expect((await seen(ids(5)[0] ?? '')).asked).toBe(['crash-loop', 'fails', 'hangs'].includes(unit) ? 1 : 0)
  })

  test('cut off after the restart: looked up again, and not sent again', async () => {
    await bad([6, 7], {restart: 'drop-after'})
    const {outcome} = await operate(place(), restart, some(6, 7))
    expect(outcome).toMatchObject({verdict: 'done'})
    expect(await seen(ids(6)[0] ?? '')).toMatchObject({asked: 1, restarts: 1, signIns: 2})
  })

  test('cut off before the restart took hold: said so, and a resume does it', async () => {
    await bad([6, 7], {restart: 'drop-before'})
    const {outcome, run} = await operate(place(), restart, some(6, 7, {timeoutMs: 3000}))
    expect(outcome.steps).toMatchObject([{state: 'timed-out', saw: expect.stringContaining('not restarted')}])
    await bad([6, 7], {})
    const resumed = await resume(place(), restart, run, 'failed')
    expect(resumed.outcome.totals.changed).toBe(1)
    expect((await seen(ids(6)[0] ?? '')).restarts).toBe(1)
  })

  test('slower than it may be: timed-out, and the next look finds it done', async () => {
    await bad([7, 8], {restartMs: 5000})
    const {outcome, run} = await operate(place(), restart, some(7, 8, {timeoutMs: 2000}))
    expect(outcome.steps).toMatchObject([{state: 'timed-out'}])
    expect(outcome.verdict).toBe('partial')
    const resumed = await resume(place(), restart, run, 'failed')
    expect(resumed.outcome.totals.changed).toBe(1)
    expect(await seen(ids(7)[0] ?? '')).toMatchObject({asked: 1, restarts: 1})
  })

  test('what was restarted and failed is looked at by a resume, and not restarted again', async () => {
    const [id = ''] = ids(4)
    await bad([4, 5], {unit: 'fails'})
    const {run} = await operate(place(), restart, some(4, 5))
    const still = await resume(place(), restart, run, 'failed')
    expect(still.outcome.steps).toMatchObject([{state: 'failed', class: 'unit-failed'}])
    expect(await seen(id)).toMatchObject({asked: 1, restarts: 1})
    await fleet().control.boot([id])
    const well = await resume(place(), restart, run, 'failed')
    expect(well.outcome.steps).toMatchObject([{state: 'changed'}])
    expect(await seen(id)).toMatchObject({asked: 1, restarts: 1})
  })

  test.each([
    ['wrong-key', 'failed', 'host-key'],
    ['no-sign-in', 'failed', 'sign-in'],
    ['refuse', 'unreachable', 'handshake'],
    ['silent', 'unreachable', 'timeout'],
  ] as const)('%s', async (connect, state, kind) => {
    await bad([8, 9], {connect})
    const {outcome} = await operate(place(), restart, some(8, 9, {connectTimeoutMs: 1500}))
    expect(outcome.steps).toMatchObject([{state, class: kind}])
    expect(await restarts()).toEqual({0: HOSTS})
  })

  test('garbage and floods harm nobody', async () => {
    for (const output of ['garbage', 'flood'] as const) {
      await bad([9, 10], {output})
      const {outcome} = await operate(place(), restart, some(9, 10))
      expect(outcome.steps).toMatchObject([{state: 'failed', class: 'odd-answer'}])
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
      expect(outcome.steps[0]?.saw).not.toMatch(/[\x00-\x1f\x7f]/)
      expect(outcome.steps[0]?.saw.length).toBeLessThan(300)
    }
    expect(await restarts()).toEqual({0: HOSTS})
  })

  test('--verify decides last', async () => {
    expect((await operate(place(), restart, some(10, 11, {verify: 'uname -r'}))).outcome.verdict).toBe('done')
    const {outcome} = await operate(place(), restart, some(11, 12, {verify: 'false'}))
    expect(outcome.steps).toMatchObject([{state: 'failed', class: 'verify'}])
  })
})

describe('many hosts', () => {
  test('a few percent are always away: within the budget, and the sums are right', async () => {
    await bad([20, 25], {connect: 'refuse'})
    const {outcome, events} = await operate(place(), restart, restartOf(HOSTS))
    expect(outcome).toMatchObject({verdict: 'tolerated', totals: {all: HOSTS, changed: 95, unreachable: 5}})
    expect(await restarts()).toEqual({0: 5, 1: 95})
    expect(events.flatMap((event) => (event.type === 'stage' ? [event.steps] : []))).toEqual([
      1, 10, 1, 10, 78,
    ])
  })

  test('who comes back by the end of the wave is done', async () => {
    await bad([30, 40], {refuseTimes: 1})
    const {outcome} = await operate(place(), restart, restartOf(HOSTS))
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
  })

  test('a canary that fails is the only one that is touched', async () => {
    await bad([0, 1], {unit: 'fails'})
    const {outcome} = await operate(place(), restart, restartOf(HOSTS))
    expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1, 'not-started': HOSTS - 1}})
    expect(await fleet().control.counters()).toMatchObject({connections: 1})
  })

  test('a canary that is away proves nothing: the next one goes alone, and is it', async () => {
    await bad([0, 1], {connect: 'refuse'})
    await bad([1, 2], {unit: 'fails'})
    const {outcome} = await operate(place(), restart, restartOf(HOSTS))
    expect(outcome).toMatchObject({
      verdict: 'partial',
      totals: {failed: 1, unreachable: 1, 'not-started': HOSTS - 2},
    })
    expect(await restarts()).toEqual({0: HOSTS - 1, 1: 1})
  })

  test('too many failures in a later wave: nothing more is started, what is in flight ends', async () => {
    await bad([40, 60], {unit: 'fails'})
    const {outcome, events} = await operate(place(), restart, restartOf(HOSTS, {width: 8}))
    expect(outcome.verdict).toBe('partial')
    expect(outcome.totals['not-started']).toBeGreaterThan(40)
    stoppedInTime(events, (tried) => Math.max(1, Math.floor(tried / 100)))
    const {changed, failed} = outcome.totals
    expect(await restarts()).toEqual({0: HOSTS - changed - failed, 1: changed + failed})
  })

  test('equal failures are one line', async () => {
    await bad([12, 40], {unit: 'no-sudo'})
    const {outcome} = await operate(place(), restart, restartOf(HOSTS, {maxFailures: {hosts: 50}}))
    expect(outcome).toMatchObject({verdict: 'tolerated', totals: {changed: 72, failed: 28}})
    const groups = groupResults(outcome.steps.filter(({state}) => state === 'failed'))
    expect(groups.map(({class: kind, results}) => [kind, results.length])).toEqual([['no-sudo', 28]])
  })

  test('Ctrl-C in the second wave: what is in flight ends, and a resume does the rest once', async () => {
    const stop = new AbortController()
    const {outcome, run} = await operate(place(), restart, restartOf(HOSTS, {width: 20}), {
      stopping: stop.signal,
      emit: (event) => event.type === 'start' && event.step === ids(3)[0] && stop.abort(),
    })
    expect(outcome).toMatchObject({verdict: 'interrupted', totals: {changed: 4, 'not-started': 96}})
    const resumed = await resume(place(), restart, run)
    expect(resumed.outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
    expect(await restarts()).toEqual({1: HOSTS})
  })

  test('a resume keeps the hosts of its plan, whatever the inventory says by now', async () => {
    await bad([1, 2], {connect: 'refuse'})
    const asked = some(0, 4, {waves: ['rest']})
    const {run} = await operate(place(), restart, asked, {overrides: ['canary']})
    const list = await readFile(fleet().hostsFile, 'utf8')
    try {
      await writeFile(fleet().hostsFile, list.split('\n').toSpliced(1, 4).join('\n'))
      await bad([1, 2], {})
      const resumed = await resume(place(), restart, run)
      expect(resumed.outcome).toMatchObject({totals: {all: 4, changed: 4}})
    } finally {
      await writeFile(fleet().hostsFile, list)
    }
  })
})
