import type {AwsSystems} from '../../systems/aws/account.js'
import type {Reading} from '../reading.js'
import {noBlueGreen, noGlobalSwitchover, pendingChanges} from './guards/databases.js'
import {type DatabaseFacts, readDatabase, targetOf} from './rds-facts.js'
import {databaseTables} from './rds-tables.js'
import {withRows} from './tables.js'

export async function readDatabaseStatus(
  systems: AwsSystems,
  asked: {account: string; name: string},
  signal: AbortSignal,
): Promise<DatabaseFacts> {
  return await readDatabase(systems, asked, 'either', signal)
}

/** One database or cluster: where it is, who is behind, and who would take over. */
export function databaseStatus(facts: DatabaseFacts): Reading {
  const {identity, database, cluster, members, lastFailover, blueGreen, globalSwitchover} = facts
  const target = targetOf(null, facts)
  const wrong = [noBlueGreen(facts), noGlobalSwitchover(facts), pendingChanges(facts)]
  return {
    tables: withRows(databaseTables(facts)),
    notes: [
      ...(identity.endpoint === null ? [] : ['an endpoint override is in force: this is not AWS']),
      ...(lastFailover ? [`${lastFailover.at}: ${lastFailover.says}`] : []),
      ...(database && !database.multiAz && database.cluster === null ? ['it has no standby'] : []),
      ...(database?.cluster ? [`member of the cluster ${database.cluster}`] : []),
      ...(cluster ? [target === null ? 'no reader could take over' : `${target} would take over`] : []),
      ...wrong.filter(({level}) => level !== 'pass').map(({saw}) => saw),
    ],
    json: {
      account: identity.account,
      region: identity.region,
      endpoint: identity.endpoint,
      database,
      cluster,
      members,
      lastFailover,
      blueGreen,
      globalSwitchover,
      target,
    },
  }
}
