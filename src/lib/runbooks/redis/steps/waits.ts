import {type Step, step} from '../../../engine/step.js'
import type {RedisSystems} from '../../../systems/redis/cluster.js'
import {viewSignature} from '../../../systems/redis/view-signature.js'
import {short} from '../facts.js'

const POLL_MS = 100
const CONVERGE_MS = 10_000

/** Nobody votes for this node before then: sending earlier stops the writes for 5 s, for nothing. */
export function cooldownStep(
  systems: RedisSystems,
  to: string,
  toName: string,
  untilMs: number,
  nowMs: number,
): Step {
  return step<null>({
    id: `${to}.cooldown`,
    says: `${toName}: wait until it may be elected again`,
    async probe() {
      const leftMs = untilMs - systems.now()
      return {
        reached: leftMs <= 0,
        saw: leftMs > 0 ? `${Math.ceil(leftMs / 1000)} s left (elected a moment ago)` : 'it may be elected',
        before: null,
      }
    },
    patienceMs: untilMs - nowMs + CONVERGE_MS,
    undo: {kind: 'leave', why: 'it only waits'},
  })
}

/** The old master must follow the new one; until then the shard has one replica less. */
export function followsStep(
  systems: RedisSystems,
  cluster: string,
  old: {id: string; name: string},
  next: {id: string},
  timeoutMs: number,
): Step {
  return step<null>({
    id: `${next.id}.follows`,
    says: `${old.name}: wait until it follows as a replica`,
    async probe(signal) {
      const node = await (await systems.redis(cluster)).node(old.id, signal)
      const [table, replication] = [await node.table(signal), await node.replication(signal)]
      const own = table.find((line) => line.myself)
      if (replication.role === 'master') return {reached: false, saw: 'still a master', before: null}
      const right = own?.masterId === next.id
      const saw = !right
        ? `follows ${short(own?.masterId ?? '')}`
        : replication.syncing
          ? 'in a full sync'
          : `replica, link ${replication.link}`
      return {reached: right && replication.link === 'up' && !replication.syncing, saw, before: null}
    },
    patienceMs: timeoutMs,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'it only waits'},
  })
}

/** Every node that answers sees the same cluster, with the slots where they belong and nothing failed. */
export function agreeStep(
  systems: RedisSystems,
  cluster: string,
  master: {id: string; epochBefore: number},
  stateToo: boolean,
): Step {
  return step<null>({
    id: `${master.id}.agree`,
    says: 'wait until all nodes see the same cluster',
    async probe(signal) {
      const nodes = await (await systems.redis(cluster)).reachable(signal)
      const seen = await Promise.all(
        nodes.map(async (node) => ({
          where: node.where,
          table: await node.table(signal),
          info: await node.info(signal),
        })),
      )
      const signatures = new Set(seen.map(({table}) => viewSignature(table)))
      const behind = seen.filter(({table}) => {
        const line = table.find(({id}) => id === master.id)
        return line?.role !== 'master' || line.slots.length === 0 || line.epoch <= master.epochBefore
      })
      const failing = seen.filter(({info}) => info.state !== 'ok').map(({where}) => where)
      const state = failing.length > 0 ? `cluster_state is not ok on ${some(failing)}` : ''
      if (signatures.size > 1)
        return {
          reached: false,
          saw: `${signatures.size} different views on ${seen.length} nodes`,
          before: null,
        }
      if (behind.length > 0)
        return {
          reached: false,
          saw: `not yet the master for ${some(behind.map(({where}) => where))}`,
          before: null,
        }
      if (stateToo && state) return {reached: false, saw: state, before: null}
      return {reached: true, saw: `${seen.length} nodes agree${state && `; ${state}`}`, before: null}
    },
    patienceMs: CONVERGE_MS,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}

/** A cluster may have hundreds of nodes; a few names are enough to go and look. */
function some(names: readonly string[]): string {
  const [first = '', second] = names
  if (names.length <= 2) return second === undefined ? first : `${first} and ${second}`
  return `${names.length} nodes (${first}, ${second} ...)`
}
