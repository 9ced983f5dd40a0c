import {type Step, step} from '../../../engine/step.js'
import type {RedisSystems} from '../../../systems/redis/cluster.js'
import type {FailoverMode, RedisNode} from '../../../systems/redis/node.js'
import {viewSignature} from '../../../systems/redis/view-signature.js'
import {short} from '../facts.js'

/** The server itself gives up after 5 s (CLUSTER_MF_TIMEOUT); after 6 s nothing more can come of it. */
const GIVES_UP_MS = 6000
const POLL_MS = 50
const SYNC_MS = 30_000

/** Who holds the shard's slots, as the candidate sees it. */
type Before = {master: string}

export interface Promotion {
  cluster: string
  from: string
  to: string
  /** `10.0.0.5:6379`, for sentences. */
  toName: string
  fromName: string
  mode: FailoverMode
  recheck: string[]
  /** When the old master may be elected again, ms since the epoch: the way back waits for it. */
  backAtMs?: number
}

/** Makes a replica the master of its shard. OK means accepted; its own table says whether it happened. */
export function promoteStep(systems: RedisSystems, promotion: Promotion): Step {
  const {cluster, from, to, toName, fromName, mode} = promotion
  const word = mode === 'graceful' ? '' : ` ${mode.toUpperCase()}`
  return step<Before>({
    id: `${to}.promote`,
    says: `${toName}: CLUSTER FAILOVER${word}`,
    probe: async (signal) => {
      const seen = await holder(systems, cluster, to, signal)
      return {reached: seen.master === to, saw: seen.saw, before: {master: seen.master}}
    },
    apply: async (signal) => {
      const node = await (await systems.redis(cluster)).node(to, signal)
      if (mode === 'graceful') await mustFollow(node, signal)
      else await mustBeUnreplaced(systems, promotion, signal)
      await node.failover(mode, signal)
    },
    patienceMs: GIVES_UP_MS,
    pollMs: POLL_MS,
    once: true,
    recheck: promotion.recheck,
    ...(mode === 'graceful'
      ? {
          undo: {
            kind: 'restore' as const,
            says: `${fromName}: fail over back to it`,
            run: (before: Before, signal: AbortSignal) =>
              failBack(systems, cluster, {id: before.master || from, atMs: promotion.backAtMs ?? 0}, signal),
          },
        }
      : {
          undo: {
            kind: 'leave' as const,
            why: 'the old master is dead, or throws its writes away when it returns',
          },
          irreversible: 'writes that the new master lacks are lost',
        }),
  })
}

/**
 * The guards choose the candidate anew each time they are read, so they may have looked at another one.
 * @throws `refused`, with nothing sent
 */
async function mustFollow(node: RedisNode, signal: AbortSignal): Promise<void> {
  const replication = await node.replication(signal)
  if (replication.role === 'master' || (replication.link === 'up' && !replication.syncing)) return
  throw Object.assign(new Error(`${node.where}: its link to its master is down; nothing was sent`), {
    fault: 'refused',
    class: 'guard',
  })
}

/** The cluster may have healed itself since: forcing against a living master would lose writes. */
async function mustBeUnreplaced(
  systems: RedisSystems,
  {cluster, from, to, toName}: Promotion,
  signal: AbortSignal,
): Promise<void> {
  const {master, saw} = await holder(systems, cluster, to, signal)
  if (master !== from)
    throw Object.assign(new Error(`${toName} is ${saw} by now; nothing was sent`), {fault: 'answered'})
}

async function holder(
  systems: RedisSystems,
  cluster: string,
  id: string,
  signal: AbortSignal,
): Promise<{master: string; saw: string}> {
  const table = await (await (await systems.redis(cluster)).node(id, signal)).table(signal)
  const own = table.find((line) => line.myself)
  if (own?.role === 'master' && own.slots.length > 0)
    return {master: own.id, saw: `master of ${own.slots.join(' ')}`}
  if (own?.role === 'master') return {master: '', saw: 'master without slots'}
  return {master: own?.masterId ?? '', saw: `replica of ${short(own?.masterId ?? '')}`}
}

/** The way back is a failover of its own: never before the old master is in sync again. */
async function failBack(
  systems: RedisSystems,
  cluster: string,
  {id, atMs}: {id: string; atMs: number},
  signal: AbortSignal,
): Promise<void> {
  const node = await (await systems.redis(cluster)).node(id, signal)
  await systems.sleep(Math.max(0, atMs - systems.now()), signal)
  const ends = systems.now() + SYNC_MS
  for (;;) {
    const replication = await node.replication(signal)
    if (replication.role === 'master') return
    if (replication.link === 'up' && !replication.syncing) break
    if (systems.now() > ends)
      throw Object.assign(
        new Error(
          `${node.where} does not follow the new master (link ${replication.link}): usually masterauth`,
        ),
        {
          fault: 'answered',
        },
      )
    await systems.sleep(POLL_MS, signal)
  }
  await node.failover('graceful', signal)
  await agreement(systems, cluster, id, signal)
}

/** Whoever looks next must not find nodes that have not heard of it yet. When it does not come, the probe says why. */
async function agreement(
  systems: RedisSystems,
  cluster: string,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const ends = systems.now() + GIVES_UP_MS
  while (!signal.aborted && systems.now() < ends) {
    const nodes = await (await systems.redis(cluster)).reachable(signal)
    const tables = await Promise.all(nodes.map((node) => node.table(signal).catch(() => [])))
    const master = tables.every((table) => table.some((line) => line.id === id && line.role === 'master'))
    if (master && new Set(tables.map(viewSignature)).size === 1) return
    await systems.sleep(POLL_MS, signal)
  }
}
