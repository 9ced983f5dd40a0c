import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach} from 'vitest'
import type {RedisLab, RedisLabOptions} from '../../../src/lib/lab/redis-lab.js'
import type {RedisLoad} from '../../../src/lib/lab/redis-load.js'
import type {LabRedisNode} from '../../../src/lib/lab/redis-node.js'
import {labNode, runningRedis} from '../../lab/running-redis.js'
import type {Place} from './operate.js'
import {failoverCalls} from './states.js'

export {once} from '../once.js'

/** A cluster for the test file, and for each test a state directory; afterwards everything is put back. */
export interface Room {
  lab(): RedisLab
  node(name: string): LabRedisNode
  place(more?: Partial<Place['cluster']>): Place
  /** `n4` for every CLUSTER FAILOVER that a node was told since the test began. Nodes that were paused go on. */
  sent(): Promise<string[]>
  /** Runs something once the test has ended, however it ends, and before the roles are put back. */
  after(tidy: () => Promise<unknown>): void
  /** Writers that end with the test, if it did not end them. */
  load(options?: Parameters<RedisLab['load']>[0]): Promise<RedisLoad>
}

export function room(options: Omit<RedisLabOptions, 'dir'> = {}): Room {
  const lab = runningRedis(options)
  const tidying: (() => Promise<unknown>)[] = []
  let stateDir = ''
  let before: {[node: string]: number} = {}
  beforeEach(async () => {
    stateDir = await mkdtemp(`${tmpdir()}/rs-`)
    before = await failoverCalls(lab())
  })
  afterEach(async () => {
    for (const tidy of tidying.splice(0).reverse()) await tidy()
    await lab().restore()
    await rm(stateDir, {recursive: true, force: true})
  }, 60_000)
  return {
    lab,
    node: (name) => labNode(lab(), name),
    place: (more = {}) => ({
      stateDir,
      user: 'ana',
      cluster: {
        name: 'orders',
        seeds: lab().nodes.map(({host, port}) => ({host, port})),
        addresses: {},
        machines: Object.fromEntries(lab().nodes.map(({announced, machine}) => [announced, machine])),
        ...(options.password !== undefined && {password: options.password}),
        ...more,
      },
    }),
    async sent() {
      for (const one of lab().nodes) await one.cont()
      const now = await failoverCalls(lab())
      return Object.entries(now).flatMap(([node, calls]) =>
        Array.from({length: calls - (before[node] ?? 0)}, () => node),
      )
    },
    after: (tidy) => void tidying.push(tidy),
    async load(more) {
      const load = await lab().load(more)
      tidying.push(() => load.stop())
      return load
    },
  }
}

/** The finding of one guard. */
export function found(findings: readonly {id: string}[], id: string) {
  return findings.find((one) => one.id === id)
}
