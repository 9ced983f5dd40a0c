import {readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import type {RedisPlace} from './redis-layout.js'
import type {LabRedisNode} from './redis-node.js'
import {field, settled, tableOf} from './redis-view.js'
import {until} from './until.js'

const LIMIT_MS = 30_000
const MARGIN_MS = 100

/**
 * Every node runs, has the role it began with, and has no election behind it: Redis lets a node stand for election
 * only once in four node timeouts, which only a restart makes it forget, and votes for a replica of one master only
 * once in two. Roles are put back by TAKEOVER, which is no election and takes milliseconds; nobody may be writing.
 */
export async function restoreRoles(
  nodes: readonly LabRedisNode[],
  places: readonly RedisPlace[],
  nodeTimeoutMs: number,
): Promise<void> {
  for (const node of nodes) await node.cont()
  await Promise.all(nodes.map((node) => node.start()))
  await settled(nodes, LIMIT_MS)
  const masters = places.filter((one) => one.masterId === '')
  await Promise.all(
    masters.map(({id}) => {
      const replicas = places.filter((one) => one.masterId === id).map((one) => find(nodes, one.id))
      return restoreShard(find(nodes, id), replicas)
    }),
  )
  const votes = await Promise.all(nodes.map(lastVote))
  await sleep(Math.max(0, Math.max(...votes) + 2 * nodeTimeoutMs + MARGIN_MS - Date.now()))
  await settled(nodes, LIMIT_MS)
}

/** When this node last voted, from its log; milliseconds since the epoch, 0 when it never did. */
async function lastVote(node: LabRedisNode): Promise<number> {
  const log = await readFile(node.process.spec.log, 'utf8')
  const votes = [...log.matchAll(/^\d+:\w (.*?) . Failover auth granted/gm)]
  return Date.parse(votes.at(-1)?.[1] ?? '') || 0
}

async function restoreShard(master: LabRedisNode, replicas: readonly LabRedisNode[]): Promise<void> {
  const [standIn] = replicas
  if (!standIn) return
  await Promise.all(replicas.map(forgetElection))
  if ((await isMaster(master)) && (await stoodForElection(master))) await takeOver(standIn)
  await forgetElection(master)
  if (!(await isMaster(master))) await takeOver(master)
  await Promise.all(replicas.map(forgetElection))
}

/** Restarts a replica that has asked for votes; a master would lose its data, and is left alone. */
async function forgetElection(node: LabRedisNode): Promise<void> {
  if ((await isMaster(node)) || !(await stoodForElection(node))) return
  await node.kill()
  await node.start()
  await inSync(node)
}

async function stoodForElection(node: LabRedisNode): Promise<boolean> {
  return Number(field(await node.ask('CLUSTER', 'INFO'), 'cluster_stats_messages_auth-req_sent')) > 0
}

async function isMaster(node: LabRedisNode): Promise<boolean> {
  const self = (await tableOf(node)).find(({flags}) => flags.includes('myself'))
  return self?.flags.includes('master') ?? false
}

async function takeOver(replica: LabRedisNode): Promise<void> {
  await inSync(replica)
  await replica.ask('CLUSTER', 'FAILOVER', 'TAKEOVER')
  await reached(`${replica.name} becomes master`, () => isMaster(replica))
}

async function inSync(replica: LabRedisNode): Promise<void> {
  await reached(`${replica.name} is in sync`, async () => {
    const info = await replica.ask('INFO', 'replication')
    return field(info, 'master_link_status') === 'up' && field(info, 'master_sync_in_progress') === '0'
  })
}

async function reached(what: string, ask: () => Promise<boolean>): Promise<void> {
  if (!(await until(() => ask().catch(() => false), LIMIT_MS)))
    throw new Error(`${what}: not within ${LIMIT_MS / 1000} s`)
}

function find(nodes: readonly LabRedisNode[], id: string): LabRedisNode {
  const found = nodes.find((node) => node.id === id)
  if (!found) throw new Error(`the lab has no node ${id}`)
  return found
}
