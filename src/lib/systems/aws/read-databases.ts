import type {DBInstance, Event} from '@aws-sdk/client-rds'
import type {RemoteError} from '../../remote/fault.js'
import type {Database, DatabaseReader} from './database.js'
import type {AwsSession} from './session.js'

const DAY_MIN = 24 * 60
const LAG_WINDOW_MS = 10 * 60_000
const LAG_PERIOD_SEC = 60
/** [src: RDS user guide, event categories and messages: RDS-EVENT-0015 and 0049] */
const COMPLETED = /failover.*complete/i
const BLUE_GREEN_OVER = new Set(['SWITCHOVER_COMPLETED', 'DELETING'])

export function databaseReader(session: AwsSession): DatabaseReader {
  return {
    async database(id, signal) {
      const {sdk, client} = await session.rds()
      const page = await session
        .ask('rds DescribeDBInstances', 'read', signal, (how) =>
          client.send(new sdk.DescribeDBInstancesCommand({DBInstanceIdentifier: id}), how),
        )
        .catch(unless('not-found'))
      const [found] = page?.DBInstances ?? []
      return found ? parseDatabase(found) : null
    },
    async databaseCluster(id, signal) {
      const {sdk, client} = await session.rds()
      const page = await session
        .ask('rds DescribeDBClusters', 'read', signal, (how) =>
          client.send(new sdk.DescribeDBClustersCommand({DBClusterIdentifier: id}), how),
        )
        .catch(unless('not-found'))
      const [found] = page?.DBClusters ?? []
      if (!found) return null
      const {DBClusterIdentifier = id, DBClusterArn: arn = '', DBClusterMembers = []} = found
      return {
        id: DBClusterIdentifier,
        arn,
        status: found.Status ?? 'unknown',
        engine: found.Engine ?? '',
        members: DBClusterMembers.map((member) => ({
          id: member.DBInstanceIdentifier ?? '',
          writer: member.IsClusterWriter === true,
          tier: member.PromotionTier ?? 15,
        })),
      }
    },
    async lastFailover(id, signal) {
      const {sdk, client} = await session.rds()
      const events: Event[] = []
      let Marker: string | undefined
      do {
        const asked = {
          SourceType: 'db-instance' as const,
          SourceIdentifier: id,
          Duration: DAY_MIN,
          ...(Marker && {Marker}),
        }
        const page = await session.ask('rds DescribeEvents', 'read', signal, (how) =>
          client.send(new sdk.DescribeEventsCommand(asked), how),
        )
        events.push(...(page.Events ?? []))
        Marker = page.Marker
      } while (Marker)
      const completed = events
        .filter(({Message = ''}) => COMPLETED.test(Message))
        .map((event) => ({at: event.Date?.toISOString() ?? '', says: event.Message ?? ''}))
        .sort((a, b) => a.at.localeCompare(b.at))
      return completed.at(-1) ?? null
    },
    async replicaLagMs(id, engine, signal) {
      const {sdk, client} = await session.cloudWatch()
      // Aurora says it in milliseconds, the others in seconds [src: RDS and Aurora guides, CloudWatch metrics].
      const aurora = engine.startsWith('aurora')
      const now = Date.now()
      const asked = {
        Namespace: 'AWS/RDS',
        MetricName: aurora ? 'AuroraReplicaLag' : 'ReplicaLag',
        Dimensions: [{Name: 'DBInstanceIdentifier', Value: id}],
        StartTime: new Date(now - LAG_WINDOW_MS),
        EndTime: new Date(now + LAG_PERIOD_SEC * 1000),
        Period: LAG_PERIOD_SEC,
        Statistics: ['Maximum' as const],
      }
      const {Datapoints = []} = await session.ask('cloudwatch GetMetricStatistics', 'read', signal, (how) =>
        client.send(new sdk.GetMetricStatisticsCommand(asked), how),
      )
      const [last] = Datapoints.toSorted((a, b) => Number(b.Timestamp ?? 0) - Number(a.Timestamp ?? 0))
      if (last?.Maximum === undefined || last.Maximum < 0) return null
      return aurora ? last.Maximum : last.Maximum * 1000
    },
    async blueGreen(arn, signal) {
      const {sdk, client} = await session.rds()
      const {BlueGreenDeployments = []} = await session.ask(
        'rds DescribeBlueGreenDeployments',
        'read',
        signal,
        (how) => client.send(new sdk.DescribeBlueGreenDeploymentsCommand({}), how),
      )
      return BlueGreenDeployments.filter(
        ({Source, Target, Status = ''}) => (Source === arn || Target === arn) && !BLUE_GREEN_OVER.has(Status),
      ).map(({Status = 'unknown'}) => Status)
    },
    async globalSwitchover(arn, signal) {
      const {sdk, client} = await session.rds()
      const {GlobalClusters = []} = await session.ask('rds DescribeGlobalClusters', 'read', signal, (how) =>
        client.send(new sdk.DescribeGlobalClustersCommand({}), how),
      )
      const ours = GlobalClusters.find(({GlobalClusterMembers: members = []}) =>
        members.some((one) => one.DBClusterArn === arn || one.Readers?.includes(arn)),
      )
      return ours?.FailoverState?.Status ?? null
    },
  }
}

function parseDatabase(found: DBInstance): Database {
  return {
    id: found.DBInstanceIdentifier ?? '',
    arn: found.DBInstanceArn ?? '',
    status: found.DBInstanceStatus ?? 'unknown',
    engine: found.Engine ?? '',
    size: found.DBInstanceClass ?? '',
    multiAz: found.MultiAZ === true,
    zone: found.AvailabilityZone ?? null,
    secondaryZone: found.SecondaryAvailabilityZone ?? null,
    cluster: found.DBClusterIdentifier ?? null,
    pending: Object.entries(found.PendingModifiedValues ?? {}).flatMap(([name, value]) =>
      value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [name],
    ),
  }
}

/** RDS says `DBInstanceNotFound` here and `DBClusterNotFoundFault` there. */
function unless(word: string): (error: RemoteError) => undefined {
  return (error) => {
    if (error.class?.includes(word)) return undefined
    throw error
  }
}
