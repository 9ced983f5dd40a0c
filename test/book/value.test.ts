import {expect, test} from 'vitest'
import {notAValue} from '../../src/lib/book/value.js'
import type {Variable} from '../../src/lib/book/variable.js'

const FITS: [Variable, string[], string[]][] = [
  [{type: 'string'}, ['a b', '$(x)'], ['', 'a\nb', 'a\u001b[31m', 'a\u2028b']],
  [{type: 'string', pattern: 'a|b'}, ['a', 'b'], ['ab', 'xa', 'b ']],
  [{type: 'integer', min: 0, max: 9}, ['0', '9'], ['-1', '10', '1.0', '1e1', '0x1', 'one']],
  [{type: 'duration'}, ['90s', '1h30m'], ['90', 's', '-5m', '5 m']],
  [{type: 'boolean'}, ['true', 'false'], ['yes', 'TRUE']],
  [{type: 'choice', options: ['a', 'b']}, ['a'], ['c', 'A']],
  [{type: 'target', system: 'redis'}, ['orders'], ['a/b', 'a b']],
]

test.each(FITS)('%j', (variable, good, bad) => {
  for (const text of good) expect(notAValue(variable, text), text).toBeUndefined()
  for (const text of bad) expect(notAValue(variable, text), text).toMatch(/\S/)
})
