import {describe, expect, it} from 'vitest'
import {redactor, secretStore} from '../../src/lib/text/redact.js'

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

describe('redactAll', () => {
  const store = secretStore()
  store.add('hunter22')

  it('masks the texts of a value before they can be wrapped or cut, at any depth', () => {
    const value = {
      says: 'got hunter22',
      because: [{saw: 'hunter22'}, null, 7, true],
      before: {a: 'hunter22!'},
    }
    expect(store.redactAll(value)).toEqual({
      says: 'got ***',
      because: [{saw: '***'}, null, 7, true],
      before: {a: '***!'},
    })
    expect(value.says).toBe('got hunter22')
  })

  it('leaves the names that a resumed run finds its way by', () => {
    const common = secretStore()
    common.add('applying')
    const entry = {kind: 'applying', step: 'applying', steps: ['applying'], before: {saw: 'applying'}}
    expect(common.redactAll(entry)).toEqual({...entry, before: {saw: '***'}})
  })

  it('is the value itself while there is no secret', () => {
    const value = {says: 'hunter22'}
    expect(secretStore().redactAll(value)).toBe(value)
  })
})
