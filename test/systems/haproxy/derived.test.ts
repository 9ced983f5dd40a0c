import {describe, expect, test} from 'vitest'
import {readAdminMask} from '../../../src/lib/systems/haproxy/admin-mask.js'
import {followers} from '../../../src/lib/systems/haproxy/followers.js'
import {checkedBy, healthy} from '../../../src/lib/systems/haproxy/healthy.js'
import {persistence} from '../../../src/lib/systems/haproxy/persistence.js'
import {usable} from '../../../src/lib/systems/haproxy/usable.js'
import {calm, instanceOf, runningLab, seen} from '../../lab/running-lab.js'

const lab = runningLab({instances: 1})
const open = () => instanceOf(lab().instances[0]?.places.socketPath ?? '')

test.each([
  [0x00, 'ready', false, false],
  [0x01, 'maint', false, false],
  [0x02, 'maint', true, false],
  [0x04, 'ready', false, false],
  [0x05, 'maint', false, false],
  [0x08, 'drain', false, false],
  [0x0c, 'drain', false, false],
  [0x10, 'drain', true, false],
  [0x18, 'drain', true, false],
  [0x20, 'maint', false, true],
  [0x29, 'maint', false, true],
  [0x40, 'ready', false, false],
])('the mask %i means %s', (mask, admin, inherited, unresolved) => {
  expect(readAdminMask(mask)).toEqual({admin, inherited, unresolved})
})

describe('on a real snapshot', () => {
  test('usable: not in drain, in maintenance, of weight 0 or unresolved', async () => {
    await open().setState('weighted', 's1', 'drain', calm)
    await open().setState('weighted', 's2', 'maint', calm)
    await open().setWeight('weighted', 's3', '0', calm)
    const {weighted, app, dns, unchecked} = (await open().snapshot(calm)).backends
    const names = (backend = app) =>
      Object.values(backend?.servers ?? {})
        .filter(usable)
        .map((one) => one.name)
    expect(weighted?.servers.s3?.status).toBe('UP')
    expect(names(weighted)).toEqual([])
    expect(names(app)).toEqual(['s1', 's2', 's3', 'b1'])
    expect(names(unchecked)).toEqual(['s1', 's2'])
    expect(names(dns)).toEqual([])
  })

  test('followers, transitively', async () => {
    const snapshot = await open().snapshot(calm)
    const names = (server: string) =>
      followers(snapshot, 'app', server).map((one) => `${one.backend}/${one.name}`)
    expect(names('s1')).toEqual(['sticky/s1', 'table/s1'])
    expect(names('s2')).toEqual(['sticky/s2'])
    expect(names('s3')).toEqual([])
  })

  test('a follower is checked by the end of its chain', async () => {
    const snapshot = await open().snapshot(calm)
    const follower = snapshot.backends.table?.servers.s1 ?? expect.unreachable()
    expect(healthy(follower)).toBe(false)
    const leader = checkedBy(snapshot, follower)
    expect(`${leader.backend}/${leader.name}`).toBe('app/s1')
    expect(healthy(leader)).toBe(true)
  })

  test('persistence: cookie, stick-table, hash', async () => {
    const {backends} = await open().snapshot(calm)
    const of = (name: string) => persistence(backends[name] ?? expect.unreachable())
    expect(of('sticky')).toEqual([{kind: 'cookie', name: 'SRV'}])
    expect(backends.sticky?.servers.s2?.cookie).toBe('s2')
    expect(of('table')).toEqual([{kind: 'stick-table'}])
    expect(of('hashed')).toEqual([{kind: 'hash', algorithm: 'source'}])
    expect(of('app')).toEqual([])
  })

  test('healthy: not while the application fails, and not before checks have proved it', async () => {
    const app = lab().apps[2] ?? expect.unreachable()
    await open().setState('app', 's3', 'drain', calm)
    expect(healthy((await open().server('app', 's3', calm)).server)).toBe(true)
    await app.setHealth('fail')
    const down = await seen(open(), 'app', 's3', (now) => now.status === 'DOWN')
    expect(down).toMatchObject({admin: 'drain', check: {status: 'L7STS', health: 0}})
    expect(healthy(down)).toBe(false)
    await open().setState('app', 's3', 'maint', calm)
    await open().setState('app', 's3', 'drain', calm)
    expect(healthy((await open().server('app', 's3', calm)).server)).toBe(false)
    await app.setHealth('ok')
    const up = await seen(open(), 'app', 's3', healthy)
    expect(up).toMatchObject({status: 'DRAIN', check: {status: 'L7OK', health: 3}})
    await open().setState('app', 's3', 'ready', calm)
  })
})
