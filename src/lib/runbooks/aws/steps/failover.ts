import {type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import type {Database} from '../../../systems/aws/database.js'
import {paced} from '../amounts.js'

const INSTANCE_MS = 10 * 60_000
const CLUSTER_MS = 5 * 60_000
const OUTAGE = 'going back is a second outage'

type Place = {zone: string | null; secondaryZone: string | null; failedOverAt: string | null}

/**
 * The standby takes over. That it is available again proves nothing: it is proven when the zones have changed places, or
 * an event says so that was not there before. RDS shows either minutes late, so that without both it is in doubt.
 */
export function failOverDatabaseStep(systems: AwsSystems, account: string, {id}: Database): Step {
  return step<Place>({
    id: 'failover',
    says: `${id}: let its standby take over`,
    async probe(signal, before) {
      const aws = await systems.aws(account)
      const [found, last] = await Promise.all([aws.database(id, signal), aws.lastFailover(id, signal)])
      const now = {
        zone: found?.zone ?? null,
        secondaryZone: found?.secondaryZone ?? null,
        failedOverAt: last?.at ?? null,
      }
      const sign = before && signOf(before, now)
      const status = found?.status ?? 'gone'
      return {
        reached: sign !== undefined && status === 'available',
        saw: `${status} in ${now.zone ?? 'an unknown zone'}, ${sign ?? 'no sign of a failover'}`,
        before: now,
        unclear: sign === undefined,
      }
    },
    apply: async (signal) => (await systems.aws(account)).failOverDatabase(id, signal),
    patienceMs: INSTANCE_MS,
    pollMs: paced,
    once: true,
    undo: {kind: 'leave', why: OUTAGE},
    irreversible: OUTAGE,
  })
}

function signOf(before: Place, now: Place): string | undefined {
  const swapped =
    before.zone !== null &&
    before.zone !== before.secondaryZone &&
    now.zone === before.secondaryZone &&
    now.secondaryZone === before.zone
  if (swapped) return 'the zones have changed places'
  if ((now.failedOverAt ?? '') > (before.failedOverAt ?? '')) return `failed over at ${now.failedOverAt}`
  return undefined
}

/** A reader becomes the writer; proven by who the writer is. */
export function failOverClusterStep(
  systems: AwsSystems,
  account: string,
  cluster: string,
  target: string,
): Step {
  return step<{writer: string | null}>({
    id: 'failover',
    says: `${cluster}: make ${target} the writer`,
    async probe(signal) {
      const found = await (await systems.aws(account)).databaseCluster(cluster, signal)
      const writer = found?.members.find((one) => one.writer)?.id ?? null
      const status = found?.status ?? 'gone'
      return {
        reached: writer === target && status === 'available',
        saw: `${status}, the writer is ${writer ?? 'nobody'}`,
        before: {writer},
      }
    },
    apply: async (signal) => (await systems.aws(account)).failOverCluster(cluster, target, signal),
    patienceMs: CLUSTER_MS,
    pollMs: paced,
    once: true,
    undo: {kind: 'leave', why: OUTAGE},
    irreversible: OUTAGE,
  })
}
