import {describe, expect, it} from 'vitest'
import {duration, roughly} from '../../src/lib/report/duration.js'
import {displayWidth, truncate} from '../../src/lib/report/width.js'
import {wrap} from '../../src/lib/report/wrap.js'

describe('width', () => {
  it.each([
    ['abc', 3],
    ['東京', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['❤\ufe0f', 2],
    ['한', 2],
    ['…', 1],
  ])('%s takes %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells)
  })

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 4, 'abc…'],
    ['東京都', 4, '東…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%s in %i cells is %s', (text, cells, expected) => {
    expect(truncate(text, cells)).toBe(expected)
  })
})

describe('wrap', () => {
  it('indents the lines that follow as far as the first', () => {
    expect(wrap('one two three four', 14, 'note  ')).toEqual(['note  one two', '      three', '      four'])
  })

  it('does not follow a long start', () => {
    expect(wrap('one two three', 30, '  POINT OF NO RETURN before: ')).toEqual([
      '  POINT OF NO RETURN before:',
      '    one two three',
    ])
  })

  it('breaks words longer than a line and never exceeds the width', () => {
    const lines = wrap(`${'x'.repeat(50)} 東京東京東京東京 end`, 12, '> ')
    expect(lines.every((line) => displayWidth(line) <= 12)).toBe(true)
    expect(lines.join('').replaceAll(/[> ]/g, '')).toBe(`${'x'.repeat(50)}東京東京東京東京end`)
  })
})

describe('duration', () => {
  it.each([
    [0, '0.0s'],
    [420, '0.4s'],
    [9949, '9.9s'],
    [9950, '10s'],
    [59_400, '59s'],
    [185_000, '3m05s'],
    [7_800_000, '2h10m'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  it.each([
    [42_900, '42s'],
    [4_200, '4s'],
    [300_000, '5m'],
    [7_200_000, '2h'],
    [-5, '0s'],
  ])('%i ms is roughly %s', (ms, text) => {
    expect(roughly(ms)).toBe(text)
  })
})
