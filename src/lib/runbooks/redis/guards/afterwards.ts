import type {Finding} from '../../../engine/runbook.js'
import {called, type Facts, shards} from '../facts.js'
import {type Move, mastersPerMachine} from '../move.js'

/** The old master must be able to follow the new one, or the shard has no replica afterwards. */
export function canFollow(moves: readonly Move[]): Finding {
  const unknown = moves.filter(
    ({shard, to}) =>
      !shard.master.survey.reading?.config ||
      !to.survey.reading?.config ||
      shard.master.survey.reading.config.masterUser !== '',
  )
  const bad = moves.filter(({shard, to}) => {
    const [old, next] = [shard.master.survey.reading?.config, to.survey.reading?.config]
    return (
      next?.requiresPassword === true &&
      old !== undefined &&
      old !== null &&
      // A user of its own has its own password, which CONFIG does not show.
      old.masterUser === '' &&
      old.masterAuthLabel !== next.passwordLabel
    )
  })
  if (bad.length > 0)
    return {
      id: 'auth',
      level: 'refuse',
      saw: bad
        .map(
          ({shard, to}) =>
            `${called(to)} asks for a password that ${called(shard.master)} does not have as masterauth`,
        )
        .join('; '),
      clear: 'set masterauth on the old master first: CONFIG SET masterauth ...',
      overridable: true,
    }
  if (unknown.length > 0)
    return {
      id: 'auth',
      level: 'warn',
      saw: 'whether the old master can sign in to the new one is not known: CONFIG is not allowed, or masteruser is set',
    }
  return {id: 'auth', level: 'pass', saw: 'the old masters can sign in to the new ones'}
}

/** With min-replicas-to-write and one replica, writes fail until the old master has resynced. */
export function enoughReplicas(moves: readonly Move[]): Finding {
  const bad = moves.filter(({shard, to}) => {
    const min = to.survey.reading?.config?.minReplicasToWrite ?? 0
    return min > 0 && shard.replicas.length - 1 < min
  })
  if (bad.length === 0)
    return {id: 'writes', level: 'pass', saw: 'writes do not depend on the old master coming back'}
  return {
    id: 'writes',
    level: 'refuse',
    saw: bad
      .map(
        ({to}) =>
          `${called(to)} takes writes only with ${to.survey.reading?.config?.minReplicasToWrite} replicas, which it lacks until the old master has resynced`,
      )
      .join('; '),
    clear: 'add a replica first',
    overridable: true,
  }
}

/** No machine may hold half of the masters afterwards: losing it would stop the cluster. */
export function spread(moves: readonly Move[], facts: Facts): Finding {
  const counts = mastersPerMachine(facts)
  const before = new Map(counts)
  for (const {shard, to} of moves) {
    const from = shard.master.survey.machine
    counts.set(from, (counts.get(from) ?? 0) - 1)
    counts.set(to.survey.machine, (counts.get(to.survey.machine) ?? 0) + 1)
  }
  const all = shards(facts).length
  const heavy = [...counts].filter(
    ([machine, count]) => count * 2 >= all && count > (before.get(machine) ?? 0) && all > 2,
  )
  if (heavy.length === 0)
    return {id: 'concentration', level: 'pass', saw: 'no other machine gets half of the masters'}
  return {
    id: 'concentration',
    level: 'refuse',
    saw: heavy
      .map(
        ([machine, count]) =>
          `${machine} would hold ${count} of ${all} masters: losing it would stop the cluster`,
      )
      .join('; '),
    clear: 'give shards replicas on further machines, or override it for a short maintenance',
    overridable: true,
  }
}

const LARGE = 10 * 1024 ** 3

export function warnings(moves: readonly Move[]): Finding[] {
  return moves.flatMap(({shard, to}): Finding[] => {
    const [old, next] = [shard.master.survey.reading, to.survey.reading]
    if (!old || !next) return []
    return [
      ...(next.maxMemory > 0 && next.maxMemory < old.usedMemory
        ? [
            {
              id: 'memory',
              level: 'warn' as const,
              saw: `${called(to)} may use ${next.maxMemory} bytes, its master uses ${old.usedMemory}`,
            },
          ]
        : []),
      ...(old.usedMemory > LARGE
        ? [
            {
              id: 'full-resync',
              level: 'warn' as const,
              saw: `${called(shard.master)} holds ${old.usedMemory} bytes: a full resync of it takes long`,
            },
          ]
        : []),
    ]
  })
}

/** It is a setting of the cluster: said once, whatever the number of moves. */
export function wholeKeySpace(moves: readonly Move[]): Finding[] {
  if (!moves.some(({shard}) => shard.master.survey.reading?.config?.requireFullCoverage)) return []
  return [
    {
      id: 'full-coverage',
      level: 'warn',
      saw: 'cluster-require-full-coverage is yes: one failed shard stops the whole key space',
    },
  ]
}
