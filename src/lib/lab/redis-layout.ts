import {randomBytes} from 'node:crypto'
import {freePort} from './free-port.js'

/** Where one node of a lab lives and what it is when the cluster starts. */
export type RedisPlace = {
  /** `n1`, `n2` ...: the masters first. */
  name: string
  id: string
  /** `rack-a`, `rack-b` ...: each has a loopback address of its own. */
  machine: string
  host: string
  port: number
  busPort: number
  /** Of masters: `0-5460`. */
  slots: string
  /** Of replicas: the id of the master. */
  masterId: string
}

export type RedisLayout = {
  masters: number
  replicasPer: number
  /** One master per machine with replicas of the others' shards, or all masters on the first machine. */
  layout: 'spread' | 'stacked'
}

const SLOTS = 16_384

/** Nodes with identities of their own and ports that are free on their machines. */
export async function layOut({masters, replicasPer, layout}: RedisLayout): Promise<RedisPlace[]> {
  const places: RedisPlace[] = []
  const machines = layout === 'spread' ? Math.max(masters, replicasPer + 1) : replicasPer + 1
  const add = async (machine: number, slots: string, masterId: string) => {
    const host = `127.0.1.${machine + 1}`
    const place = {
      name: `n${places.length + 1}`,
      id: randomBytes(20).toString('hex'),
      machine: `rack-${String.fromCharCode(97 + machine)}`,
      host,
      port: await freePort(host),
      busPort: await freePort(host),
      slots,
      masterId,
    }
    places.push(place)
  }
  for (let shard = 0; shard < masters; shard += 1)
    await add(layout === 'spread' ? shard : 0, slotRange(shard, masters), '')
  const first = places.slice(0, masters)
  for (let replica = 1; replica <= replicasPer; replica += 1)
    for (const [shard, {id}] of first.entries())
      await add(layout === 'spread' ? (shard + replica) % machines : replica, '', id)
  return places
}

/** Equal shares, as `redis-cli --cluster create` deals them. */
function slotRange(shard: number, masters: number): string {
  const from = Math.round((shard * SLOTS) / masters)
  const to = Math.round(((shard + 1) * SLOTS) / masters) - 1
  return `${from}-${to}`
}

/**
 * The table of the whole cluster as this node would have saved it: nodes that start with one need no introduction, and
 * the cluster is the same every time. The format is that of Redis 4 and later [cluster.c, clusterLoadConfig].
 */
export function nodesConf(places: readonly RedisPlace[], self: RedisPlace): string {
  const masters = places.filter((one) => one.masterId === '')
  const lines = places.map((one) => {
    const flags = `${one === self ? 'myself,' : ''}${one.masterId === '' ? 'master' : 'slave'}`
    const epoch = masters.indexOf(one) + 1
    const link =
      one.masterId === '' ? `- 0 0 ${epoch} connected ${one.slots}` : `${one.masterId} 0 0 0 connected`
    return `${one.id} ${one.host}:${one.port}@${one.busPort} ${flags} ${link}\n`
  })
  return `${lines.join('')}vars currentEpoch ${masters.length} lastVoteEpoch 0\n`
}
