import type {Inventory} from '../inventory/schema.js'
import type {RedisCluster} from '../systems/redis/cluster.js'
import type {Environment} from './environment.js'
import {secretValue} from './secrets.js'

/**
 * One cluster from the inventory; nothing is connected yet.
 * @param directory of the inventory: secrets and TLS files are relative to it
 */
export async function openRedis(
  name: string,
  target: Inventory['redis'][string],
  directory: string,
  at: Environment,
): Promise<RedisCluster & {close(): void}> {
  const {openCluster} = await import('../systems/redis/discover.js')
  const {seeds, user, password, tls, addresses, machines} = target
  return openCluster({
    name,
    seeds,
    signIn: {
      ...(user !== undefined && {user}),
      ...(password && {password: () => secretValue(password, directory, at)}),
      ...(tls && {tls: {...tls, directory}}),
    },
    addresses: addresses ?? {},
    machines: machines ?? {},
  })
}
