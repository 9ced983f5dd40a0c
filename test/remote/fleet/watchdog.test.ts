import {Worker} from 'node:worker_threads'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {type FleetPool, openFleetPool} from '../../../src/lib/remote/fleet/fleet-pool.js'
import {watchdog} from '../../../src/lib/remote/fleet/watchdog.js'
import {faultOf, limits} from './room.js'

let pool: FleetPool | undefined

afterEach(async () => {
  await pool?.close()
  pool = undefined
})

/** Threads that end as told, until a healthy one takes over. */
function poolOf(hows: string[]): {pool: FleetPool; started: () => number} {
  let started = 0
  pool = openFleetPool({
    signIn: {user: 'ana', identityFiles: [], identitiesOnly: true},
    bastions: {},
    threads: 1,
    silentMs: 500,
    pins: () => [],
    start: (settings) => {
      const how = hows[started++] ?? 'well'
      return new Worker(new URL('./hung-thread.mjs', import.meta.url), {workerData: {...settings, how}})
    },
  })
  return {pool, started: () => started}
}

const host = (id: string) => ({id, address: '127.0.0.1', port: 22, via: ''})

describe.each(['loop', 'throw'])('a thread that fails (%s)', (how) => {
  it('is replaced: what it had sent is lost, what not is tried elsewhere', async () => {
    const {pool, started} = poolOf([how])
    const sent = faultOf(pool.link(host('a')).run('sent', limits()))
    // Well, but unanswered so far: the thread has it and did not send it.
    const waiting = pool.link(host('b'))
    const signal = new AbortController()
    const hanging = waiting.run('hang', limits({signal: signal.signal}))
    expect(await sent).toBe('lost thread')
    expect((await pool.link(host('c')).run('echo', limits())).stdout).toBe('hello')
    expect(started()).toBe(2)
    hanging.catch(() => {})
  })

  it('fails a command that no thread survives, without having sent it', async () => {
    const {pool, started} = poolOf([how, how])
    expect(await faultOf(pool.link(host('a')).run('hang', limits()))).toBe('unreachable thread')
    expect((await pool.link(host('b')).run('echo', limits())).stdout).toBe('hello')
    expect(started()).toBe(3)
  })
})

describe('the watchdog', () => {
  it('counts its own rounds, not the clock', () => {
    vi.useFakeTimers()
    try {
      const told: string[] = []
      let signs = 1
      const one = {signs: () => signs}
      const dog = watchdog(1000, () => told.push('silent'))
      dog.watch(one)
      signs = 0
      vi.advanceTimersByTime(900)
      signs = 1
      vi.advanceTimersByTime(100)
      signs = 0
      vi.advanceTimersByTime(900)
      expect(told).toEqual([])
      vi.advanceTimersByTime(100)
      expect(told).toEqual(['silent'])
      dog.close()
    } finally {
      vi.useRealTimers()
    }
  })
})
