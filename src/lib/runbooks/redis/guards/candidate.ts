import type {Finding} from '../../../engine/runbook.js'
import {called, type Facts} from '../facts.js'
import type {Common} from '../input.js'
import type {Move} from '../move.js'

const SILENT_SEC = 10

/** A failover with the link down answers OK and stops the shard's writes for 5 s, for nothing. */
export function link(moves: readonly Move[]): Finding {
  const bad = moves.flatMap(({to}) => {
    const {reading} = to.survey
    if (!reading) return []
    const {replication, loading} = reading
    if (loading) return [`${called(to)} is loading its data set`]
    if (replication.role !== 'replica') return []
    if (replication.link !== 'up')
      return [`the link of ${called(to)} to its master is down for ${replication.linkDownSec} s`]
    if (replication.syncing) return [`${called(to)} is in a full sync`]
    if (replication.lastIoSec > SILENT_SEC)
      return [`${called(to)} has not heard its master for ${replication.lastIoSec} s`]
    return []
  })
  if (bad.length === 0) return {id: 'link', level: 'pass', saw: 'replication is up on every candidate'}
  return {
    id: 'link',
    level: 'refuse',
    saw: bad.join('; '),
    clear: 'mend the replication of the candidate, or choose another one with --to',
  }
}

/** Lag in two of three samples, or growing, does not fit into the pause of a failover. */
export function lag(moves: readonly Move[], asked: Common, facts: Facts): Finding {
  const bad = moves.flatMap(({to}) => {
    const samples = facts.lag[to.line.id] ?? []
    if (samples.length === 0 || samples.includes(-1)) return [`the lag of ${called(to)} is not known`]
    const over = samples.filter((bytes) => bytes > asked.maxLagBytes).length
    const [first = 0, second = 0, third = 0] = samples
    const growing = first < second && second < third && third > asked.maxLagBytes / 2
    return over >= 2 || growing
      ? [`${called(to)} is behind by ${samples.join(', ')} bytes in three samples`]
      : []
  })
  if (bad.length === 0) return {id: 'lag', level: 'pass', saw: 'every candidate is up to date'}
  return {
    id: 'lag',
    level: 'refuse',
    saw: bad.join('; '),
    clear: 'wait until it has caught up, or allow more with --max-lag-bytes',
  }
}

export function version(moves: readonly Move[]): Finding {
  const bad = moves.filter(({shard, to}) => {
    const [from, next] = [shard.master.survey.reading?.version, to.survey.reading?.version]
    return from !== undefined && next !== undefined && older(next, from)
  })
  if (bad.length === 0) return {id: 'version', level: 'pass', saw: 'no candidate is older than its master'}
  return {
    id: 'version',
    level: 'refuse',
    saw: bad
      .map(
        ({to, shard}) =>
          `${called(to)} runs ${to.survey.reading?.version}, its master ${shard.master.survey.reading?.version}`,
      )
      .join('; '),
    clear: 'upgrade the replica first, or choose another one with --to',
    overridable: true,
  }
}

function older(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.split('.').map(Number))
  for (let at = 0; at < 3; at += 1) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
