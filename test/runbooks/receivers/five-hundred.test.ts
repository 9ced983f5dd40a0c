import {readFile, writeFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {restartOf} from './inputs.js'
import {operate} from './operate.js'
import {room} from './room.js'

const HOSTS = 500
const {fleet, place, ids, restarts} = room(HOSTS)

test('5 % are offline: finished, the sums are right, and nobody who was away counts as broken', async () => {
  const away = ids(0, HOSTS).filter((_, at) => at % 20 === 9)
  await fleet().control.behave(away, {connect: 'refuse'})
  const {outcome} = await operate(place(), restart, restartOf(HOSTS, {stableMs: 0}))
  expect(outcome).toMatchObject({
    verdict: 'tolerated',
    totals: {all: HOSTS, changed: 475, unreachable: 25, failed: 0, 'not-started': 0},
  })
  expect(await restarts()).toEqual({0: 25, 1: 475})
  expect(outcome.steps.filter(({state}) => state === 'unreachable').map(({step}) => step)).toEqual(away)
})

test('more are offline than may be: it stops, and the sums are right', async () => {
  await fleet().control.behave(
    ids(20, HOSTS).filter((_, at) => at % 3 === 0),
    {connect: 'refuse'},
  )
  const {outcome} = await operate(place(), restart, restartOf(HOSTS, {stableMs: 0, width: 40}))
  const {all, changed, unreachable, 'not-started': left} = outcome.totals
  expect({verdict: outcome.verdict, all, sum: changed + unreachable + left}).toEqual({
    verdict: 'partial',
    all: HOSTS,
    sum: HOSTS,
  })
  expect(left).toBeGreaterThan(0)
  expect(await restarts()).toEqual({0: HOSTS - changed, 1: changed})
})

test('one pinned key is missing: the guard names the host, and nobody is contacted', async () => {
  const keys = await readFile(fleet().keysFile, 'utf8')
  const [id = ''] = ids(321)
  try {
    const others = keys.split('\n').filter((line) => !line.includes(id))
    await writeFile(fleet().keysFile, others.join('\n'))
    const {outcome} = await operate(place(), restart, restartOf(HOSTS))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join()).toContain(`1 of 500 hosts are not pinned: ${id}`)
    expect(await fleet().control.counters()).toMatchObject({connections: 0})
  } finally {
    await writeFile(fleet().keysFile, keys)
  }
})
