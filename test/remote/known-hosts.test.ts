import {createHmac} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {hostName, knownTypes, lookup, parseKnownHosts} from '../../src/lib/remote/ssh/known-hosts.js'

function key(type: string, seed: number): Buffer {
  const part = (data: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, data.length]), data])
  return Buffer.concat([part(Buffer.from(type)), part(Buffer.alloc(32, seed))])
}
const A = key('ssh-ed25519', 1)
const B = key('ssh-ed25519', 2)
const R = key('ssh-rsa', 3)
const line = (hosts: string, blob: Buffer) =>
  `${hosts} ${blob.toString('latin1', 4, 4 + (blob[3] ?? 0))} ${blob.toString('base64')}`
const hash = (name: string, salt = Buffer.alloc(20, 7)) =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
const verdict = (text: string, host: string, port = 22, blob = A) =>
  lookup(parseKnownHosts('known_hosts', text), host, port, blob).verdict

describe('lookup', () => {
  it.each([
    ['plain', line('web1', A), 'web1', 22, 'trusted'],
    ['with a comment', `${line('web1', A)} me@here`, 'web1', 22, 'trusted'],
    ['letter case', line('Web1', A), 'WEB1', 22, 'trusted'],
    ['another host', line('web1', A), 'web2', 22, 'unknown'],
    ['a prefix is no match', line('web', A), 'web1', 22, 'unknown'],
    ['a list', line('web1,10.0.0.1', A), '10.0.0.1', 22, 'trusted'],
    ['a port', line('[web1]:2222', A), 'web1', 2222, 'trusted'],
    ['another port', line('[web1]:2222', A), 'web1', 2223, 'unknown'],
    ['a port is not port 22', line('[web1]:2222', A), 'web1', 22, 'unknown'],
    ['the bare name serves other ports', line('web1', A), 'web1', 2222, 'trusted'],
    ['but cannot contradict them', line('web1', B), 'web1', 2222, 'unknown'],
    ['a wildcard', line('*.example.com', A), 'web1.example.com', 22, 'trusted'],
    ['one character', line('web?', A), 'web1', 22, 'trusted'],
    ['exactly one character', line('web?', A), 'web', 22, 'unknown'],
    ['a negation wins', line('*.example.com,!bad.example.com', A), 'bad.example.com', 22, 'unknown'],
    ['a negation wins in any order', line('!bad*,*', A), 'bad1', 22, 'unknown'],
    ['a negation alone matches nothing', line('!bad', A), 'good', 22, 'unknown'],
    ['hashed', line(hash('web1'), A), 'web1', 22, 'trusted'],
    ['hashed, another host', line(hash('web1'), A), 'web2', 22, 'unknown'],
    ['hashed with a port', line(hash('[web1]:2222'), A), 'web1', 2222, 'trusted'],
    ['changed', line('web1', B), 'web1', 22, 'changed'],
    ['another type is not a change', line('web1', R), 'web1', 22, 'unknown'],
    ['one of several', `${line('web1', B)}\n${line('web1', A)}`, 'web1', 22, 'trusted'],
    ['revoked', `@revoked ${line('*', A)}`, 'web1', 22, 'revoked'],
    ['revoked beats trusted', `${line('web1', A)}\n@revoked ${line('web1', A)}`, 'web1', 22, 'revoked'],
    ['revoked for the bare name', `@revoked ${line('web1', A)}`, 'web1', 2222, 'revoked'],
    ['another key is revoked', `@revoked ${line('*', B)}\n${line('web1', A)}`, 'web1', 22, 'trusted'],
    ['a revoked key is not a rival', `@revoked ${line('web1', B)}`, 'web1', 22, 'unknown'],
    ['an authority vouches for nothing', `@cert-authority ${line('*', A)}`, 'web1', 22, 'unknown'],
    ['a comment', `# ${line('web1', A)}`, 'web1', 22, 'unknown'],
  ])('%s', (_, text, host, port, expected) => {
    expect(verdict(text, host, port)).toBe(expected)
  })

  it('names file and line as evidence', () => {
    const known = parseKnownHosts('/etc/known', `# one\n\n${line('web1', B)}\r\n${line('web1', R)}\n`)
    expect(lookup(known, 'web1', 22, A).evidence).toMatchObject([{file: '/etc/known', line: 3}])
    expect(knownTypes(known, 'web1', 22)).toEqual(['ssh-ed25519', 'ssh-rsa'])
    expect(knownTypes(known, 'web1', 2222)).toEqual(['ssh-ed25519', 'ssh-rsa'])
  })
})

describe('parseKnownHosts', () => {
  it.each([
    ['@cert-authority', `@cert-authority ${line('*', A)}`, 'host certificates are not supported'],
    ['a marker', `@other ${line('*', A)}`, 'unknown marker @other'],
    ['a short line', 'web1 ssh-ed25519', 'not HOSTS TYPE KEY'],
    ['protocol 1', 'web1 1024 35 123456', 'a key of SSH protocol 1'],
    ['no base64', 'web1 ssh-ed25519 %%%%', 'the key is not base64'],
    ['another type inside', `web1 ssh-rsa ${A.toString('base64')}`, 'the key is not of type ssh-rsa'],
    ['a cut key', 'web1 ssh-ed25519 AAAAC3', 'the key is not of type ssh-ed25519'],
    ['an unknown hash', line('|2|AAAA|AAAA', A), 'unknown kind of hash'],
  ])('ignores %s, and says why', (_, text, why) => {
    expect(parseKnownHosts('f', `\n${text}\n`)).toEqual({entries: [], ignored: [{file: 'f', line: 2, why}]})
  })

  it('never throws and never trusts, whatever the line', () => {
    const pieces = [
      '@revoked',
      '*',
      'web1',
      '|1|',
      'AAAA',
      '!',
      ',',
      '[',
      ']:',
      '\t',
      ' ',
      '\0',
      'ssh-ed25519',
      B.toString('base64'),
    ]
    let state = 1
    const next = (n: number) => {
      state = (state * 48271) % 0x7fffffff
      return state % n
    }
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({length: next(12)}, () => pieces[next(pieces.length)]).join(next(2) ? ' ' : '')
      expect(verdict(text, 'web1')).not.toBe('trusted')
    }
  })

  it('finds exactly the host that a line was written for, plain or hashed', () => {
    const hosts = ['a', 'web1', 'web10', 'web1.example.com', '10.0.0.1', '::1', 'a-b']
    for (const host of hosts)
      for (const port of [22, 2222])
        for (const name of [hostName(host, port), hash(hostName(host, port))])
          for (const other of hosts)
            expect(verdict(line(name, A), other, port) === 'trusted').toBe(other === host)
  })

  it('is not slowed down by a hostile pattern', () => {
    const started = performance.now()
    expect(verdict(line(`${'*a'.repeat(500)}b`, A), 'a'.repeat(250))).toBe('unknown')
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
