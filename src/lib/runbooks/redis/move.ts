import type {Facts, Known, Shard} from './facts.js'
import {nodeTimeoutMs, shards} from './facts.js'
import type {Common} from './input.js'

/** One graceful failover: this replica takes the shard over from this master. */
export interface Move {
  shard: Shard
  to: Known
}

/** A node that ran an election cannot win another one for 4 x node timeout [redis 7.0 source, cluster.c]. */
const OWN_ROUNDS = 4
/** Voters do not vote twice for replicas of one master within 2 x node timeout. */
const VOTE_ROUNDS = 2
/** Redis counts with at least this node timeout for the candidate's own rounds. */
const LEAST_TIMEOUT_MS = 1000

/** When `to` may be elected, in ms since the epoch; 0 when it may be now. */
export function cooldownUntil({shard, to}: Move, asked: Common, facts: Facts): number {
  const timeoutMs = nodeTimeoutMs(facts) ?? 15_000
  const ends = asked.elections.flatMap(({node, master, atMs}) => [
    ...(node === to.line.id ? [atMs + OWN_ROUNDS * Math.max(timeoutMs, LEAST_TIMEOUT_MS)] : []),
    ...(master === shard.master.line.id ? [atMs + VOTE_ROUNDS * timeoutMs] : []),
  ])
  const last = Math.max(0, ...ends)
  return last > facts.takenAtMs ? last : 0
}

/** Replicas that could take over: in sync, answering, elsewhere unless there is nothing else; best first. */
export function candidates(
  shard: Shard,
  asked: Common,
  facts: Facts,
  notOn: string[] = [],
  masters: ReadonlyMap<string, number> = mastersPerMachine(facts),
): Known[] {
  const score = (replica: Known) => [
    inSync(replica) ? 0 : 1,
    replica.survey.machine === shard.master.survey.machine ? 1 : 0,
    cooldownUntil({shard, to: replica}, asked, facts) > 0 ? 1 : 0,
    masters.get(replica.survey.machine) ?? 0,
    facts.lag[replica.line.id]?.at(-1) ?? Number.MAX_SAFE_INTEGER,
  ]
  return shard.replicas
    .filter((replica) => !notOn.includes(replica.survey.machine))
    .toSorted((a, b) => compare(score(a), score(b)) || (a.line.id < b.line.id ? -1 : 1))
}

export function inSync({survey}: Known): boolean {
  const replication = survey.reading?.replication
  return (
    replication?.role === 'replica' &&
    replication.link === 'up' &&
    !replication.syncing &&
    !survey.reading?.loading
  )
}

/** Masters with slots by machine. */
export function mastersPerMachine(facts: Facts): Map<string, number> {
  const counts = new Map<string, number>()
  for (const {machine} of facts.nodes) counts.set(machine, 0)
  for (const {master} of shards(facts))
    counts.set(master.survey.machine, (counts.get(master.survey.machine) ?? 0) + 1)
  return counts
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0
    if (value !== other) return value - other
  }
  return 0
}
