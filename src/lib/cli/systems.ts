import {dirname} from 'node:path'
import type {HaproxySystems} from '../systems/haproxy/group.js'
import type {HaproxyInstance} from '../systems/haproxy/instance.js'
import type {RedisCluster, RedisSystems} from '../systems/redis/cluster.js'
import {realClock} from './clock.js'
import type {Environment} from './environment.js'
import {inventoryOf} from './inventory.js'
import {UsageError} from './usage-error.js'

/** Every system that runbooks reach, built from the inventory when it is first asked for. */
export interface Systems extends HaproxySystems, RedisSystems {
  /** Lets go of every connection. */
  close(): void
}

export function openSystems(explicit: string | undefined, at: Environment): Systems {
  const groups = new Map<string, Promise<HaproxyInstance[]>>()
  const clusters = new Map<string, Promise<RedisCluster>>()
  const open: {close(): void}[] = []
  return {
    haproxy(group) {
      const known = groups.get(group) ?? openGroup(group)
      groups.set(group, known)
      return known
    },
    redis(cluster) {
      const known = clusters.get(cluster) ?? openOneCluster(cluster)
      clusters.set(cluster, known)
      return known
    },
    now: realClock.now,
    sleep: realClock.sleep,
    async httpStatus(url, signal) {
      const {httpStatus} = await import('../remote/http-status.js')
      return await httpStatus(url, signal)
    },
    close() {
      for (const one of open) one.close()
    },
  }

  async function openGroup(group: string): Promise<HaproxyInstance[]> {
    const {inventory, source} = await inventoryOf(explicit, at)
    const target = inventory.haproxy[group]
    if (!target) throw new UsageError(`${source} has no haproxy target ${group}`)
    const {openHaproxy} = await import('./open-haproxy.js')
    const keep = (one: {close(): void}) => void open.push(one)
    const instances = await Promise.all(
      target.instances.map((one) => openHaproxy(one, dirname(source), at, keep)),
    )
    open.push(...instances)
    return instances
  }

  async function openOneCluster(name: string): Promise<RedisCluster> {
    const {inventory, source} = await inventoryOf(explicit, at)
    const target = inventory.redis[name]
    if (!target) throw new UsageError(`${source} has no redis target ${name}`)
    const {openRedis} = await import('./open-redis.js')
    const cluster = await openRedis(name, target, dirname(source), at)
    open.push(cluster)
    return cluster
  }
}
