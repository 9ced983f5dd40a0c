import type {NodeReading, RedisNode} from './node.js'

export interface RedisSystems {
  /** @throws when the inventory has no such cluster. */
  redis(cluster: string): Promise<RedisCluster>
  /** Milliseconds since the epoch: cooldowns are judged by it. */
  now(): number
  /** Resolves after `ms` or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Every node of one cluster, each over its own connection. Nodes are known by id, never by address. */
export interface RedisCluster {
  name: string
  /**
   * Finds all nodes from the seeds and reads each, at the same time; in the order of their ids. A node that cannot be
   * read is there all the same, with the reason.
   * @throws RemoteError when no seed answers
   */
  survey(signal: AbortSignal): Promise<NodeSurvey[]>
  /** The node with this id; its connection is refused when another one answers there. @throws RemoteError `unreachable` when nobody knows it */
  node(id: string, signal: AbortSignal): Promise<RedisNode>
  /** All nodes that could be reached at the last survey. */
  reachable(signal: AbortSignal): Promise<RedisNode[]>
}

/** One node as the survey met it; plain JSON. */
export type NodeSurvey = {
  id: string
  /** As the cluster announces it: `ip:port`. */
  announced: string
  /** As it is reached from here. */
  where: string
  /** Label of the inventory, or the announced address without port. */
  machine: string
  /** Why it could not be read; empty when it was. */
  error: string
  /** `no-auth`, `loading`, `ECONNREFUSED` ...; see errors.ts */
  class: string
  hint: string
  reading: NodeReading | null
}
