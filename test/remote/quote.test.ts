import {describe, expect, it} from 'vitest'
import {run} from '../../src/lib/remote/process.js'
import {checkPath} from '../../src/lib/remote/ssh/dial-unix.js'
import {quote} from '../../src/lib/remote/ssh/quote.js'

const HOSTILE = [
  '',
  "'",
  "''",
  "it's",
  '$(touch /tmp/x)',
  '`id`',
  '; rm -rf /',
  '"double"',
  '\\',
  "\\'",
  'a\nb',
  '-rf',
  '*',
  '~root',
  '!!',
  'tab\there',
  "'; id; '",
  'ö \u{1f600}',
]

describe('quote', () => {
  it.each(HOSTILE)('%j reaches the command as one word, unchanged', async (word) => {
    const line = `printf %s:%s ${quote(word)} ${quote('end')}`
    const signal = new AbortController().signal
    const {stdout} = await run(['/bin/sh', '-c', line], {signal, timeoutMs: 20_000, env: {}})
    expect(stdout).toBe(`${word}:end`)
  })

  it('refuses NUL', () => {
    expect(() => quote('a\0b')).toThrow('NUL')
  })
})

describe('checkPath', () => {
  it.each([
    'relative',
    '',
    '/a\nb',
    '/a\0b',
    '/a\\b',
    '/\u202e',
    `/${'x'.repeat(107)}`,
    `/${'ö'.repeat(60)}`,
  ])('refuses %j', (path) => {
    expect(() => checkPath(path)).toThrow('the socket path "')
  })

  it.each(['/run/haproxy/admin.sock', "/tmp/it's", '/a b,c:d$(e)', `/${'x'.repeat(106)}`])(
    'accepts %j',
    (path) => {
      expect(() => checkPath(path)).not.toThrow()
    },
  )
})
