import {describe, expect, it} from 'vitest'
import {fold, foldedText} from '../../src/lib/report/fold.js'
import {groupNames, groupResults} from '../../src/lib/report/grouping.js'
import {mask} from '../../src/lib/report/mask.js'
import {result} from './samples.js'

function numbered(prefix: string, from: number, to: number, digits = 4): string[] {
  return Array.from({length: to - from + 1}, (_, at) => prefix + String(from + at).padStart(digits, '0'))
}

describe('mask', () => {
  it.each([
    ['no route to host', 'no route to host'],
    ['12 sessions left', '12 sessions left'],
    ['connect 10.0.0.2:8080: refused', 'connect <address>: refused'],
    ['net 10.0.0.0/8', 'net <address>'],
    ['connect [2001:db8::1]:22 failed', 'connect <address> failed'],
    ['from fe80::1%eth0 and ::1', 'from <address> and <address>'],
    ['full 2001:db8:0:0:0:0:0:1 address', 'full <address> address'],
    ['at 2026-11-22T08:47:12.123Z', 'at <time>'],
    ['at 2026-11-22 08:47:12 sharp', 'at <time> sharp'],
    ['08:47:12 crash', '<time> crash'],
    ['process pid 4711 died, sshd[812]: bye', 'process <pid> died, sshd<pid>: bye'],
    ['unit 4f6d1c3e-0a5b-4c1d-9e8f-0123456789ab gone', 'unit <uuid> gone'],
    ['invocation 9b2f00c4d1aa at 0x7ffe', 'invocation <id> at <id>'],
    ['took 12.4 s, 300ms, 66 %, 5 GiB', 'took <amount>, <amount>, <amount>, <amount>'],
    ['port 8080 of backend app/s2', 'port 8080 of backend app/s2'],
    ['Foo::Bar and lb1:8080', 'Foo::Bar and lb1:8080'],
    ['the deadbeef decade', 'the deadbeef decade'],
  ])('%s → %s', (message, expected) => {
    expect(mask(message)).toBe(expected)
  })
})

describe('fold', () => {
  it.each([
    [[...numbered('rpi-', 1, 40), 'rpi-0044'], ['rpi-[0001-0040,0044]']],
    [['lb1', 'lb2', 'lb10'], ['lb[1-2,10]']],
    [
      ['web-08', 'web-09', 'web-10', 'web-100'],
      ['web-[08-10]', 'web-100'],
    ],
    [['db1.dc1.example.net', 'db2.dc1.example.net'], ['db[1-2].dc1.example.net']],
    [
      ['a1/drain', 'a2/drain', 'a1/agent'],
      ['a[1-2]/drain', 'a1/agent'],
    ],
    [
      ['r1n1', 'r1n2', 'r1n3', 'r2n1'],
      ['r1n[1-3]', 'r2n1'],
    ],
    [
      ['prod', 'stage'],
      ['prod', 'stage'],
    ],
    [['n0', 'n1'], ['n[0-1]']],
    [
      ['i-1234567890123', 'i-1234567890124'],
      ['i-1234567890123', 'i-1234567890124'],
    ],
    [['lb1'], ['lb1']],
  ])('%j → %j', (names, expected) => {
    const parts = fold(names)
    expect(parts.map(({text}) => text)).toEqual(expected)
    expect(parts.reduce((sum, part) => sum + part.names, 0)).toBe(names.length)
  })

  it('bounds the ranges and the parts', () => {
    const odd = numbered('h', 0, 999).filter((_, at) => at % 2 === 1)
    expect(foldedText(odd)).toBe('h[0001,0003,0005,0007,0009,0011,0013,0015,0017,0019,0021,0023 … 488 more]')
    const words = Array.from(
      {length: 40},
      (_, at) => `${String.fromCharCode(97 + (at % 26))}-${'x'.repeat(at)}`,
    )
    expect(foldedText(words, 14)).toBe('a-, b-x, c-xx … and 37 more')
  })
})

describe('groupResults', () => {
  it('puts equal stories together and says them once', () => {
    const groups = groupResults([
      result('rpi-0001', 'unreachable', 'connect 10.0.0.1:22 timed out after 10 s'),
      result('rpi-0002', 'failed', 'no such unit'),
      result('rpi-0003', 'unreachable', 'connect 10.0.0.3:22 timed out after 11 s'),
      result('rpi-0004', 'failed', 'no such unit'),
      result('rpi-0005', 'failed', 'no such unit', {class: 'no-unit'}),
    ])
    expect(groups.map((group) => [group.state, group.class, group.message, groupNames(group)])).toEqual([
      ['unreachable', undefined, 'connect <address> timed out after <amount>', 'rpi-[0001,0003]'],
      ['failed', undefined, 'no such unit', 'rpi-[0002,0004]'],
      ['failed', 'no-unit', 'no such unit', 'rpi-0005'],
    ])
  })

  it('does not mind the name of the target in the message, but keeps other words', () => {
    const [group, ...others] = groupResults([
      result('lb1/drain', 'failed', 'lb1 is UP, not drain; lb10 too'),
      result('lb2/drain', 'failed', 'lb2 is UP, not drain; lb10 too'),
    ])
    expect(group?.message).toBe('<name> is UP, not drain; lb10 too')
    expect(others).toEqual([])
  })

  it('groups 30,000 results in well under a second', () => {
    const results = numbered('rpi-', 1, 30_000, 5).map((name, at) =>
      result(
        name,
        at % 3 === 0 ? 'unreachable' : 'failed',
        `connect 10.0.${at >> 8}.${at & 255}:22 timed out after ${at} ms`,
      ),
    )
    const began = performance.now()
    const groups = groupResults(results)
    const names = groups.map((group) => groupNames(group))
    expect(performance.now() - began).toBeLessThan(1000)
    expect(groups.map(({results: {length}}) => length)).toEqual([10_000, 20_000])
    expect(names.every((name) => name.length < 250)).toBe(true)
  })
})
