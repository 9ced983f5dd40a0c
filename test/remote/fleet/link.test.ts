import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {LabFleet} from '../../../src/lib/lab/fleet.js'
import type {FleetPool} from '../../../src/lib/remote/fleet/fleet-pool.js'
import {parsePinnedKeys} from '../../../src/lib/remote/fleet/pinned-keys.js'
import {faultOf, hostOf, limits, Room, thrownBy} from './room.js'

let room: Room
let fleet: LabFleet
let pool: FleetPool

beforeAll(async () => {
  room = await Room.make()
  fleet = await room.fleet({count: 200})
  pool = await room.fleetPool(fleet)
})

afterAll(() => room.end())

beforeEach(async () => {
  await fleet.control.behave([], {})
  await fleet.control.forget()
})

describe('a link', () => {
  it('runs commands over one connection, and connects anew after it was closed', async () => {
    const link = pool.link(hostOf(fleet, 0))
    expect(await link.run('echo one', limits())).toEqual({
      code: 0,
      signal: '',
      stdout: 'one\n',
      stderr: '',
      dropped: 0,
    })
    expect((await link.run('echo two', limits())).stdout).toBe('two\n')
    expect((await fleet.control.host('rx-00000')).signIns).toBe(1)
    link.close()
    expect((await link.run('echo three', limits())).stdout).toBe('three\n')
    expect((await fleet.control.host('rx-00000')).signIns).toBe(2)
    link.close()
  })

  it('takes commands that are asked for at once one after the other', async () => {
    const link = pool.link(hostOf(fleet, 1))
    const all = await Promise.all(['a', 'b', 'c'].map((word) => link.run(`echo ${word}`, limits())))
    expect(all.map(({stdout}) => stdout)).toEqual(['a\n', 'b\n', 'c\n'])
    expect((await fleet.control.host('rx-00001')).commands).toEqual(['echo a', 'echo b', 'echo c'])
    link.close()
  })

  it('takes any exit code for a result', async () => {
    const link = pool.link(hostOf(fleet, 2))
    expect((await link.run('false', limits())).code).toBe(1)
    const missing = await link.run('nonesuch', limits())
    expect(missing).toMatchObject({code: 127, stdout: '', stderr: 'sh: 1: nonesuch: not found\n'})
    link.close()
  })

  it('reaches many hosts at once, each its own', async () => {
    const said = await Promise.all(
      fleet.rows.map(async (_, number) => {
        const link = pool.link(hostOf(fleet, number))
        const {stdout} = await link.run(`echo ${number}`, limits({repeatable: true}))
        link.close()
        return stdout
      }),
    )
    expect(said).toEqual(fleet.rows.map((_, number) => `${number}\n`))
    const hosts = await fleet.control.hosts()
    expect(hosts.every(({signIns}) => signIns === 1)).toBe(true)
    expect(hosts.every(({commands}, number) => commands.join() === `echo ${number}`)).toBe(true)
  })

  it('gives up a command at its limit and can still be used', async () => {
    const link = pool.link(hostOf(fleet, 3))
    expect(await faultOf(link.run('sleep 5', limits({timeoutMs: 200})))).toBe('lost timeout')
    expect((await link.run('echo on', limits())).stdout).toBe('on\n')
    expect((await fleet.control.host('rx-00003')).signIns).toBe(1)
    link.close()
  })

  it('stops waiting when it is called off', async () => {
    const link = pool.link(hostOf(fleet, 4))
    await link.run('echo up', limits())
    const stop = new AbortController()
    const running = faultOf(link.run('sleep 20', limits({signal: stop.signal})))
    await expect.poll(async () => (await fleet.control.host('rx-00004')).commands.length).toBe(2)
    stop.abort()
    expect(await running).toBe('lost called-off')
    expect(await faultOf(link.run('echo no', limits({signal: stop.signal})))).toBe('unreachable called-off')
    link.close()
  })

  it('is called off while it connects', async () => {
    await fleet.control.behave(['rx-00005'], {connect: 'silent'})
    const link = pool.link(hostOf(fleet, 5))
    const stop = new AbortController()
    const running = faultOf(link.run('echo no', limits({signal: stop.signal})))
    await expect.poll(async () => (await fleet.control.counters()).open).toBeGreaterThan(0)
    stop.abort()
    expect(await running).toBe('unreachable called-off')
  })

  it('connects anew when the host has let go in between', async () => {
    const link = pool.link(hostOf(fleet, 6))
    await link.run('echo x', limits())
    await fleet.control.behave(['rx-00006'], {connect: 'drop-exec'})
    expect(await faultOf(link.run('echo lost', limits()))).toBe('lost cut-off')
    await fleet.control.behave(['rx-00006'], {})
    expect((await link.run('echo back', limits())).stdout).toBe('back\n')
    link.close()
  })
})

describe('host keys', () => {
  it('refuses a changed key, also where unpinned hosts are accepted', async () => {
    await fleet.control.behave(['rx-00010'], {connect: 'wrong-key'})
    const fault = await thrownBy(pool.link(hostOf(fleet, 10), {unpinned: 'accept'}).run('echo no', limits()))
    expect(fault).toMatchObject({fault: 'refused', class: 'host-key'})
    expect(fault.message).toMatch(
      /^its host key has changed: it showed ssh-ed25519 SHA256:.*, pinned is ssh-ed25519 SHA256:/,
    )
    expect((await fleet.control.host('rx-00010')).commands).toEqual([])
  })

  it('refuses a host without a pinned key unless told to accept it, and then says which key', async () => {
    const bare = room.pool(fleet.user, fleet.keyFile, parsePinnedKeys(''))
    const host = hostOf(fleet, 11)
    const fault = await thrownBy(bare.link(host).run('echo no', limits()))
    expect(fault).toMatchObject({fault: 'refused', class: 'host-key'})
    expect(fault.message).toContain('no host key is pinned')
    const seen: string[] = []
    const link = bare.link(host, {unpinned: 'accept', onNewKey: (line) => seen.push(line)})
    expect((await link.run('echo yes', limits())).stdout).toBe('yes\n')
    expect(seen).toEqual([(await fleet.control.host('rx-00011')).hostKey])
    link.close()
  })
})

describe('a run over many hosts of which some are broken', () => {
  it('gives each its own state', async () => {
    await fleet.control.behave(['rx-00020', 'rx-00021'], {connect: 'refuse'})
    await fleet.control.behave(['rx-00022'], {connect: 'no-sign-in'})
    await fleet.control.behave(['rx-00023'], {connect: 'drop-sign-in'})
    const states = await Promise.all(
      fleet.rows.map(async (_, number) => {
        const link = pool.link(hostOf(fleet, number))
        const said = await link.run('echo fine', limits({connectTimeoutMs: 20_000})).then(
          ({stdout}) => stdout.trim(),
          (error) => `${error.fault} ${error.class}`,
        )
        link.close()
        return said
      }),
    )
    const odd = states.flatMap((state, number) => (state === 'fine' ? [] : [`${number} ${state}`]))
    expect(odd).toEqual([
      '20 unreachable handshake',
      '21 unreachable handshake',
      '22 refused sign-in',
      '23 unreachable handshake',
    ])
  })
})
