import {createServer} from 'node:net'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {LabFleet} from '../../../src/lib/lab/fleet.js'
import type {Behaviour} from '../../../src/lib/lab/fleet-control.js'
import {freePort} from '../../../src/lib/lab/free-port.js'
import type {FleetPool} from '../../../src/lib/remote/fleet/fleet-pool.js'
import {faultOf, hostOf, limits, Room, thrownBy} from './room.js'

let room: Room
let fleet: LabFleet
let pool: FleetPool

beforeAll(async () => {
  room = await Room.make()
  fleet = await room.fleet({count: 30})
  pool = await room.fleetPool(fleet)
})

afterAll(() => room.end())

beforeEach(() => fleet.control.behave([], {}))

const PHASES: [NonNullable<Behaviour['connect']>, state: string][] = [
  ['refuse', 'unreachable handshake'],
  ['garbage', 'unreachable handshake'],
  ['drop-greeting', 'unreachable handshake'],
  ['drop-key-exchange', 'unreachable handshake'],
  ['drop-sign-in', 'unreachable handshake'],
  ['drop-session', 'unreachable cut-off'],
  ['drop-exec', 'lost cut-off'],
  ['no-session', 'refused no-exec'],
  ['no-exec', 'refused no-exec'],
  ['no-sign-in', 'refused sign-in'],
]

describe('a host that misbehaves', () => {
  it.each(PHASES)('by %s is %s', async (connect, state) => {
    await fleet.control.behave(['rx-00001'], {connect})
    const link = pool.link(hostOf(fleet, 1))
    expect(await faultOf(link.run('echo x', limits()))).toBe(state)
    link.close()
  })

  it.each(PHASES)('by %s is %s for a command that may be sent again, too', async (connect, state) => {
    await fleet.control.behave(['rx-00002'], {connect})
    const link = pool.link(hostOf(fleet, 2))
    expect(await faultOf(link.run('echo x', limits({repeatable: true})))).toBe(state)
    link.close()
  })

  it.each(['silent', 'hang-sign-in'] as const)('by %s is given up at the limit', async (connect) => {
    await fleet.control.behave(['rx-00003'], {connect})
    const link = pool.link(hostOf(fleet, 3))
    expect(await faultOf(link.run('echo x', limits({connectTimeoutMs: 700})))).toBe('unreachable timeout')
    link.close()
  })

  it('never saw a command that is called unreachable', async () => {
    await fleet.control.forget()
    await fleet.control.behave([], {connect: 'drop-sign-in'})
    const states = await Promise.all(
      fleet.rows.map((_, number) => faultOf(pool.link(hostOf(fleet, number)).run('echo x', limits()))),
    )
    expect(new Set(states)).toEqual(new Set(['unreachable handshake']))
    expect((await fleet.control.counters()).commands).toBe(0)
  })
})

describe('what a host prints', () => {
  it('is kept as far as asked, and the rest is counted', async () => {
    await fleet.control.behave(['rx-00004'], {output: 'flood'})
    const link = pool.link(hostOf(fleet, 4))
    const flood = await link.run('echo x', limits({keepBytes: 1000}))
    const line = 'flood flood flood flood flood!\n'
    expect(flood.stdout).toBe(line.repeat(40).slice(0, 1000))
    expect(flood.dropped).toBe(line.length * 350_000 - 1000)
    link.close()
  })

  it('takes bounded memory when thirty hosts flood', async () => {
    await fleet.control.behave([], {output: 'flood'})
    const before = process.memoryUsage.rss()
    let most = 0
    const look = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss())
    }, 20)
    const all = await Promise.all(
      fleet.rows.map(async (_, number) => {
        const link = pool.link(hostOf(fleet, number))
        let bytes = 0
        for (let round = 0; round < 4; round++) {
          const {stdout, dropped} = await link.run('echo x', limits({timeoutMs: 60_000}))
          bytes += stdout.length + dropped
        }
        link.close()
        return bytes
      }),
    )
    clearInterval(look)
    expect(new Set(all)).toEqual(new Set([4 * 10_850_000]))
    // 1.3 GB have come by.
    expect(most - before).toBeLessThan(400 * 2 ** 20)
  }, 60_000)

  it('is decoded with replacement', async () => {
    await fleet.control.behave(['rx-00005'], {output: 'garbage'})
    const link = pool.link(hostOf(fleet, 5))
    const {stdout, code} = await link.run('echo x', limits())
    expect(code).toBe(0)
    expect(stdout).toBe('\x1b[2J\x1b]0;owned\x07\ufffd\ufffd\0ActiveState=active\r\n')
    link.close()
  })
})

describe('an address', () => {
  it('that nothing listens on refuses the connection', async () => {
    const host = {...hostOf(fleet, 6), port: await freePort()}
    expect(await faultOf(pool.link(host).run('echo x', limits()))).toBe('unreachable refused-connection')
  })

  it('that does not resolve is said so', async () => {
    const host = {...hostOf(fleet, 6), address: 'no-such-host.invalid'}
    expect(await faultOf(pool.link(host).run('echo x', limits()))).toBe('unreachable dns')
  })

  it('may be a name', async () => {
    const host = {...hostOf(fleet, 6), address: 'localhost'}
    const fault = await thrownBy(pool.link(host).run('echo x', limits()))
    // 127.0.0.1 is none of the simulated hosts, which reset strangers.
    expect(fault.class).toBe('handshake')
  })

  it('where a server ends right after the greeting is unreachable', async () => {
    const port = await freePort()
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.end('SSH-2.0-Odd\r\n\0\0\0\x0cgarbagegarbage')
    })
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
    room.onEnd(() => server.close())
    const host = {...hostOf(fleet, 7), address: '127.0.0.1', port}
    expect(await faultOf(pool.link(host, {unpinned: 'accept'}).run('echo x', limits()))).toBe(
      'unreachable handshake',
    )
  })
})
