import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import type {Steering} from '../../src/lib/engine/ports.js'
import {bench, oneStage, request, switches, world} from './world.js'

const HOSTS = Array.from({length: 12}, (_, at) => `h${at}`)

function helm() {
  const listening = new Set<(says: string) => void>()
  const state = {paused: false, width: undefined as number | undefined}
  const steering: Steering = {
    paused: () => state.paused,
    width: () => state.width,
    onChange(changed) {
      listening.add(changed)
      return () => listening.delete(changed)
    },
  }
  return {
    steering,
    listening,
    steer(change: Partial<typeof state>) {
      Object.assign(state, change)
      for (const changed of listening) changed('steered')
    },
  }
}

function fleet(width: number) {
  const where = world(HOSTS)
  const seen = {running: 0, most: 0, begun: 0}
  let open = () => {}
  where.meddle = async () => {
    seen.begun += 1
    seen.running += 1
    seen.most = Math.max(seen.most, seen.running)
    await new Promise<void>((done) => {
      const before = open
      open = () => {
        before()
        done()
      }
    })
    seen.running -= 1
  }
  /** Lets everything that is in flight end, and what follows begin. */
  const letGo = async () => {
    const now = open
    open = () => {}
    now()
    for (let turn = 0; turn < 200; turn += 1) await new Promise((done) => setImmediate(done))
  }
  return {where, seen, letGo, runbook: switches(oneStage(HOSTS, {width}), {onFailure: 'stop'})}
}

test('paused, what is in flight ends and nothing new begins; told to go on, it does', async () => {
  const {steering, steer, listening} = helm()
  const {where, seen, letGo, runbook} = fleet(4)
  const running = perform(runbook, where, request(HOSTS), {...bench(), steering})
  await letGo()
  expect(seen.begun).toBe(4)
  steer({paused: true})
  await letGo()
  await letGo()
  expect(seen).toMatchObject({begun: 4, running: 0})
  steer({paused: false})
  for (let round = 0; round < 4; round += 1) await letGo()
  const {outcome} = await running
  expect(outcome.totals.changed).toBe(12)
  expect(seen.most).toBe(4)
  expect(listening.size).toBe(0)
})

test('another width counts from the next step on', async () => {
  const {steering, steer} = helm()
  const {where, seen, letGo, runbook} = fleet(2)
  const running = perform(runbook, where, request(HOSTS), {...bench(), steering})
  await letGo()
  expect(seen.running).toBe(2)
  steer({width: 6})
  await letGo()
  expect(seen.running).toBe(6)
  steer({width: 1})
  await letGo()
  expect(seen.running).toBe(1)
  steer({width: 12})
  for (let round = 0; round < 4; round += 1) await letGo()
  expect((await running).outcome.totals.changed).toBe(12)
})

test('a paused run that is told to stop stops', async () => {
  const {steering, steer} = helm()
  const {where, letGo, runbook} = fleet(2)
  const stop = new AbortController()
  const running = perform(runbook, where, request(HOSTS), {...bench(), steering, stopping: stop.signal})
  await letGo()
  steer({paused: true})
  await letGo()
  stop.abort()
  const {outcome} = await running
  expect(outcome.verdict).toBe('interrupted')
  expect(outcome.totals).toMatchObject({changed: 2, 'not-started': 10})
})

test('steps that are one after the other stay so, whatever width is asked for', async () => {
  const {steering, steer} = helm()
  const {where, seen, letGo} = fleet(1)
  const running = perform(switches(oneStage(HOSTS)), where, request(HOSTS), {...bench(), steering})
  steer({width: 6})
  for (let n = 0; n < HOSTS.length + 1; n += 1) await letGo()
  expect((await running).outcome.verdict).toBe('done')
  expect(seen.most).toBe(1)
})
