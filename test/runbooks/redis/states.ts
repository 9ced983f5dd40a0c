import {expect} from 'vitest'
import type {RedisLab} from '../../../src/lib/lab/redis-lab.js'
import {parseClusterNodes} from '../../../src/lib/systems/redis/parse-cluster-nodes.js'
import {viewSignature} from '../../../src/lib/systems/redis/view-signature.js'

/** Who holds which slots and who follows whom, by the names of the lab. @throws when the nodes disagree */
export async function rolesOf(lab: RedisLab): Promise<{[node: string]: string}> {
  const alive = await Promise.all(lab.nodes.map(async (node) => ((await node.alive()) ? [node] : [])))
  const tables = await Promise.all(
    alive.flat().map(async (node) => parseClusterNodes(await node.ask('CLUSTER', 'NODES'))),
  )
  expect(new Set(tables.map(viewSignature)).size, 'different views').toBe(1)
  const nameOf = (id: string) => lab.nodes.find((node) => node.id === id)?.name ?? id
  const lines = (tables[0] ?? []).map((line): [string, string] => [
    nameOf(line.id),
    line.role === 'master' ? line.slots.join(' ') : nameOf(line.masterId),
  ])
  return Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** How often each node was told CLUSTER FAILOVER since it started. A node that cannot be asked counts as never. */
export async function failoverCalls(lab: RedisLab): Promise<{[node: string]: number}> {
  return Object.fromEntries(
    await Promise.all(
      lab.nodes.map(async (node) => {
        const text = (await node.alive()) ? await node.ask('INFO', 'commandstats') : ''
        return [node.name, Number(/cmdstat_cluster\|failover:calls=(\d+)/.exec(text)?.[1] ?? 0)]
      }),
    ),
  )
}

/**
 * Errors of the writers beyond what a failover brings with it: a third master that has heard that the old master
 * stepped down, and not yet who took over, answers CLUSTERDOWN for some milliseconds (redis 7.0, cluster.c, "Master
 * turned into a slave"). Writers try again.
 */
export function unexpected(reasons: {[reason: string]: number}): string[] {
  return Object.keys(reasons).filter((reason) => !reason.startsWith('CLUSTERDOWN'))
}
