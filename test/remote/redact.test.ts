import {describe, expect, it} from 'vitest'
import {redactor, secretStore} from '../../src/lib/remote/redact.js'
import {printable} from '../../src/lib/text/clean.js'

const SECRET = 'p@ss "w"/ö+%1'

describe('redactor', () => {
  const redact = redactor([SECRET])

  it.each([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify({password: SECRET})],
    ['in a URL', `https://x/?p=${encodeURIComponent(SECRET)}`],
    ['in a URL, lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['in a form', new URLSearchParams({p: SECRET}).toString()],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
  ])('masks a secret %s', (_, text) => {
    const shown = redact(`before ${text} after`)
    expect(shown).toMatch(/^before .*\*\*\*.* after$/)
    expect(shown).not.toContain(text)
  })

  it.each(['', 'u', 'us', 'usr', 'user'])('masks it in a Basic header after "%s:"', (user) => {
    const header = Buffer.from(`${user}:${SECRET}:tail`).toString('base64')
    const shown = redact(`Authorization: Basic ${header}`)
    const rest = shown.replace('Authorization: Basic ', '').split('***')
    expect(rest).toHaveLength(2)
    // What is left decodes to less than the secret: its edges share a character with the neighbours.
    expect(rest.map((part) => Buffer.from(part, 'base64').toString()).join('')).not.toContain(
      SECRET.slice(1, -1),
    )
  })

  it('masks overlapping secrets as one, leaving nothing of either', () => {
    expect(redactor(['abcdef', 'efghij', 'abcd'])('-abcdefghij-')).toBe('-***-')
    expect(redactor(['aaaa'])('aaaaaaa!')).toBe('***!')
  })

  it('masks the lines of a secret that has several', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n'
    expect(redactor([key])('error near kqhkiG9w0BAQEF')).toBe('error near ***')
  })

  it('leaves short values and other text alone', () => {
    expect(redactor(['abc', ''])('abc abc')).toBe('abc abc')
    expect(redact('nothing here')).toBe('nothing here')
  })

  it('takes patterns literally', () => {
    expect(redactor(['a.*b$'])('a.*b$ axxb')).toBe('*** axxb')
  })
})

it('secretStore masks everything added so far', () => {
  const store = secretStore()
  expect(store.redact('first second')).toBe('first second')
  store.add('first')
  expect(store.redact('first second')).toBe('*** second')
  store.add('second')
  expect(store.redact('first second')).toBe('*** ***')
})

describe('printable', () => {
  it.each([
    ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
    ['\x1b[2J\x9b31m', '\\x1b[2J\\x9b31m'],
    ['a\u202etxt.exe', 'a\\u{202e}txt.exe'],
    ['line\nforged\r\n', 'line\\nforged\\x0d\\n'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['half \ud800', 'half \\u{d800}'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['plain ö 語 👩‍💻', 'plain ö 語 👩‍💻'],
  ])('%j', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('leaves no control character of all of Unicode', () => {
    const hostile = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f]/u
    const all = Array.from({length: 0x110000}, (_, code) => String.fromCodePoint(code))
    expect(all.filter((character) => hostile.test(printable(character)))).toEqual([])
  })
})
