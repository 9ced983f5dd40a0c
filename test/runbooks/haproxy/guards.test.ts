import {writeFile} from 'node:fs/promises'
import {afterEach, describe, expect, test} from 'vitest'
import {freePort} from '../../../src/lib/lab/free-port.js'
import {type LabProcess, startProcess, stopProcess} from '../../../src/lib/lab/process.js'
import {until} from '../../../src/lib/lab/until.js'
import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {calm, instanceOf} from '../../lab/running-lab.js'
import {drainOf} from './inputs.js'
import {operate} from './operate.js'
import {found, room} from './room.js'
import {asBefore, masks, raw, states} from './states.js'

const {lab, place, recorded} = room()

/** Refused, with these guards and no others, and nothing sent; resolves to what the first one saw. */
async function refusedBy(ids: string[], server: string, more: Parameters<typeof drainOf>[1] = {}) {
  const before = await states(lab())
  const {place: taped, sent} = await recorded()
  const {outcome} = await operate(taped, drain, drainOf(server, more))
  expect(outcome).toMatchObject({verdict: 'refused'})
  const refusals = outcome.findings.filter(({level}) => level === 'refuse')
  expect(refusals.map(({id}) => id)).toEqual(ids)
  expect(outcome.because.join()).toContain(`${ids[0]}: ${refusals[0]?.saw}`)
  expect(outcome.says).toContain('nothing was changed')
  expect(sent()).toEqual([])
  await asBefore(lab(), before)
  return found(outcome.findings, ids[0] ?? '') as (typeof outcome.findings)[number]
}

describe('who would serve', () => {
  test('the last server of a backend stays', async () => {
    const finding = await refusedBy(['last-server'], 'one/s1')
    expect(finding).toMatchObject({
      saw: 'no usable server would be left in one on lb1, one on lb2: every request would get a 503',
      overridable: true,
    })
  })

  test('overridden, with a reason, it goes; and is asked about like a disruptive change', async () => {
    const asked: unknown[] = []
    const {outcome, plan} = await operate(place(), drain, drainOf('one/s1'), {
      overrides: ['last-server'],
      reason: 'the backend is retired',
      asker: {
        present: true,
        confirm: async (question) => {
          asked.push(question)
          return 'yes'
        },
      },
    })
    expect(outcome.verdict).toBe('done')
    expect(asked).toMatchObject([{effect: 'disrupt', subject: 'one/s1'}])
    expect(plan).toMatchObject({overrides: ['last-server'], reason: 'the backend is retired'})
    expect(await masks(lab(), 'one/s1')).toEqual({lb1: 8, lb2: 8})
  })

  test('a server that is down does not count as one that stays', async () => {
    await lab().apps[0]?.setHealth('fail')
    const down = await until(async () => {
      const {backends} = await instanceOf(lab().instances[1]?.places.socketPath ?? '').snapshot(calm)
      return backends.parked?.servers.s1?.status === 'DOWN'
    }, 20_000)
    expect(down).toBe(true)
    await raw(lab(), 'set server parked/s2 state ready')
    const {outcome} = await operate(place(), drain, drainOf('parked/s2'))
    expect(outcome.because.join()).toContain('last-server')
  })

  test('with all others out, only a backup would serve', async () => {
    await raw(lab(), 'set server app/s1 state drain')
    await raw(lab(), 'set server app/s2 state drain')
    const {saw} = await refusedBy(['backup-only'], 'app/s3')
    expect(saw).toBe('only backup servers (app/b1) would be left in app on lb1, app on lb2')
  })

  test('weight counts, not the number of servers', async () => {
    const {saw} = await refusedBy(['capacity'], 'weighted/s3')
    expect(saw).toContain('weighted on lb1 would keep 3 % of its weight')
    const {outcome} = await operate(place(), drain, drainOf('weighted/s3', {minCapacity: 3}))
    expect(outcome.verdict).toBe('done')
  })

  test('servers that are full, and a queue', async () => {
    const load = lab().load({clients: 40, paceMs: 0, path: '/limited/slow?ms=300'})
    const queued = await until(async () => {
      const {backends} = await instanceOf(lab().instances[0]?.places.socketPath ?? '').snapshot(calm)
      return (backends.limited?.queue ?? 0) > 4
    }, 20_000)
    expect(queued).toBe(true)
    const {outcome} = await operate(place(), drain, drainOf('limited/s1'))
    await load.stop()
    expect(outcome.because.join()).toMatch(/^saturated: limited on lb1 has \d+ requests waiting/)
  })

  test('slots count before there is a queue', async () => {
    const load = lab().load({clients: 22, paceMs: 0, path: '/limited/slow?ms=400'})
    const full = await until(async () => {
      const {backends} = await instanceOf(lab().instances[0]?.places.socketPath ?? '').snapshot(calm)
      return (backends.limited?.sessions ?? 0) >= 11
    }, 20_000)
    expect(full).toBe(true)
    const {outcome} = await operate(place(), drain, drainOf('limited/s1'))
    await load.stop()
    expect(outcome.because.join()).toMatch(/saturated: .*limited on lb1/)
  })
})

describe('backends whose servers follow this one', () => {
  test('must keep a server', async () => {
    await raw(lab(), 'set server sticky/s2 state maint')
    const {saw} = await refusedBy(['last-server'], 'app/s1')
    expect(saw).toContain('no usable server would be left in sticky on lb1, sticky on lb2')
  })

  test('must keep more than a backup', async () => {
    await raw(lab(), 'set server table/s3 state maint')
    const {saw} = await refusedBy(['backup-only'], 'app/s1')
    expect(saw).toBe('only backup servers (table/b1) would be left in table on lb1, table on lb2')
  })

  test('must keep their capacity', async () => {
    const {saw} = await refusedBy(['capacity'], 'app/s1', {minCapacity: 60})
    expect(saw).toContain('sticky on lb1 would keep 50 % of its weight')
    expect(saw).not.toContain('app on lb1')
  })
})

describe('what cannot be changed here', () => {
  test('a state that comes from the tracked server', async () => {
    await raw(lab(), 'set server app/s1 state drain')
    const {saw} = await refusedBy(['inherited'], 'sticky/s1')
    expect(saw).toContain('sticky/s1 on lb1 follows app/s1: act on app/s1')
  })

  test('a server that DNS does not resolve', async () => {
    const {saw} = await refusedBy(['inherited'], 'dns/d1')
    expect(saw).toContain('DNS does not resolve app.example.invalid')
  })

  test('a server that is not there', async () => {
    const {saw} = await refusedBy(['target'], 'app/s9')
    expect(saw).toMatch(/^there is no app\/s9 on lb1, lb2; there are agent\/a1, .*app\/s2.* and \d+ more$/)
  })

  test('a server that one instance does not have', async () => {
    const port = lab().apps[0]?.port
    await lab().instances[0]?.ask(`add server app/s9 127.0.0.1:${port}`)
    await raw(lab(), 'set server app/s9 state ready', 'lb1')
    const {saw} = await refusedBy(['target'], 'app/s9')
    expect(saw).toBe('there is no app/s9 on lb2')
  })

  test('another machine under the same name', async () => {
    const port = lab().apps[2]?.port
    await lab().instances[1]?.ask(`set server one/s1 addr 127.0.0.2 port ${port}`)
    const {saw} = await refusedBy(['address-mismatch', 'last-server'], 'one/s1')
    expect(saw).toContain(`127.0.0.2:${port} on lb2`)
  })
})

describe('the instances', () => {
  test('one of them left out is a partial group', async () => {
    const {saw} = await refusedBy(['partial-group'], 'app/s2', {skip: ['lb2']})
    expect(saw).toContain('lb2 is left out')
    const {outcome} = await operate(place(), drain, drainOf('app/s2', {instances: ['lb1']}), {
      overrides: ['partial-group'],
      reason: 'lb2 carries no traffic',
    })
    expect(outcome.verdict).toBe('done')
    expect(await masks(lab(), 'app/s2')).toEqual({lb1: 8, lb2: 0})
  })

  test('an unknown one is named, with those that there are', async () => {
    const {outcome} = await operate(place(), drain, drainOf('app/s2', {skip: ['lb7']}))
    expect(outcome).toMatchObject({verdict: 'usage', says: 'web-lb has no instance lb7; it has lb1, lb2'})
  })

  test.each([
    ['operator', 'operatorSocketPath'],
    ['user', 'userSocketPath'],
  ] as const)('a socket of level %s is refused before anything is sent', async (level, which) => {
    const before = await states(lab())
    const path = lab().instances[1]?.places[which] ?? ''
    const {outcome} = await operate(place({lb2: path}), drain, drainOf('app/s2'))
    expect(outcome).toMatchObject({verdict: 'refused'})
    expect(outcome.because).toContain(`level: lb2: unix:${path} has level ${level}`)
    await asBefore(lab(), before)
  })

  test('one that does not answer: the first is left alone', async () => {
    const path = `${place().stateDir}/none.sock`
    const {outcome, events} = await operate(place({lb2: path}), drain, drainOf('app/s2'))
    expect(outcome).toMatchObject({
      verdict: 'refused',
      because: [
        `reach: lb2: cannot connect to the socket ${path}: no such file`,
        expect.stringContaining('--skip-instance lb2 --override partial-group'),
        'it cannot be overridden',
      ],
    })
    expect(events.some(({type}) => type === 'plan')).toBe(true)
    expect(await masks(lab(), 'app/s2')).toEqual({lb1: 0, lb2: 0})
  })

  test('all dead is out of reach, not refused', async () => {
    const none = `${place().stateDir}/none.sock`
    const {outcome} = await operate(place({lb1: none, lb2: none}), drain, drainOf('app/s2'))
    expect(outcome).toMatchObject({verdict: 'unreachable'})
    expect(outcome.says).toContain('cannot connect')
  })
})

describe('a master socket', () => {
  let master: LabProcess | undefined
  afterEach(async () => {
    if (master) await stopProcess(master)
    master = undefined
  })

  test('is recognised, and named as what it is', async () => {
    const {stateDir} = place()
    const socket = `${stateDir}/master.sock`
    const config = `${stateDir}/master.cfg`
    await writeFile(
      config,
      `defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nfrontend f\n  bind 127.0.0.1:${await freePort()}\n`,
    )
    master = await startProcess(
      {
        name: 'master',
        command: 'haproxy',
        args: ['-W', '-db', '-S', socket, '-f', config],
        log: `${stateDir}/master.log`,
        ready: {path: socket},
      },
      {detached: false},
    )
    const {outcome} = await operate(place({lb2: socket}), drain, drainOf('app/s2'))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join()).toContain('This looks like the master socket')
    const alone = await operate(place({lb1: socket, lb2: socket}), drain, drainOf('app/s2'))
    expect(alone.outcome.verdict).toBe('refused')
    expect(alone.outcome.because.join()).toContain('This looks like the master socket')
  })
})
