import type {NodeSurvey, RedisCluster, RedisSystems} from '../../systems/redis/cluster.js'
import type {ClusterLine, NodeReading, Replication} from '../../systems/redis/node.js'
import {viewSignature} from '../../systems/redis/view-signature.js'

/** What every node of the cluster said. */
export type Facts = {
  /** Milliseconds since the epoch, for cooldowns. */
  takenAtMs: number
  nodes: NodeSurvey[]
  /** Lag of every replica, sampled three times 300 ms apart, oldest first; bytes by node id. */
  lag: {[replica: string]: number[]}
}

/** The slots of one master, and who could take them. */
export interface Shard {
  master: Known
  slots: string[]
  replicas: Known[]
}

export interface Known {
  line: ClusterLine
  survey: NodeSurvey
}

const SAMPLES = 3
const BETWEEN_MS = 300

export async function readCluster(
  systems: RedisSystems,
  cluster: string,
  signal: AbortSignal,
): Promise<Facts> {
  const reader = await systems.redis(cluster)
  const nodes = await reader.survey(signal)
  const samples = [new Map(nodes.flatMap(({id, reading}) => (reading ? [[id, reading.replication]] : [])))]
  for (let sample = 1; sample < SAMPLES; sample += 1) {
    await systems.sleep(BETWEEN_MS, signal)
    samples.push(await sampleReplication(reader, nodes, signal))
  }
  const replicas = nodes.filter((node) => node.reading?.replication.role === 'replica')
  const lag = Object.fromEntries(replicas.map((node) => [node.id, samples.map((seen) => lagOf(node, seen))]))
  return {takenAtMs: systems.now(), nodes, lag}
}

type Sample = Map<string, Replication>

/** Only of nodes that answered: one that hangs must not be waited for again. */
async function sampleReplication(
  reader: RedisCluster,
  nodes: readonly NodeSurvey[],
  signal: AbortSignal,
): Promise<Sample> {
  const read = await Promise.all(
    nodes.map(async ({id, reading}): Promise<[string, Replication][]> => {
      if (!reading) return []
      try {
        return [[id, await (await reader.node(id, signal)).replication(signal)]]
      } catch (error) {
        if (signal.aborted) throw error
        return []
      }
    }),
  )
  return new Map(read.flat())
}

/** Bytes that the replica lacks; -1 when either side is unknown. */
function lagOf({id, reading}: NodeSurvey, seen: Sample): number {
  const masterId = reading?.table.find((line) => line.myself)?.masterId ?? ''
  const [replica, master] = [seen.get(id), seen.get(masterId)]
  if (replica?.role !== 'replica' || master?.role !== 'master') return -1
  return Math.max(0, master.offset - replica.offset)
}

export function readings(facts: Facts): {node: NodeSurvey; reading: NodeReading}[] {
  return facts.nodes.flatMap((node) => (node.reading ? [{node, reading: node.reading}] : []))
}

/** Groups of nodes that see the same cluster; more than one means that they disagree. */
export function views(facts: Facts): string[][] {
  const groups = new Map<string, string[]>()
  for (const {node, reading} of readings(facts)) {
    const signature = viewSignature(reading.table)
    groups.set(signature, [...(groups.get(signature) ?? []), node.id])
  }
  return [...groups.values()].sort((a, b) => b.length - a.length)
}

/** The table that most nodes share. */
export function commonTable(facts: Facts): ClusterLine[] {
  const [most] = views(facts)
  return readings(facts).find(({node}) => node.id === most?.[0])?.reading.table ?? []
}

/** The shards by the common view, in the order of their slots. Masters without slots are no shards. */
export function shards(facts: Facts): Shard[] {
  const table = commonTable(facts)
  const known = (line: ClusterLine): Known[] => {
    const survey = facts.nodes.find((node) => node.id === line.id)
    return survey ? [{line, survey}] : []
  }
  return table
    .filter((line) => line.role === 'master' && line.slots.length > 0)
    .flatMap(known)
    .map((master) => ({
      master,
      slots: master.line.slots,
      replicas: table.filter((line) => line.masterId === master.line.id).flatMap(known),
    }))
    .sort((a, b) => Number.parseInt(a.slots[0] ?? '0', 10) - Number.parseInt(b.slots[0] ?? '0', 10))
}

/** Masters that take part in votes: those with slots, and of them those that nobody calls failed. */
export function voters(facts: Facts): {all: number; up: number} {
  const all = shards(facts)
  const up = all.filter(({master}) => !isFailed(master.line) && master.survey.reading !== null)
  return {all: all.length, up: up.length}
}

export function isFailed(line: ClusterLine): boolean {
  return line.flags.includes('fail') || line.flags.includes('fail?')
}

/** The longest node timeout that any node is set to; undefined when CONFIG is denied everywhere. */
export function nodeTimeoutMs(facts: Facts): number | undefined {
  const known = readings(facts).flatMap(({reading}) => (reading.config ? [reading.config.nodeTimeoutMs] : []))
  return known.length > 0 ? Math.max(...known) : undefined
}

export function short(id: string): string {
  return id.slice(0, 8)
}

/** `10.0.0.1:6379: connect ECONNREFUSED`; with the place where it was tried, when that is another one. */
export function unread({announced, where, error}: NodeSurvey): string {
  const reason = error.startsWith(`${where}: `) ? error.slice(where.length + 2) : error
  return where === '' || where === announced
    ? `${announced}: ${reason}`
    : `${announced} at ${where}: ${reason}`
}

/** `e3bbb651 10.0.0.1:6379 (rack-a)` */
export function called({survey}: Known): string {
  return `${short(survey.id)} ${survey.announced}${survey.machine === survey.announced.split(':')[0] ? '' : ` (${survey.machine})`}`
}
