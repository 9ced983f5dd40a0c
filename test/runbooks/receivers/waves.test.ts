import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type Budget, budgetOf} from '../../../src/lib/engine/budget.js'
import type {State, StepResult} from '../../../src/lib/engine/state.js'
import type {FanOut, Size} from '../../../src/lib/runbooks/receivers/input.js'
import {failureLimit, stopsAt, unreachableLimit} from '../../../src/lib/runbooks/receivers/limits.js'
import {laneLimits, mostOut} from '../../../src/lib/runbooks/receivers/spread.js'
import {inWaves, parseWaves, waveSizes} from '../../../src/lib/runbooks/receivers/waves.js'
import {fanOutOf} from './inputs.js'

const DEFAULT = parseWaves('1,10,1%,10%,rest') ?? []
const size: fc.Arbitrary<Size> = fc.oneof(
  fc.record({hosts: fc.integer({min: 1, max: 40_000})}),
  fc.record({percent: fc.integer({min: 1, max: 100})}),
)

describe('waves', () => {
  test.each([
    [1, [1]],
    [5, [1, 4]],
    [11, [1, 10]],
    [50, [1, 10, 1, 5, 33]],
    [300, [1, 10, 3, 30, 256]],
    [30_000, [1, 10, 300, 3000, 26_689]],
  ])('%i hosts', (hosts, sizes) => {
    expect(waveSizes(DEFAULT, hosts)).toEqual(sizes)
  })

  test('every host is in exactly one wave, in order, and no wave is empty', () => {
    fc.assert(
      fc.property(fc.array(size, {maxLength: 8}), fc.integer({min: 1, max: 3000}), (sizes, count) => {
        const hosts = Array.from({length: count}, (_, at) => at)
        const waves = waveSizes([...sizes, 'rest'], count)
        expect(waves.every((one) => one > 0)).toBe(true)
        expect(inWaves(hosts, waves).flat()).toEqual(hosts)
      }),
    )
  })

  test('without rest the sizes may fall short, and never go beyond', () => {
    fc.assert(
      fc.property(fc.array(size, {minLength: 1}), fc.integer({min: 1, max: 3000}), (sizes, count) => {
        const sum = waveSizes(sizes, count).reduce((all, one) => all + one, 0)
        expect(sum).toBeLessThanOrEqual(count)
        for (const one of sizes)
          if (one !== 'rest' && 'hosts' in one) expect(sum).toBeGreaterThanOrEqual(Math.min(count, one.hosts))
      }),
    )
  })

  test.each(['', 'rest,1', '1,,2', '0,rest', '101%,rest', '0%,rest', '-1', 'all', '1.5,rest', 'rest,rest'])(
    'no waves: %s',
    (text) => {
      expect(parseWaves(text)).toBeUndefined()
    },
  )

  test('what is written comes back', () => {
    expect(parseWaves('1, 10,0.5%,rest')).toEqual([{hosts: 1}, {hosts: 10}, {percent: 0.5}, 'rest'])
  })
})

describe('limits', () => {
  test('the stop rule in numbers', () => {
    const asked = fanOutOf('world', 30_000)
    expect([1, 11, 311, 3311, 30_000].map((tried, wave) => stopsAt(asked, wave, tried))).toEqual([
      1, 2, 4, 34, 301,
    ])
    expect(stopsAt({...asked, maxFailures: {hosts: 7}}, 3, 3311)).toBe(8)
  })

  test('a budget stops at the failure that the plan names, and not before', () => {
    const percent = fc.integer({min: 0, max: 100})
    fc.assert(
      fc.property(
        percent,
        fc.integer({min: 1, max: 400}),
        fc.integer({min: 1, max: 4}),
        (most, tried, wave) => {
          const asked: FanOut = {...fanOutOf('world', 400), maxFailures: {percent: most}}
          const limit = failureLimit(asked, wave)
          const stops = stopsAt(asked, wave, tried)
          const over = (failures: number) => {
            const budget = budgetOf({id: 'w', says: 'w', steps: [], tally: 't', budget: limit})
            for (let at = 0; at < tried - failures; at += 1) reckon(budget, ended('changed'))
            for (let at = 0; at < failures; at += 1) reckon(budget, ended('failed'))
            return budget.exceeded() !== undefined
          }
          expect(over(stops - 1)).toBe(false)
          if (stops <= tried) expect(over(stops)).toBe(true)
        },
      ),
    )
  })

  test('hosts that are always away stop nothing; more than a fifth does', () => {
    const limit = unreachableLimit(fanOutOf('world', 400))
    const budget = budgetOf({id: 'w', says: 'w', steps: [], tally: 't', unreachableBudget: limit})
    for (let at = 0; at < 3; at += 1) reckon(budget, ended('unreachable'))
    expect(budget.exceeded()).toBeUndefined()
    reckon(budget, ended('unreachable'))
    expect(budget.exceeded()).toContain('4 unreachable')
    for (let at = 0; at < 16; at += 1) reckon(budget, ended('changed'))
    expect(budget.exceeded()).toBeUndefined()
  })
})

describe('spread', () => {
  test('at least one host of a site may be out, and never all of a site that has more', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 5000}), fc.integer({min: 1, max: 99}), (hosts, percent) => {
        const out = mostOut(hosts, percent)
        expect(out).toBeGreaterThanOrEqual(1)
        if (out > 1) expect(out * 100).toBeLessThanOrEqual(hosts * percent)
        if (hosts > 1) expect(out).toBeLessThan(hosts)
      }),
    )
  })

  test('sites count the whole fleet', () => {
    const asked: FanOut = {...fanOutOf('world', 3), spread: {label: 'site', maxOutPercent: 20}}
    const chosen = {hosts: [], words: '', of: 0, counts: [], limits: {maxHosts: null, maxPercent: null}}
    expect(laneLimits(asked, {...chosen, sites: {a: 4, b: 10, c: 1}})).toEqual({
      'site=a': 1,
      'site=b': 2,
      'site=c': 1,
    })
  })
})

function reckon(budget: Budget, result: StepResult): void {
  budget.begin()
  budget.count(result)
}

function ended(state: State): StepResult {
  return {step: 'x', says: 'x', state, saw: '', ms: 0}
}
