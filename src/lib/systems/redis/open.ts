import {RemoteError} from '../../remote/fault.js'
import type {RedisAddress, RedisSignIn} from './connect.js'
import {openConnection} from './connection.js'
import type {RedisNode} from './node.js'
import {parseClusterNodes} from './parse-cluster-nodes.js'
import {parseClusterInfo, parseFields, parseReplication, replicationOf} from './parse-info.js'
import {readConfig} from './read-config.js'

export type {RedisAddress, RedisSignIn} from './connect.js'

/** A key that was written and could not be deleted goes by itself. */
const PROBE_KEY_MS = '10000'

/** @param id refuses any other node when given */
export function openRedisNode(at: RedisAddress, signIn: RedisSignIn, id?: string): RedisNode {
  const connection = openConnection(at, signIn, id)
  const text = async (args: string[], signal: AbortSignal) => String(await connection.ask(args, signal))
  const table = async (signal: AbortSignal) => parseClusterNodes(await text(['CLUSTER', 'NODES'], signal))
  const info = async (signal: AbortSignal) => parseClusterInfo(await text(['CLUSTER', 'INFO'], signal))

  return {
    where: connection.where,
    table,
    info,
    replication: async (signal) => parseReplication(await text(['INFO', 'replication'], signal)),
    async read(signal) {
      const [lines, cluster, fields, config] = await Promise.all([
        table(signal),
        info(signal),
        text(['INFO'], signal).then(parseFields),
        readConfig(connection, signal),
      ])
      return {
        id: lines.find((line) => line.myself)?.id ?? '',
        version: fields.get('redis_version') ?? '',
        loading: fields.get('loading') === '1',
        usedMemory: Number(fields.get('used_memory') ?? 0),
        maxMemory: Number(fields.get('maxmemory') ?? 0),
        table: lines,
        cluster,
        replication: replicationOf(fields),
        config,
      }
    },
    async failover(mode, signal) {
      await connection.ask(
        ['CLUSTER', 'FAILOVER', ...(mode === 'graceful' ? [] : [mode.toUpperCase()])],
        signal,
      )
    },
    async writeAndRead(key, value, signal) {
      await connection.ask(['SET', key, value, 'PX', PROBE_KEY_MS], signal)
      const read = await text(['GET', key], signal)
      await connection.ask(['DEL', key], signal)
      if (read !== value)
        throw new RemoteError('answered', `${connection.where}: wrote ${value} to ${key} and read ${read}`)
    },
    close: connection.close,
  }
}
