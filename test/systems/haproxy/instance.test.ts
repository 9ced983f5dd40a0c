import {createConnection, type Socket} from 'node:net'
import {afterEach, describe, expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {calm, instanceOf, runningLab, seen} from '../../lab/running-lab.js'

const lab = runningLab({instances: 1})
const daemon = () => lab().instances[0] ?? expect.unreachable()
const open = () => instanceOf(daemon().places.socketPath)

afterEach(async () => {
  const lb1 = open()
  for (const server of ['s1', 's2', 's3']) await lb1.setState('app', server, 'ready', calm)
})

describe('snapshot', () => {
  test('shows the process', async () => {
    const {version, pid, uptimeSec, nbproc, stopping, level} = await open().snapshot(calm)
    expect({pid, nbproc, stopping, level}).toEqual({
      pid: daemon().process.pid,
      nbproc: 1,
      stopping: false,
      level: 'admin',
    })
    expect(version).toMatch(/^\d+\.\d+/)
    expect(uptimeSec).toBeLessThan(600)
  })

  test('shows backends and servers as configured, as plain JSON', async () => {
    const snapshot = await open().snapshot(calm)
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
    expect(Object.keys(snapshot.backends)).toContain('weighted')
    const {app, weighted, limited, tcpapp} = snapshot.backends
    expect(Object.keys(app?.servers ?? {})).toEqual(['s1', 's2', 's3', 'b1'])
    expect(app?.servers.s1).toMatchObject({
      address: '127.0.0.1',
      port: lab().apps[0]?.port,
      admin: 'ready',
      adminMask: 0,
      status: 'UP',
      opState: 2,
      backup: false,
      limit: null,
      tracks: '',
      check: {configured: true, enabled: true, paused: false, status: 'L7OK', rise: 2, fall: 2, health: 3},
      agent: {configured: false, enabled: false},
    })
    expect(app?.servers.b1?.backup).toBe(true)
    expect(weighted?.servers.s3).toMatchObject({userWeight: 50, initialWeight: 50, weight: 50})
    expect(limited?.servers.s1?.limit).toBe(4)
    expect(tcpapp?.mode).toBe('tcp')
  })

  test('a server "disabled" in the configuration is in maintenance', async () => {
    const {backends} = await open().snapshot(calm)
    expect(backends.parked?.servers.s2).toMatchObject({admin: 'maint', adminMask: 5, status: 'MAINT'})
  })

  test('and after "ready" it serves, although the mask keeps 0x04', async () => {
    await open().setState('parked', 's2', 'ready', calm)
    const view = await seen(open(), 'parked', 's2', (now) => now.status === 'UP')
    expect(view).toMatchObject({admin: 'ready', adminMask: 4})
    await open().setState('parked', 's2', 'maint', calm)
  })

  test('a server whose name does not resolve is in maintenance, and "ready" does nothing', async () => {
    await open().setState('dns', 'd1', 'ready', calm)
    const {server} = await open().server('dns', 'd1', calm)
    expect(server).toMatchObject({
      admin: 'maint',
      adminMask: 32,
      unresolved: true,
      fqdn: 'app.example.invalid',
      status: 'MAINT (resolution)',
    })
  })
})

describe('set server state', () => {
  test.each(['drain', 'maint', 'ready'] as const)('%s', async (state) => {
    await open().setState('app', 's1', state, calm)
    const {server, backend, pid} = await open().server('app', 's1', calm)
    expect(server.admin).toBe(state)
    expect(backend.name).toBe('app')
    expect(pid).toBe(daemon().process.pid)
  })

  test('reaches the followers, also the followers of followers', async () => {
    await open().setState('app', 's1', 'drain', calm)
    const drained = await open().snapshot(calm)
    expect(drained.backends.sticky?.servers.s1).toMatchObject({
      admin: 'drain',
      adminMask: 16,
      inherited: true,
    })
    expect(drained.backends.table?.servers.s1).toMatchObject({adminMask: 16, tracks: 'sticky/s1'})
    await open().setState('app', 's1', 'maint', calm)
    const parked = await open().snapshot(calm)
    expect(parked.backends.sticky?.servers.s1).toMatchObject({
      admin: 'maint',
      adminMask: 2,
      inherited: true,
      status: 'MAINT (via app/s1)',
    })
  })

  test('an unknown server or backend is an answer, not a success', async () => {
    await expect(open().setState('app', 's9', 'drain', calm)).rejects.toMatchObject({
      fault: 'answered',
      class: 'no-such-server',
      message: expect.stringContaining('lb1 at unix:'),
    })
    await expect(open().setState('nope', 's1', 'drain', calm)).rejects.toMatchObject({
      class: 'no-such-backend',
    })
    await expect(open().server('app', 's9', calm)).rejects.toMatchObject({class: 'no-such-server'})
    await expect(open().server('nope', 's1', calm)).rejects.toMatchObject({class: 'no-such-backend'})
  })
})

describe('agent', () => {
  test('is disabled and enabled', async () => {
    const {server} = await open().server('agent', 'a1', calm)
    expect(server.agent).toMatchObject({configured: true, enabled: true})
    await open().agent('agent', 'a1', 'disable', calm)
    await seen(open(), 'agent', 'a1', (now) => now.agent.configured && !now.agent.enabled)
    await open().agent('agent', 'a1', 'enable', calm)
    await seen(open(), 'agent', 'a1', (now) => now.agent.enabled)
  })

  test('cannot be enabled where there is none; disabling there is accepted and does nothing', async () => {
    await expect(open().agent('app', 's1', 'enable', calm)).rejects.toMatchObject({class: 'no-agent'})
    await open().agent('app', 's1', 'disable', calm)
    expect((await open().server('app', 's1', calm)).server.agent.configured).toBe(false)
  })
})

describe('weight', () => {
  test('is set as a number or a percentage of the configured one', async () => {
    await open().setWeight('weighted', 's3', '50%', calm)
    expect(await open().getWeight('weighted', 's3', calm)).toEqual({now: 25, initial: 50})
    expect((await open().server('weighted', 's3', calm)).server).toMatchObject({
      userWeight: 25,
      initialWeight: 50,
    })
    await open().setWeight('weighted', 's3', '50', calm)
    expect(await open().getWeight('weighted', 's3', calm)).toEqual({now: 50, initial: 50})
  })

  test('a percentage is rounded down: 50% of 1 is nothing', async () => {
    await open().setWeight('weighted', 's1', '50%', calm)
    expect(await open().getWeight('weighted', 's1', calm)).toEqual({now: 0, initial: 1})
    await open().setWeight('weighted', 's1', '1', calm)
  })

  test('a hash that is not consistent only takes 0% and 100%', async () => {
    await expect(open().setWeight('hashed', 's1', '50%', calm)).rejects.toMatchObject({
      class: 'static-balance',
    })
    await open().setWeight('hashed', 's1', '100%', calm)
  })

  test('of an unknown server', async () => {
    await expect(open().getWeight('app', 's9', calm)).rejects.toMatchObject({class: 'no-such-server'})
  })

  test('nonsense is not sent', async () => {
    await expect(open().setWeight('app', 's1', '1;show info', calm)).rejects.toThrow(RangeError)
    await expect(open().setWeight('app', 's1', '300', calm)).rejects.toThrow(RangeError)
  })
})

describe('sessions', () => {
  test('are listed with their age and can be cut, also in maintenance', async () => {
    const {tcpPort} = daemon().places
    await open().setState('tcpapp', 's2', 'maint', calm)
    const sockets = await Promise.all([hold(tcpPort), hold(tcpPort), hold(tcpPort)])
    await seen(open(), 'tcpapp', 's1', (now) => now.sessions === 3)
    expect(await open().sessions('tcpapp', 's2', calm)).toEqual([])
    const sessions = await open().sessions('tcpapp', 's1', calm)
    expect(sessions).toHaveLength(3)
    for (const {id, ageSec} of sessions) {
      expect(id).toMatch(/^0x/)
      expect(ageSec).toBeLessThan(60)
    }
    await open().setState('tcpapp', 's1', 'maint', calm)
    expect((await open().server('tcpapp', 's1', calm)).server.sessions).toBe(3)
    await open().shutdownSessions('tcpapp', 's1', calm)
    await seen(open(), 'tcpapp', 's1', (now) => now.sessions === 0)
    expect(await until(() => sockets.every((one) => one.closed), 10_000)).toBe(true)
    for (const server of ['s1', 's2']) await open().setState('tcpapp', server, 'ready', calm)
  })

  test('of a backend with on-marked-down are cut by maintenance', async () => {
    const socket = await hold(daemon().places.cutPort)
    const [busy] = await Promise.all(
      ['s1', 's2'].map(async (name) => (await open().sessions('cut', name, calm)).map(() => name)),
    ).then((found) => found.flat())
    await open().setState('cut', busy ?? '', 'maint', calm)
    expect(await until(() => socket.closed, 10_000)).toBe(true)
    await open().setState('cut', busy ?? '', 'ready', calm)
  })
})

test('names that could smuggle a second command are never sent', async () => {
  await expect(open().setState('app;show info', 's1', 'drain', calm)).rejects.toThrow('is no HAProxy name')
  await expect(open().server('app', 's1\nshow info', calm)).rejects.toThrow('is no HAProxy name')
})

/** A TCP session through HAProxy that has echoed one byte. */
function hold(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({host: '127.0.0.1', port})
    socket.once('error', reject).once('data', () => resolve(socket))
    socket.write('x')
  })
}
