import {called, type Facts, isFailed, nodeTimeoutMs, type Shard, voters} from './facts.js'
import {majority} from './guards/cluster.js'

/** Why the cluster has not replaced the master by itself. */
export function whyNotByItself(shard: Shard, facts: Facts): string[] {
  const {all, up} = voters(facts)
  const reasons = [
    ...(up < majority(all) ? [`no majority of masters (${up} of ${all})`] : []),
    ...(shard.replicas.length === 0 ? ['it has no replica'] : []),
    ...(isFailed(shard.master.line) ? [] : ['the others do not call it failed yet']),
    ...shard.replicas.flatMap((replica) => {
      const {config, replication} = replica.survey.reading ?? {}
      if (config?.replicaNoFailover || replica.line.flags.includes('nofailover'))
        return [`${called(replica)} has cluster-replica-no-failover`]
      const limitSec = ((nodeTimeoutMs(facts) ?? 15_000) / 1000) * (config?.validityFactor ?? 10) + 10
      if (
        config &&
        config.validityFactor > 0 &&
        replication?.role === 'replica' &&
        replication.linkDownSec > limitSec
      )
        return [
          `the data of ${called(replica)} is too old (link down for ${replication.linkDownSec} s, limit ${Math.round(limitSec)} s)`,
        ]
      return []
    }),
  ]
  return [`why it was not replaced by itself: ${reasons.length > 0 ? reasons.join('; ') : 'not known'}`]
}
