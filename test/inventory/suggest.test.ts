import {describe, expect, it} from 'vitest'
import {editDistance, suggest, suggestions} from '../../src/lib/inventory/suggest.js'

const VERBS = ['drain', 'ready', 'maint', 'weight', 'status', 'check', 'restart']

describe('suggest', () => {
  it.each([
    ['drian', 'drain'],
    ['DRAIN', 'drain'],
    ['drai', 'drain'],
    ['statsu', 'status'],
    ['rest', 'restart'],
    ['maintt', 'maint'],
    ['xyz', undefined],
    ['kill', undefined],
    ['', undefined],
  ])('%j means %j', (word, expected) => {
    expect(suggest(word, VERBS)).toBe(expected)
  })

  it('does not depend on the order, and prefers the nearest, then the alphabet', () => {
    const names = ['web-lc', 'web-lb2', 'web-la', 'web-lb']
    expect(suggestions('web-l', names)).toEqual(suggestions('web-l', names.toReversed()))
    expect(suggestions('web-lb', names)).toEqual(['web-lb', 'web-la', 'web-lb2'])
    expect(suggestions('web-lb', names, 1)).toEqual(['web-lb'])
  })
})

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abcd', 'acbd', 1],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
  ])('%s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})
