import type {Json} from '../engine/json.js'
import {readCluster} from '../runbooks/redis/facts.js'
import {status} from '../runbooks/redis/status.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {reading} from './reading.js'
import {electionsOf} from './redis-history.js'
import {rememberOffsets} from './redis-offsets.js'
import {secrets} from './secrets.js'
import {statusLines} from './status-lines.js'

/** Reads the cluster, renders it, and remembers how far its masters were. */
export async function redisStatus(
  cluster: string,
  flags: CommonFlags,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  return await reading(flags.inventory, at, async (systems, signal) => {
    const facts = secrets.redactAll(await readCluster(systems, cluster, signal))
    await rememberOffsets(cluster, facts, at)
    const asked = {
      cluster,
      maxLagBytes: 0,
      noCooldown: false,
      probe: false,
      timeoutMs: 1,
      ...(await electionsOf(at)),
    }
    const seen = status(facts, asked)
    return {lines: statusLines(seen), json: seen.json}
  })
}
