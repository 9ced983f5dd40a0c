import type {Finding} from '../../../engine/runbook.js'
import {doubt, few, pass, refuse, warn} from '../../finding.js'
import {lasting} from '../amounts.js'
import {type DatabaseFacts, sizeRank} from '../rds-facts.js'

/** @param ours a run that is resumed may have set it in motion */
export function availableNow({database, cluster}: DatabaseFacts, ours: boolean): Finding {
  const status = (database ?? cluster)?.status ?? 'unknown'
  if (status === 'available') return pass('database-state', 'it is available')
  if (ours) return pass('database-state', `it is ${status}, as a failover makes it`)
  return refuse('database-state', `it is ${status}, not available`, 'wait until it is available')
}

export function hasStandby({database}: DatabaseFacts): Finding {
  const id = 'standby'
  if (!database) return pass(id, 'a cluster has readers instead')
  if (database.cluster !== null)
    return refuse(
      id,
      `it is a member of the cluster ${database.cluster}: a reboot would only restart it`,
      `redeye aws rds failover ${database.cluster} --cluster`,
    )
  if (!database.multiAz)
    return refuse(id, 'it is not Multi-AZ: there is no standby', 'make it Multi-AZ, or restore elsewhere')
  return pass(id, `its standby is in ${database.secondaryZone ?? 'a zone that RDS does not name'}`)
}

export function takesOver(target: string | null, {cluster, members}: DatabaseFacts): Finding {
  const id = 'failover-target'
  if (!cluster) return pass(id, 'its standby takes over')
  if (cluster.members.length < 2) return refuse(id, 'the cluster has no reader', 'add one, and wait for it')
  const found = members.find((one) => one.id === target)
  if (!found)
    return refuse(
      id,
      target === null ? 'no reader is available' : `${target} is no member of ${cluster.id}`,
      `its members are ${few(cluster.members.map((one) => one.id))}`,
    )
  if (found.status !== 'available')
    return refuse(id, `${found.id} is ${found.status}, not available`, 'name another --target')
  return pass(id, found.writer ? `${found.id} is the writer` : `${found.id} is an available reader`)
}

export function caughtUp(target: string | null, maxLagMs: number, facts: DatabaseFacts): Finding[] {
  const found = facts.members.find((one) => one.id === target)
  const fresh = [pass('lag', 'nothing is behind'), pass('lag-unknown', 'no lag has to be known')]
  if (!facts.cluster || !found || found.writer) return fresh
  const {lagMs} = found
  if (lagMs === null)
    return [
      pass('lag', 'it is not known'),
      doubt('lag-unknown', `CloudWatch says nothing of how far ${found.id} is behind`, 'look at the cluster'),
    ]
  const saw = `${found.id} is ${Math.round(lagMs)} ms behind; ${lasting(maxLagMs)} are accepted`
  return [
    lagMs <= maxLagMs ? pass('lag', saw) : doubt('lag', saw, 'wait, or accept more: --max-lag'),
    pass('lag-unknown', 'CloudWatch says how far it is behind'),
  ]
}

export function asLarge(target: string | null, {members}: DatabaseFacts): Finding {
  const id = 'smaller-target'
  const writer = members.find((one) => one.writer)
  const found = members.find((one) => one.id === target)
  if (!writer || !found || writer.id === found.id) return pass(id, 'nobody smaller takes over')
  const saw = `${found.size} takes over from ${writer.size}`
  const same = found.size === writer.size
  const known = sizeRank(found.size) > 0 && sizeRank(writer.size) > 0
  if (same || (known && sizeRank(found.size) >= sizeRank(writer.size))) return pass(id, saw)
  return doubt(id, saw, 'name another --target, or resize it first')
}

export function noBlueGreen({blueGreen}: DatabaseFacts): Finding {
  if (blueGreen.length === 0) return pass('blue-green', 'no blue/green deployment has it')
  return doubt(
    'blue-green',
    `a blue/green deployment has it: ${few(blueGreen)}`,
    'finish or delete the deployment',
  )
}

export function noGlobalSwitchover({globalSwitchover}: DatabaseFacts): Finding {
  if (globalSwitchover === null) return pass('global-switchover', 'no global cluster is moving')
  return refuse(
    'global-switchover',
    `its global cluster is in a switchover: ${globalSwitchover}`,
    'wait for its end',
  )
}

export function pendingChanges({database, members}: DatabaseFacts): Finding {
  const waiting = [...(database ? [database] : []), ...members].filter(({pending}) => pending.length > 0)
  if (waiting.length === 0) return pass('pending', 'no change waits for a restart')
  return warn(
    'pending',
    `what waits is applied by a restart: ${few(waiting.map(({id, pending}) => `${id} ${pending.join(', ')}`))}`,
  )
}
