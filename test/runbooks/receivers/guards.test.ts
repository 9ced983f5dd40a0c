import {once} from 'node:events'
import {readFile, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {describe, expect, test} from 'vitest'
import {realClock} from '../../../src/lib/cli/clock.js'
import type {Finding} from '../../../src/lib/engine/runbook.js'
import {until} from '../../../src/lib/lab/until.js'
import type {Facts} from '../../../src/lib/runbooks/receivers/facts.js'
import {restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {restartOf} from './inputs.js'
import {operate} from './operate.js'
import {room} from './room.js'

const HOSTS = 24
const {fleet, place, ids, restarts} = room(HOSTS)

const refusals = (findings: readonly Finding[]) =>
  findings.flatMap(({id, level}) => (level === 'refuse' ? [id] : []))
const one = (at: number) => restartOf(1, {selection: {...restartOf(1).selection, ids: ids(at)}, stableMs: 0})

describe('guards', () => {
  test('a host without a pinned key is named; overridden, its key is pinned', async () => {
    const keys = await readFile(fleet().keysFile, 'utf8')
    const [id = ''] = ids(4)
    try {
      await writeFile(
        fleet().keysFile,
        keys
          .split('\n')
          .filter((line) => !line.includes(id))
          .join('\n'),
      )
      const {outcome} = await operate(place(), restart, restartOf(HOSTS))
      expect(outcome.verdict).toBe('refused')
      expect(refusals(outcome.findings)).toEqual(['unpinned'])
      expect(outcome.because.join()).toContain(id)
      expect(await fleet().control.counters()).toMatchObject({connections: 0})

      const believed = await operate(place(), restart, one(4), {overrides: ['unpinned']})
      expect(believed.outcome.verdict).toBe('done')
      await expect.poll(async () => await readFile(fleet().keysFile, 'utf8')).toContain(id)
      await fleet().control.behave([id], {connect: 'wrong-key'})
      const changed = await operate(place(), restart, one(4), {overrides: ['unpinned', 'recent']})
      expect(changed.outcome.steps).toMatchObject([{state: 'failed', class: 'host-key'}])
    } finally {
      await writeFile(fleet().keysFile, keys)
    }
  })

  test('a canary that is too large', async () => {
    const {outcome} = await operate(place(), restart, restartOf(HOSTS, {waves: [{hosts: 2}, 'rest']}))
    expect(refusals(outcome.findings)).toEqual(['canary'])
  })

  test('waves that leave hosts out are a slip', async () => {
    const {outcome} = await operate(place(), restart, restartOf(HOSTS, {waves: [{hosts: 1}, {hosts: 10}]}))
    expect(outcome).toMatchObject({
      verdict: 'usage',
      says: expect.stringContaining('leaves 13 of 24 hosts out'),
    })
  })

  test('sites that are too small, and hosts without a site', async () => {
    const asked = restartOf(HOSTS, {spread: {label: 'site', maxOutPercent: 20}})
    const {outcome} = await operate(place(), restart, asked)
    expect(refusals(outcome.findings)).toEqual(['spread'])
    expect(outcome.because.join()).toContain('6 of 6 values of site')
    const fine = await operate(
      place(),
      restart,
      {...asked, spread: {label: 'country', maxOutPercent: 50}},
      {
        mode: 'dry-run',
      },
    )
    expect(fine.outcome.verdict).toBe('planned')
  })

  test('the same hosts again within the hour', async () => {
    await operate(place(), restart, one(1))
    const {outcome} = await operate(place(), restart, one(1))
    expect(refusals(outcome.findings)).toEqual(['recent'])
    expect((await operate(place(), restart, one(1), {overrides: ['recent']})).outcome.verdict).toBe('done')
    expect((await restarts())[2]).toBe(1)
  })

  test('what the inventory limits, and bastions that are silent: from the facts', async () => {
    const {plan} = await operate(place(), restart, restartOf(HOSTS), {mode: 'dry-run'})
    const facts = plan?.facts as Facts
    const refusedBy = (more: {chosen?: Partial<Facts['chosen']>; now?: Partial<Facts['now']>}) =>
      refusals(
        restart.guards(restartOf(HOSTS), {
          chosen: {...facts.chosen, ...more.chosen},
          now: {...facts.now, ...more.now},
        }),
      )
    expect(refusedBy({})).toEqual([])
    expect(refusedBy({chosen: {limits: {maxHosts: 23, maxPercent: null}}})).toEqual(['selection-size'])
    expect(refusedBy({chosen: {limits: {maxHosts: 24, maxPercent: 99}}})).toEqual(['selection-size'])
    const bastion = (hosts: number) => [{name: 'eu', hosts, error: 'timed out'}]
    expect(refusedBy({now: {bastions: bastion(1)}})).toEqual([])
    expect(refusedBy({now: {bastions: bastion(2)}})).toEqual(['bastion'])
  })
})

describe('locks', () => {
  test('overlapping hosts: the second run is turned away and names the first; others may go', async () => {
    await fleet().control.behave(ids(2), {restartMs: 3000})
    const held = (at: number) => ({...one(at), holds: [`receivers/world/${ids(at)[0]}`]})
    let begun = false
    const first = operate(place(), restart, held(2), {
      emit: (event) => {
        begun ||= event.type === 'start'
      },
    })
    expect(await until(() => begun, 20_000)).toBe(true)
    const second = await operate(place(), restart, held(2))
    expect(second.outcome.verdict).toBe('locked')
    const whole = await operate(place(), restart, restartOf(HOSTS))
    expect(whole.outcome.verdict).toBe('locked')
    const other = await operate(place(), restart, held(3))
    expect(other.outcome.verdict).toBe('done')
    const {run} = await first
    expect(second.outcome.because.join()).toContain(run)
    expect(whole.outcome.because.join()).toContain(run)
  })
})

describe('the gate', () => {
  /** Waits a twentieth of the time. */
  const hurried = {
    now: realClock.now,
    sleep: (ms: number, signal?: AbortSignal) => realClock.sleep(ms / 20, signal),
  }

  test('a command that turns red between waves stops the run', async () => {
    const asked = restartOf(HOSTS, {
      stableMs: 0,
      soakMs: 300,
      gate: {command: 'echo coverage is 71 %; exit 3'},
    })
    const {outcome} = await operate(place(), restart, asked, {clock: hurried})
    expect(outcome).toMatchObject({verdict: 'partial', totals: {changed: 1, 'not-started': HOSTS - 1}})
    expect(outcome.says).toContain('exit 3: coverage is 71 %')
  })

  test('one bad answer is asked again', async () => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked += 1
      response.writeHead(asked === 1 ? 503 : 204).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as AddressInfo
    try {
      const gate = {url: `http://127.0.0.1:${port}/health`}
      const input = restartOf(HOSTS, {stableMs: 0, soakMs: 100, gate})
      const {outcome} = await operate(place(), restart, input, {clock: hurried})
      expect(outcome.verdict).toBe('done')
      expect(asked).toBeGreaterThan(3)
    } finally {
      server.close()
    }
  })
})
