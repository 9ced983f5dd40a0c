import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterAll, beforeAll} from 'vitest'
import {type RedisLab, type RedisLabOptions, startRedisLab} from '../../src/lib/lab/redis-lab.js'
import type {LabRedisNode} from '../../src/lib/lab/redis-node.js'
import type {RedisCluster} from '../../src/lib/systems/redis/cluster.js'
import {type ClusterPlaces, openCluster} from '../../src/lib/systems/redis/discover.js'
import type {RedisNode} from '../../src/lib/systems/redis/node.js'
import {openRedisNode, type RedisSignIn} from '../../src/lib/systems/redis/open.js'

/** A settled cluster for the whole test file. Call the result inside tests. */
export function runningRedis(options: Omit<RedisLabOptions, 'dir'> = {}): () => RedisLab {
  let lab: RedisLab | undefined
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(`${tmpdir()}/rl-`)
    lab = await startRedisLab({...options, dir})
  })
  afterAll(async () => {
    for (const one of opened.splice(0)) one.close()
    await lab?.stop()
    await rm(dir, {recursive: true, force: true})
  })
  return () => {
    if (!lab) throw new Error('the lab is not up')
    return lab
  }
}

const opened: {close(): void}[] = []

function keep<T extends {close(): void}>(one: T): T {
  opened.push(one)
  return one
}

/** The lab's node by name; closed with the lab. */
export function labNode(lab: RedisLab, name: string): LabRedisNode {
  const found = lab.nodes.find((node) => node.name === name)
  if (!found) throw new Error(`the lab has no node ${name}`)
  return found
}

export function nodeOf(node: LabRedisNode, signIn: RedisSignIn = {}, id?: string): RedisNode {
  return keep(openRedisNode({host: node.host, port: node.port}, signIn, id))
}

export function clusterOf(
  lab: RedisLab,
  places: Partial<ClusterPlaces> = {},
): RedisCluster & {close(): void} {
  const seeds = lab.nodes.map(({host, port}) => ({host, port}))
  const machines = Object.fromEntries(lab.nodes.map(({announced, machine}) => [announced, machine]))
  return keep(openCluster({name: 'orders', seeds, signIn: {}, addresses: {}, machines, ...places}))
}
