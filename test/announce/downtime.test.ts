import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {type DowntimeRule, downtimeAnnouncer, scopeOf} from '../../src/lib/announce/downtime.js'
import {realClock} from '../../src/lib/cli/clock.js'
import {datadogAccess} from '../../src/lib/cli/datadog-env.js'
import type {Entry, Told} from '../../src/lib/engine/ports.js'
import {until} from '../../src/lib/lab/until.js'
import {datadogPeer} from './datadog-peer.js'

const told: Told = {
  run: '20261130-010203-abcd',
  runbook: 'haproxy.drain',
  subject: 'app/s2',
  things: ['haproxy/web-lb/app'],
  steps: 3,
}

async function room(rule: Partial<DowntimeRule> = {}) {
  const datadog = await datadogPeer()
  const [warnings, entries]: [string[], Entry[]] = [[], []]
  const announcer = downtimeAnnouncer(
    {scope: 'service:web', forMs: 3_600_000, ...rule},
    () => datadogAccess(datadog.env),
    realClock,
    (says) => warnings.push(says),
  )
  const begin = (past?: readonly Entry[]) =>
    announcer.began({...told, ...(past && {past})}, async (entry) => void entries.push(entry))
  const downtimes = () => entries.flatMap((entry) => (entry.kind === 'announced' ? [entry.downtime] : []))
  return {datadog, announcer, begin, warnings, entries, downtimes}
}

test('there is a downtime with a hard end before the run begins, and none after it', async () => {
  const {datadog, announcer, begin, warnings, downtimes} = await room()
  await begin()
  expect(datadog.downtimes).toMatchObject([
    {status: 'active', scope: 'service:web', message: `haproxy.drain app/s2 [redeye ${told.run}]`},
  ])
  const end = Date.parse(datadog.downtimes[0]?.ends[0] ?? '')
  expect(end - Date.now()).toBeLessThanOrEqual(3_600_000)
  await announcer.ended({verdict: 'done', says: '', totals: {} as never})
  expect(datadog.downtimes).toMatchObject([{status: 'canceled'}])
  const id = datadog.downtimes[0]?.id
  expect(downtimes()).toMatchObject([{id}, {id, over: true}])
  expect(warnings).toEqual([])
})

test('a run that takes longer moves the end, as often as it must', async () => {
  const {datadog, announcer, begin} = await room({forMs: 500})
  await begin()
  await sleep(1000)
  await announcer.ended(undefined)
  const [{ends, status} = {ends: [], status: ''}] = datadog.downtimes
  expect(ends.length).toBeGreaterThanOrEqual(3)
  expect(ends).toEqual(ends.toSorted())
  expect(status).toBe('canceled')
})

test('nobody is silenced for more than eight hours, whatever the rule says and however long it takes', async () => {
  const [begins, hour] = [Date.now(), 3_600_000]
  let slept = 0
  const clock = {
    now: () => begins + slept,
    sleep: async (ms: number) => {
      slept += ms
    },
  }
  const datadog = await datadogPeer()
  const endsOf = async (forMs: number) => {
    slept = 0
    const announcer = downtimeAnnouncer(
      {scope: 'service:web', forMs},
      () => datadogAccess(datadog.env),
      clock,
      expect.unreachable,
    )
    await announcer.began(told, async () => {})
    const ends = () =>
      datadog.downtimes.at(-1)?.ends.map((end) => Math.round((Date.parse(end) - begins) / hour)) ?? []
    await until(async () => ends().includes(8), 5000)
    await announcer.ended(undefined)
    return ends()
  }
  expect(await endsOf(9 * hour)).toEqual([8])
  expect(await endsOf(4 * hour)).toEqual([4, 7, 8])
})

test('an answer that gets lost makes no second downtime', async () => {
  const {datadog, announcer, begin, warnings} = await room()
  datadog.fault('create', 'lose the answer')
  await begin()
  await announcer.ended(undefined)
  expect(datadog.downtimes).toMatchObject([{status: 'canceled'}])
  expect(warnings).toEqual([])
})

test('what a crashed run left is ended when the run is resumed; what it ended is let alone', async () => {
  const crashed = await room()
  await crashed.begin()
  const {datadog} = crashed
  const left = datadog.downtimes[0]?.id ?? ''
  const announcer = downtimeAnnouncer(
    {scope: 'service:web', forMs: 3_600_000},
    () => datadogAccess(datadog.env),
    realClock,
    (says) => crashed.warnings.push(says),
  )
  const closed: Entry[] = [
    {kind: 'announced', where: 'Datadog', says: '', downtime: {id: 'old', until: ''}},
    {kind: 'announced', where: 'Datadog', says: '', downtime: {id: 'old', until: '', over: true}},
  ]
  await announcer.began({...told, past: [...closed, ...crashed.entries]}, async () => {})
  expect(datadog.downtimes.map(({id, status}) => [id === left, status])).toEqual([
    [true, 'canceled'],
    [false, 'active'],
  ])
  expect(datadog.asked.some(({path}) => path.endsWith('/old'))).toBe(false)
  await announcer.ended(undefined)
  await crashed.announcer.ended(undefined)
  expect(crashed.warnings).toEqual([])
})

test('one that was made and not journalled before the crash is found by its mark, and ended', async () => {
  const crashed = await room()
  await crashed.begin()
  await crashed.announcer.ended(undefined)
  const {datadog} = crashed
  const made = datadog.downtimes[0]
  if (made) made.status = 'active'
  datadog.downtimes.push({
    id: 'of-others',
    status: 'active',
    scope: 'service:web',
    message: 'by hand',
    ends: [],
  })
  const announcer = downtimeAnnouncer(
    {scope: 'service:web', forMs: 3_600_000},
    () => datadogAccess(datadog.env),
    realClock,
    (says) => crashed.warnings.push(says),
  )
  await announcer.began({...told, past: []}, async () => {})
  expect(datadog.downtimes.map(({status}) => status)).toEqual(['canceled', 'active', 'active'])
  await announcer.ended(undefined)
  expect(datadog.downtimes.map(({status}) => status)).toEqual(['canceled', 'active', 'canceled'])
  expect(crashed.warnings).toEqual([])
})

describe('what goes wrong is a warning', () => {
  test('no downtime', async () => {
    const {datadog, announcer, begin, warnings} = await room()
    datadog.fault('create', {status: 400, body: {errors: ['All values must have a key']}})
    await begin()
    await announcer.ended(undefined)
    expect(warnings).toEqual([
      'there is no downtime, monitors may alert: Datadog answered with status 400 to a downtime of service:web: All values must have a key',
    ])
  })

  test('one that cannot be ended says when it ends by itself', async () => {
    const {datadog, announcer, begin, warnings} = await room()
    await begin()
    datadog.fault('cancel', {status: 500})
    await announcer.ended(undefined)
    expect(warnings).toEqual([expect.stringMatching(/could not be ended .* it ends by itself at 20\d\d-/)])
  })

  test('one that somebody else has ended is over', async () => {
    const {datadog, announcer, begin, warnings} = await room()
    await begin()
    datadog.downtimes.length = 0
    await announcer.ended(undefined)
    expect(warnings).toEqual([])
  })
})

test('the words of the run go into the scope, and cannot widen it', () => {
  expect(scopeOf('service:{target} AND {system}:{subject}', told)).toBe('service:web-lb AND haproxy:app/s2')
  expect(scopeOf('host:{subject}', {...told, subject: 'a OR *'})).toBe('host:a_OR__')
  expect(() => scopeOf('host:{nothing}', told)).toThrow('{nothing}')
  expect(() => scopeOf('host:{target}', {...told, things: []})).toThrow('{target}')
})
