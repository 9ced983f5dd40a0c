import {z} from 'zod'
import type {Finding, Runbook} from '../../engine/runbook.js'
import type {RedisSystems} from '../../systems/redis/cluster.js'
import {type Facts, type Known, readCluster, type Shard, short} from './facts.js'
import {findNode, findShard, mustExist} from './find.js'
import {spread} from './guards/afterwards.js'
import {common, nodeName, shardName} from './input.js'
import {candidates} from './move.js'
import {type Chosen, graceful, moveTable, PROMISE} from './moves.js'

const input = z.strictObject({...common, ...shardName, to: nodeName.nullable()})
type FailoverInput = z.infer<typeof input>

/** One shard's master and one of its replicas change places, without a lost write. */
export const failover: Runbook<FailoverInput, Facts, RedisSystems> = {
  id: 'redis.failover',
  summary: 'Let a replica take over from its master, without losing a write',
  input,
  effect: () => 'change',
  subject: (asked) => asked.node ?? `slot ${asked.slot}`,
  ...graceful(choose),
  async survey(systems, asked, signal) {
    const facts = await readCluster(systems, asked.cluster, signal)
    mustExist(asked, facts)
    return facts
  },
  view(asked, facts) {
    const {moves} = choose(asked, facts)
    const [move] = moves
    return {
      title: move
        ? `Fail over slots ${move.shard.slots.join(' ')} of ${asked.cluster} to ${move.to.survey.announced}`
        : `Fail over ${asked.node ?? `slot ${asked.slot}`} of ${asked.cluster}`,
      tables: moves.length > 0 ? [moveTable(moves, facts)] : [],
      notes: [PROMISE, ...(asked.noCooldown ? ['the cooldown of the candidate is not waited for'] : [])],
    }
  },
  onFailure: 'undo',
}

function choose(asked: FailoverInput, facts: Facts): Chosen {
  const found = findShard(facts, asked)
  if ('problem' in found) return none(found.problem)
  const {shard, replica} = found
  const wanted = asked.to === null ? replica : findNode(facts, asked.to)
  if (wanted && 'problem' in wanted) return none(wanted.problem)
  if (wanted && wanted.line.id === shard.master.line.id)
    return {moves: [], findings: [pass(`${wanted.survey.announced} is the master already`)]}
  const to = wanted ?? candidates(shard, asked, facts)[0]
  if (!to) return none(`${shard.master.survey.announced} has no replica`)
  if (!isReplicaOf(to, shard))
    return none(`${to.survey.announced} is no replica of ${short(shard.master.line.id)}`)
  const moves = [{shard, to}]
  return {
    moves,
    findings: [
      pass(`${to.survey.announced} is a replica of a master with slots`),
      noted(spread(moves, facts)),
    ],
  }
}

/** Half of the masters on one machine is no reason to keep one shard from failing over. */
function noted({id, level, saw}: Finding): Finding {
  return {id, level: level === 'refuse' ? 'warn' : level, saw}
}

function isReplicaOf(node: Known, shard: Shard): boolean {
  return shard.replicas.some(({line}) => line.id === node.line.id)
}

function none(problem: string): Chosen {
  return {moves: [], findings: [{id: 'role', level: 'refuse', saw: problem, clear: 'redeye redis status'}]}
}

function pass(saw: string): Finding {
  return {id: 'role', level: 'pass', saw}
}
