import {z} from 'zod'
import type {Runbook} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import {account} from './guards/account.js'
import {
  asLarge,
  availableNow,
  caughtUp,
  hasStandby,
  noBlueGreen,
  noGlobalSwitchover,
  pendingChanges,
  takesOver,
} from './guards/databases.js'
import {type DatabaseFacts, readDatabase, targetOf} from './rds-facts.js'
import {databaseTables} from './rds-tables.js'
import {failOverClusterStep, failOverDatabaseStep} from './steps/failover.js'
import {withRows} from './tables.js'
import {notAws, whereWords} from './where.js'

export const failoverInput = z.strictObject({
  account: z.string().min(1),
  /** Of an instance, or of a cluster. */
  name: z.string().min(1),
  cluster: z.boolean(),
  /** The reader of a cluster that becomes its writer; null: the one that RDS would prefer. */
  target: z.string().min(1).nullable(),
  maxLagMs: z.number().int().min(0),
})
export type FailoverInput = z.infer<typeof failoverInput>

/** The standby of an instance, or a reader of a cluster, takes over. */
export const rdsFailover: Runbook<FailoverInput, DatabaseFacts, AwsSystems> = {
  id: 'aws.rds.failover',
  summary: 'Let the standby of a database, or a reader of a cluster, take over',
  input: failoverInput,
  effect: () => 'disrupt',
  subject: (asked) => asked.name,
  locks: (asked) => [`aws/rds/${asked.name}`],
  survey: (systems, asked, signal) =>
    readDatabase(systems, asked, asked.cluster ? 'cluster' : 'instance', signal),
  rests: (asked, {identity, database, cluster, members}) => ({
    account: identity.account,
    region: identity.region,
    database: database && {id: database.id, zone: database.zone, status: database.status},
    cluster: cluster && {id: cluster.id, status: cluster.status},
    members: members.map(({id, writer}) => ({id, writer})),
    target: asked.cluster ? targetOf(asked.target, {members}) : null,
  }),
  guards(asked, facts, planned) {
    const target = targetOf(asked.target, planned ?? facts)
    return [
      account(facts),
      availableNow(facts, planned !== undefined),
      hasStandby(facts),
      takesOver(target, facts),
      ...caughtUp(target, asked.maxLagMs, facts),
      asLarge(target, facts),
      noBlueGreen(facts),
      noGlobalSwitchover(facts),
      pendingChanges(facts),
    ]
  },
  view(asked, facts, planned) {
    const target = targetOf(asked.target, planned ?? facts)
    const title = asked.cluster
      ? `Make ${target ?? 'a reader'} the writer of ${asked.name}`
      : `Let the standby of ${asked.name} take over`
    return {
      title,
      tables: withRows(databaseTables(facts)),
      notes: [
        whereWords(facts.identity),
        asked.cluster
          ? 'writes fail until clients connect anew, mostly for less than a minute'
          : 'the database is away for a minute or two, and every connection is cut',
        'it is not put back by itself: that would be a second outage',
      ],
    }
  },
  beware: (_asked, facts) => notAws(facts),
  stages(systems, asked, facts) {
    const target = targetOf(asked.target, facts)
    const {database, cluster} = facts
    const steps = [
      ...(database ? [failOverDatabaseStep(systems, asked.account, database)] : []),
      ...(cluster && target !== null
        ? [failOverClusterStep(systems, asked.account, cluster.id, target)]
        : []),
    ]
    return [{id: 'failover', says: 'fail over', steps}]
  },
  nothing: (asked, facts) =>
    asked.cluster ? `${targetOf(asked.target, facts)} is the writer already` : undefined,
  afterwards(asked, _run, {members}) {
    const back = members.find(({writer}) => writer)
    if (!asked.cluster) return [`redeye aws rds failover ${asked.name}`]
    return back ? [`redeye aws rds failover ${asked.name} --cluster --target ${back.id}`] : []
  },
  onFailure: 'stop',
}
