import {describe, expect, test} from 'vitest'
import type {Facts} from '../../../src/lib/runbooks/receivers/facts.js'
import {restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {restartOf} from './inputs.js'
import {journalOf, operate, resume} from './operate.js'
import {mostOutOf} from './records.js'
import {room} from './room.js'

const HOSTS = 120
const {fleet, place, ids} = room(HOSTS)

const siteOf = (id: string) => fleet().rows.find((row) => row.id === id)?.site ?? ''
const spread = (maxOutPercent: number) =>
  restartOf(HOSTS, {
    stableMs: 0,
    spread: {label: 'site', maxOutPercent},
    maxFailures: {hosts: 60},
    waves: [{hosts: 1}, {percent: 20}, {percent: 30}, 'rest'],
  })

describe('at no moment more of a site is out than may be', () => {
  test.each([
    [25, 1],
    [50, 2],
    [75, 3],
  ])('%i percent are %i of 4', async (percent, most) => {
    await fleet().control.behave([], {restartMs: 100})
    const {outcome, run, plan} = await operate(place(), restart, {
      ...spread(percent),
      order: {by: 'random', seed: percent},
    })
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
    const out = mostOutOf(await journalOf(place(), run), siteOf)
    expect(out.size).toBe(HOSTS / 4)
    expect(Math.max(...out.values())).toBe(most)
    const {chosen} = (plan ?? expect.unreachable()).facts as Facts
    const order = chosen.hosts.map(({id}) => id)
    expect(order).not.toEqual(ids(0, HOSTS))
    expect([...order].sort()).toEqual(ids(0, HOSTS))
  })

  test('what failed stays out, in later waves and in a resumed run too', async () => {
    const broken = [5, 22, 47, 48, 90, 118].flatMap((at) => ids(at))
    await fleet().control.behave(broken, {unit: 'fails'})
    const first = await operate(place(), restart, {...spread(25), order: {by: 'random', seed: 3}})
    expect(first.outcome.verdict).toBe('tolerated')
    const {changed, failed, 'not-started': left} = first.outcome.totals
    expect({failed, sum: changed + failed + left}).toEqual({failed: 6, sum: HOSTS})
    expect(left).toBeGreaterThan(0)
    const dark = new Set(broken.map(siteOf))
    const waiting = first.outcome.steps.filter(({state}) => state === 'not-started')
    for (const {step} of waiting) expect(dark).toContain(siteOf(step))

    const again = await resume(place(), restart, first.run, 'not-started')
    expect(again.outcome.totals['not-started']).toBe(left)
    expect(Math.max(...mostOutOf(await journalOf(place(), first.run), siteOf).values())).toBe(1)

    await fleet().control.behave([], {})
    await fleet().control.boot(broken)
    const whole = await resume(place(), restart, first.run)
    expect(whole.outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
    expect(Math.max(...mostOutOf(await journalOf(place(), first.run), siteOf).values())).toBe(1)
  })

  test('hosts that were away before hold nobody up', async () => {
    await fleet().control.behave(
      ids(0, HOSTS).filter((_, at) => at % 20 === 7),
      {connect: 'refuse'},
    )
    const {outcome} = await operate(place(), restart, spread(25))
    expect(outcome).toMatchObject({verdict: 'tolerated', totals: {unreachable: 6, changed: HOSTS - 6}})
  })
})
