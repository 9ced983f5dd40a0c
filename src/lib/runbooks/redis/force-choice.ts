import type {RedisSystems} from '../../systems/redis/cluster.js'
import {
  called,
  type Facts,
  isFailed,
  type Known,
  nodeTimeoutMs,
  readCluster,
  type Shard,
  voters,
} from './facts.js'
import {findNode, findShard, mustExist} from './find.js'
import type {ForceInput} from './force-input.js'
import {majority} from './guards/cluster.js'

export type ForceFacts = Facts & {
  /** The shard's master when it was looked at first, if it was dead then; empty otherwise. */
  deadMaster: string
}

export type Choice = {shard: Shard; to: Known} | {healed: string} | {problem: string}

const POLL_MS = 500
const LEAST_WAIT_MS = 10_000
/** A replica may still read what the kernel had received for it. */
const QUIET_MS = 200
const QUIET_LOOKS = 20

/** Reads until the shard has a living master again, or the time for that is up. @throws EarlyEnd `usage` */
export async function waitForHealing(
  systems: RedisSystems,
  asked: ForceInput,
  signal: AbortSignal,
): Promise<ForceFacts> {
  let facts = await readCluster(systems, asked.cluster, signal)
  mustExist(asked, facts)
  const deadMaster = deadMasterOf(asked, facts)
  const waitMs = asked.waitAutoMs ?? Math.max(3 * (nodeTimeoutMs(facts) ?? 15_000), LEAST_WAIT_MS)
  const ends = systems.now() + waitMs
  while (!signal.aborted && systems.now() < ends && mayHeal(asked, facts, waitMs)) {
    await systems.sleep(POLL_MS, signal)
    facts = await readCluster(systems, asked.cluster, signal)
  }
  return {...(await quiet(systems, asked, facts, signal)), deadMaster}
}

/** A dead master with a majority of others, and a replica that may stand and has not missed its master for long. */
function mayHeal(asked: ForceInput, facts: Facts, waitMs: number): boolean {
  const found = findShard(facts, asked)
  if ('problem' in found || answers(found.shard)) return false
  const {all, up} = voters(facts)
  const standing = found.shard.replicas.filter(
    ({line, survey}) =>
      survey.reading !== null &&
      !survey.reading.config?.replicaNoFailover &&
      !line.flags.includes('nofailover'),
  )
  return up >= majority(all) && standing.some((replica) => silentMs(replica) < waitMs)
}

/** How long the replica has not heard its master: the cluster had this long to heal itself. */
function silentMs({survey}: Known): number {
  const replication = survey.reading?.replication
  if (replication?.role !== 'replica') return 0
  return 1000 * Math.max(0, replication.link === 'up' ? replication.lastIoSec : replication.linkDownSec)
}

/** The replicas of a dead master receive nothing more: two looks in a row see the same offsets. */
async function quiet(
  systems: RedisSystems,
  asked: ForceInput,
  facts: Facts,
  signal: AbortSignal,
): Promise<Facts> {
  const found = findShard(facts, asked)
  if ('problem' in found || answers(found.shard)) return facts
  const reader = await systems.redis(asked.cluster)
  let last = facts
  for (let look = 0; look < QUIET_LOOKS; look += 1) {
    await systems.sleep(QUIET_MS, signal)
    const now = {...last, takenAtMs: systems.now(), nodes: await reader.survey(signal)}
    const same = offsets(found.shard, now) === offsets(found.shard, last)
    last = now
    if (same) break
  }
  return last
}

function offsets({replicas}: Shard, {nodes}: Facts): string {
  return replicas
    .map(({line}) => nodes.find(({id}) => id === line.id)?.reading?.replication.offset ?? '')
    .join()
}

function deadMasterOf(asked: ForceInput, facts: Facts): string {
  const found = findShard(facts, asked)
  return 'problem' in found || answers(found.shard) ? '' : found.shard.master.line.id
}

export function answers({master}: Shard): boolean {
  return master.survey.reading !== null
}

export function choose(asked: ForceInput, facts: ForceFacts): Choice {
  const found = findShard(facts, asked)
  if ('problem' in found) {
    const node = asked.node === null ? null : findNode(facts, asked.node)
    return node && !('problem' in node) && (isFailed(node.line) || node.survey.reading === null)
      ? {healed: `${node.survey.announced} holds no slots any more`}
      : {problem: found.problem}
  }
  const {shard, replica} = found
  const replaced = facts.deadMaster !== '' && shard.master.line.id !== facts.deadMaster
  const returned = replica !== null && answers(shard) && asked.to === null
  if (replaced || returned)
    return {healed: `${called(shard.master)} is the master of ${shard.slots.join(' ')} now`}
  const to = asked.to === null ? freshest(shard) : findNode(facts, asked.to)
  if (!to) return {problem: `no replica of ${called(shard.master)} answers`}
  if ('problem' in to) return to
  if (!shard.replicas.some(({line}) => line.id === to.line.id))
    return {problem: `${called(to)} is no replica of ${called(shard.master)}`}
  return {shard, to}
}

/** The replica that has received most, of those that answer. */
export function freshest(shard: Shard): Known | undefined {
  const offset = ({survey}: Known) => {
    const replication = survey.reading?.replication
    return replication?.role === 'replica' ? replication.offset : -1
  }
  return shard.replicas.filter(({survey}) => survey.reading).toSorted((a, b) => offset(b) - offset(a))[0]
}
