import {createHmac, randomBytes} from 'node:crypto'
import {mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {importKnownHosts} from '../../../src/lib/remote/fleet/pinned-import.js'
import {parsePinnedKeys, readPinnedKeys, writePinnedKeys} from '../../../src/lib/remote/fleet/pinned-keys.js'

let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redeye-keys-'))
})

afterAll(() => rm(dir, {recursive: true, force: true}))

function keyLine(seed: number): string {
  const head = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1')
  return `ssh-ed25519 ${Buffer.concat([head, Buffer.alloc(32, seed % 251), Buffer.from([seed >> 8, seed & 255])]).toString('base64')}`
}

const blobOf = (line: string) => line.split(' ')[1] ?? ''

describe('pinned keys', () => {
  it('are found by id and port', () => {
    const keys = parsePinnedKeys(
      [
        '# by hand',
        '',
        `rx-1 ${keyLine(1)} a comment`,
        `[rx-1]:2222 ${keyLine(2)}`,
        `RX-2,other ${keyLine(3)}`,
      ].join('\n'),
    )
    expect(keys.of('rx-1', 22)).toEqual([blobOf(keyLine(1))])
    expect(keys.of('rx-1', 2222)).toEqual([blobOf(keyLine(2))])
    expect(keys.of('rx-1', 23)).toEqual([])
    expect(keys.of('rx-2', 22)).toEqual(keys.of('other', 22))
    expect(keys.ignored).toEqual([])
  })

  it('are never made of lines that are not understood', () => {
    const odd = [
      `* ${keyLine(1)}`,
      `@revoked rx-1 ${keyLine(1)}`,
      'rx-1 ssh-ed25519',
      `rx-1 ssh-rsa ${blobOf(keyLine(1))}`,
      `rx-1 ssh-ed25519 !!!`,
      `|1|a|b ${keyLine(1)}`,
    ]
    const keys = parsePinnedKeys(odd.join('\n'))
    expect(keys.size).toBe(0)
    expect(keys.ignored.map(({line}) => line)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('are written as a whole, for the owner alone, and read back', async () => {
    const file = join(dir, 'receivers.keys')
    const keys = await readPinnedKeys(file)
    expect(keys.size).toBe(0)
    keys.add('rx-2', 22, keyLine(2))
    keys.add('rx-1', 2222, keyLine(1))
    keys.add('rx-1', 2222, keyLine(1))
    await writePinnedKeys(file, keys)
    expect(await readFile(file, 'utf8')).toBe(`[rx-1]:2222 ${keyLine(1)}\nrx-2 ${keyLine(2)}\n`)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await readPinnedKeys(file)).of('rx-2', 22)).toEqual([blobOf(keyLine(2))])
    expect(await readdir(dir)).toEqual(['receivers.keys'])
  })

  it('of 30,000 hosts are read in well under 100 ms', () => {
    const text = Array.from({length: 30_000}, (_, at) => `[rx-${at}]:2222 ${keyLine(at)}\n`).join('')
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < 5; round++) {
      const before = process.cpuUsage()
      const keys = parsePinnedKeys(text)
      expect(keys.of('rx-29999', 2222)).toEqual([blobOf(keyLine(29_999))])
      const {user, system} = process.cpuUsage(before)
      best = Math.min(best, (user + system) / 1000)
    }
    expect(best).toBeLessThan(100)
  })
})

describe('an import from known_hosts', () => {
  const hashed = (name: string) => {
    const salt = randomBytes(20)
    return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
  }
  const hosts = [1, 2, 3, 4, 5].map((at) => ({
    id: `rx-${at}`,
    address: `10.0.0.${at}`,
    port: at === 2 ? 2222 : 22,
  }))

  it('takes plain and hashed names, says who is missing, and leaves changed ones alone', () => {
    const keys = parsePinnedKeys(`rx-4 ${keyLine(40)}\n`)
    const text = [
      `${hashed('10.0.0.3')} ${keyLine(3)}`,
      `${hashed('10.0.0.3')} ${keyLine(33)}`,
      `10.0.0.1,elsewhere ${keyLine(1)}`,
      `${hashed('[10.0.0.2]:2222')} ${keyLine(2)}`,
      `10.0.0.4 ${keyLine(4)}`,
      `@revoked 10.0.0.5 ${keyLine(5)}`,
    ].join('\n')
    expect(importKnownHosts(text, hosts, keys)).toEqual({added: 4, missing: ['rx-5'], changed: ['rx-4']})
    expect(keys.of('rx-1', 22)).toEqual([blobOf(keyLine(1))])
    expect(keys.of('rx-2', 2222)).toEqual([blobOf(keyLine(2))])
    expect(keys.of('rx-3', 22)).toEqual([blobOf(keyLine(3)), blobOf(keyLine(33))])
    expect(keys.of('rx-4', 22)).toEqual([blobOf(keyLine(40))])
    expect(importKnownHosts(text, hosts, keys)).toMatchObject({added: 0})
  })

  it('of 2,000 hashed lines in the order of the inventory is quick', () => {
    const many = Array.from({length: 2000}, (_, at) => ({
      id: `h-${at}`,
      address: `10.1.${at >> 8}.${at & 255}`,
      port: 22,
    }))
    const text = many.map(({address}, at) => `${hashed(address)} ${keyLine(at)}\n`).join('')
    const keys = parsePinnedKeys('')
    const before = process.cpuUsage()
    expect(importKnownHosts(text, many, keys)).toEqual({added: 2000, missing: [], changed: []})
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000)
  })
})
