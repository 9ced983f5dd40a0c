import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {fillWord} from '../../src/lib/book/fill.js'
import {split} from '../../src/lib/book/split.js'

const splitText = (text: string) =>
  split(text.split('\n').map((one, at) => ({text: one, line: 10 + at, column: 3})))
const wordsOf = (text: string) => splitText(text).commands.map((command) => command.map((word) => word.text))

describe('words', () => {
  test.each([
    ['haproxy drain app/s2', [['haproxy', 'drain', 'app/s2']]],
    ['redeye haproxy check', [['haproxy', 'check']]],
    ['$ redeye haproxy check', [['haproxy', 'check']]],
    ['a "b c" d', [['a', 'b c', 'd']]],
    ["a 'b $c | d'", [['a', 'b $c | d']]],
    ['a "" b', [['a', '', 'b']]],
    ['a b\\ c', [['a', 'b c']]],
    ['a "say \\"x\\""', [['a', 'say "x"']]],
    ['a \\\n  b\nc', [['a', 'b'], ['c']]],
    ['a # not this\n# nor this\n\nb', [['a'], ['b']]],
    ['a#b', [['a#b']]],
    ['a {{ x }} --y={{z}}', [['a', '{{ x }}', '--y={{z}}']]],
  ])('%j', (text, words) => {
    expect(splitText(text).problems).toEqual([])
    expect(wordsOf(text)).toEqual(words)
  })

  test('have their place, also behind a continued line', () => {
    expect(splitText('ab "c d" \\\n  e').commands[0]).toMatchObject([
      {text: 'ab', line: 10, column: 3},
      {text: 'c d', line: 10, column: 6},
      {text: 'e', line: 11, column: 5},
    ])
  })
})

test.each([
  ['a | b', 5, /\| means nothing here/],
  ['a; b', 4, /; means nothing/],
  ['a $(b)', 5, /\$ means nothing/],
  ['a "`b`"', 6, /` means nothing/],
  ['a > b', 5, /> means nothing/],
  ['a && b', 5, /& means nothing/],
  ['a "b', 5, /the quote " is not closed/],
  ["a 'b", 5, /the quote ' is not closed/],
  ['a \\', 5, /goes on behind the end of the block/],
])('%j is a problem with its place', (text, column, message) => {
  expect(splitText(text).problems[0]).toMatchObject({
    line: 10,
    column,
    message: expect.stringMatching(message),
  })
})

describe('a value', () => {
  const templates = ['{{x}}', '"{{x}}"', "'{{x}}'", '""{{x}}', '--flag={{x}}', 'a/{{x}}', '{{x}}{{x}}']

  test('is never more than its word, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...templates),
        fc.string({minLength: 1, unit: 'grapheme'}),
        (template, x) => {
          const {commands, problems} = splitText(`cmd ${template} end`)
          expect(problems).toEqual([])
          const [words = []] = commands
          expect(words).toHaveLength(3)
          for (const word of words) {
            const filled = fillWord(word, {x})
            if ('text' in filled) expect(typeof filled.text).toBe('string')
          }
        },
      ),
      {numRuns: 500},
    )
  })

  test('never becomes a flag', () => {
    fc.assert(
      fc.property(fc.constantFrom(...templates.slice(0, 4), '{{x}}{{x}}'), fc.string(), (template, rest) => {
        const [, word] = splitText(`cmd ${template}`).commands[0] ?? []
        expect(word && fillWord(word, {x: `-${rest}`})).toHaveProperty('problem')
      }),
      {numRuns: 500},
    )
  })

  test('is taken as it is: a variable in it stays text', () => {
    const [, word] = splitText('cmd {{x}}').commands[0] ?? []
    expect(word && fillWord(word, {x: '{{y}} ; rm', y: 'no'})).toEqual({text: '{{y}} ; rm'})
  })
})
