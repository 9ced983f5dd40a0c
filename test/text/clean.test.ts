import {describe, expect, it} from 'vitest'
import {clean, cleanLines, harmlessJson, printable} from '../../src/lib/text/clean.js'

describe('clean', () => {
  it.each([
    ['plain', 'plain'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['one\r\ntwo\tthree\n', 'one two three'],
    ['bell\x07 null\x00', 'bell\\x07 null\\x00'],
    ['half \x1b', 'half \\x1b'],
    ['c1 \x85 del \x7f', 'c1 \\x85 del \\x7f'],
    ['evil\u202etxt.exe', 'evil\\u{202e}txt.exe'],
    ['lone \ud800 surrogate', 'lone \\u{d800} surrogate'],
    ['zürich 東京 👍🏽', 'zürich 東京 👍🏽'],
  ])('%j becomes %j', (text, expected) => {
    expect(clean(text)).toBe(expected)
  })

  it('leaves nothing that moves the cursor, whatever the bytes', () => {
    const all = Array.from({length: 0x2100}, (_, code) => String.fromCharCode(code)).join('')
    for (let from = 0; from < all.length; from += 500)
      expect(clean(all.slice(from, from + 500))).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
    expect(clean('\x1b]0;title\x07\x1b[2J\x9b31m')).not.toMatch(/\p{Cc}/u)
  })

  it('bounds what it shows', () => {
    expect(clean('x'.repeat(5000))).toBe(`${'x'.repeat(4000)}… (1000 more characters)`)
  })

  it('splits lines', () => {
    expect(cleanLines('a\r\nb\x1b[K\nc')).toEqual(['a', 'b', 'c'])
  })

  it('escapes what JSON lets through, keeping the value', () => {
    const value = {saw: 'a\u009b31m\u202e\u{e0041}\x1b[0m'}
    const text = harmlessJson(value)
    expect(text).toMatch(/^[\x20-\x7e]*$/)
    expect(JSON.parse(text)).toEqual(value)
  })
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
