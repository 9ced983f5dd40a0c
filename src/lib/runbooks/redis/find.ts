import {EarlyEnd} from '../../engine/early.js'
import {covers} from '../../systems/redis/key-slot.js'
import {commonTable, type Facts, type Known, type Shard, shards} from './facts.js'

/** A name that leads nowhere, or to several nodes, is a slip of whoever typed it. @throws EarlyEnd `usage` */
export function mustExist({node, to}: {node: string | null; to: string | null}, facts: Facts): void {
  for (const name of [node, to]) {
    const found = name === null ? null : findNode(facts, name)
    if (found && 'problem' in found) throw new EarlyEnd('usage', found.problem, [], ['redeye redis status'])
  }
}

/** Where a name leads: a shard and, when the name was that of a replica, the replica. */
export type Found = {shard: Shard; replica: Known | null} | {problem: string}

export function findShard(facts: Facts, name: {node: string | null; slot: number | null}): Found {
  const all = shards(facts)
  if (name.slot !== null) {
    const {slot} = name
    const shard = all.find(({slots}) => covers(slots, slot))
    return shard ? {shard, replica: null} : {problem: `no master holds slot ${slot}`}
  }
  const node = findNode(facts, name.node ?? '')
  if ('problem' in node) return node
  const shard = all.find(({master, replicas}) =>
    [master, ...replicas].some((one) => one.line.id === node.line.id),
  )
  if (!shard) return {problem: `${name.node} is no master with slots and no replica of one`}
  return {shard, replica: shard.master.line.id === node.line.id ? null : node}
}

/** By id (a start that only one node has) or by announced or reachable address. */
export function findNode(facts: Facts, name: string): Known | {problem: string} {
  const known = commonTable(facts).flatMap((line) => {
    const survey = facts.nodes.find((node) => node.id === line.id)
    return survey ? [{line, survey}] : []
  })
  const matching = known.filter(
    ({line, survey}) =>
      survey.announced === name || survey.where === name || (!name.includes(':') && line.id.startsWith(name)),
  )
  const [only] = matching
  if (only && matching.length === 1) return only
  return {
    problem:
      matching.length > 1
        ? `${matching.length} nodes have ids that begin with ${name}`
        : `the cluster has no node ${name}`,
  }
}
