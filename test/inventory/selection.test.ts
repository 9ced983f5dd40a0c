import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {knownLabels, mustBeKnown} from '../../src/lib/inventory/selection/known-labels.js'
import {matcher} from '../../src/lib/inventory/selection/match.js'
import {parseExpression} from '../../src/lib/inventory/selection/parse.js'
import {drawn} from '../../src/lib/inventory/selection/sample.js'
import {SelectionError} from '../../src/lib/inventory/selection/selection-error.js'

const HOSTS = [
  {id: 'a', country: 'SE', model: 'pi4', version: '1.2.10', ring: '0'},
  {id: 'b', country: 'SE', model: 'pi5', version: '1.10.0', ring: '1'},
  {id: 'c', country: 'DE', model: 'pi4-lite', version: '1.9', ring: '10'},
  {id: 'd', country: 'US', model: 'pi 3', version: 'dev', ring: '2'},
  {id: 'e', country: 'and', version: '2.0'},
]
const chosen = (text: string) =>
  HOSTS.filter(matcher(parseExpression(text)))
    .map(({id}) => id)
    .join('')

test.each([
  ['country=SE', 'ab'],
  ['country!=SE', 'cde'],
  ['model~pi4', 'ac'],
  ['model~pi4*', 'ac'],
  ['model~*4', 'a'],
  ['model~pi?4', ''],
  ['model!~pi4', 'bde'],
  ['country in (SE, DE)', 'abc'],
  ['country not in (SE,DE)', 'de'],
  ['not country in (SE,DE)', 'de'],
  ['version>=1.10', 'be'],
  ['version<1.10', 'ac'],
  ['version<=1.9.0', 'ac'],
  ['ring>1', 'cd'],
  ['model="pi 3"', 'd'],
  ['country="and"', 'e'],
  ["country='and' or ring=0", 'ae'],
  ['country=SE and ring=0 or country=US', 'ad'],
  ['country=SE and (ring=0 or ring=1)', 'ab'],
  ['not country=SE and not country=DE', 'de'],
  ['not (country=SE or country=DE)', 'de'],
  ['not not country=SE', 'ab'],
])('%s', (text, expected) => {
  expect(chosen(text)).toBe(expected)
})

test.each([
  ['', 'expected a label, and it ends here', 1],
  ['country', 'expected =, !=, ~, in, < or > after country, and it ends here', 8],
  ['country=', 'expected a value, and it ends here', 9],
  ['country=SE ring=0', 'expected and, or, or the end, not ring', 12],
  ['country=SE and', 'expected a label, and it ends here', 15],
  ['(country=SE', 'expected ), and it ends here', 12],
  ['country in SE', 'expected (a, b, ...) after in, not SE', 12],
  ['country in (SE', 'expected , or ), and it ends here', 15],
  ['country="SE', 'the quote " is not closed', 9],
  ['country ! SE', '! is no sign here; write !=, !~ or not', 9],
  ['country==SE', 'expected a value, not =', 9],
  ['and=SE', 'expected a label, not and', 1],
])('%s is refused with its place', (text, problem, column) => {
  expect(() => parseExpression(text)).toThrow(`${problem}, at column ${column} of: ${text}`)
})

describe('labels and values that no host has', () => {
  const known = knownLabels(HOSTS)
  const checked = (text: string) => mustBeKnown(parseExpression(text), text, known)
  test.each([
    ['contry=SE', 'no host has the label contry (did you mean country?)'],
    ['not contry=SE', 'no host has the label contry'],
    ['country=SF', 'no host has country=SF (did you mean SE?)'],
    ['country!=SF', 'no host has country=SF'],
    ['country in (SE, FR)', 'no host has country=FR'],
    ['model~zero*', 'no host has a model like zero*'],
    ['version>9', 'no host has version>9'],
    ['ring<x', 'x is no number or version'],
  ])('%s', (text, problem) => {
    expect(() => checked(text)).toThrow(problem)
  })
  test('what is known passes', () => {
    expect(checked('country=SE and ring<=1 and not model~pi5')).toBeUndefined()
  })
})

test('whatever is typed is parsed or refused, never anything else', () => {
  const pieces = fc.constantFrom(
    'a',
    '"b c"',
    '=',
    '!=',
    '~',
    '(',
    ')',
    ',',
    'in',
    'and',
    'or',
    'not',
    '<',
    '!',
    "'",
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join(' ')),
      ),
      (text) => {
        try {
          expect(typeof matcher(parseExpression(text))({a: 'x'})).toBe('boolean')
        } catch (error) {
          expect(error).toBeInstanceOf(SelectionError)
        }
      },
    ),
    {numRuns: 2000},
  )
})

test('a sample is the same for a seed, differs for another, and keeps its hosts when others leave', () => {
  const names = Array.from({length: 5000}, (_, at) => `rx-${at}`)
  const first = drawn(names, 100, 7, String)
  expect(drawn([...names].reverse(), 100, 7, String)).toEqual(first)
  expect(drawn(names, 100, 8, String)).not.toEqual(first)
  const fewer = names.filter((_, at) => at % 10 !== 0)
  const kept = drawn(fewer, 100, 7, String).filter((name) => first.includes(name))
  expect(kept.length).toBeGreaterThan(80)
  const lowHalf = first.filter((name) => Number(name.slice(3)) < 2500).length
  expect(lowHalf).toBeGreaterThan(30)
  expect(lowHalf).toBeLessThan(70)
})
