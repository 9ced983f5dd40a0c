import {EarlyEnd} from '../../engine/early.js'
import type {AwsAccount, AwsSystems} from '../../systems/aws/account.js'
import type {Database, DatabaseCluster} from '../../systems/aws/database.js'
import type {Identity} from '../../systems/aws/identity.js'

export type DatabaseMember = Database & {
  writer: boolean
  tier: number
  /** Null when nobody says, or it is the writer. */
  lagMs: number | null
}

export type DatabaseFacts = {
  takenAtMs: number
  identity: Identity
  expectedAccount: string | null
  /** A lone instance, or a cluster with its members. */
  database: Database | null
  cluster: DatabaseCluster | null
  members: DatabaseMember[]
  lastFailover: {at: string; says: string} | null
  blueGreen: string[]
  globalSwitchover: string | null
}

/**
 * @param kind `either`: an instance of this name, else a cluster
 * @throws EarlyEnd `usage` when there is none
 */
export async function readDatabase(
  systems: AwsSystems,
  asked: {account: string; name: string},
  kind: 'instance' | 'cluster' | 'either',
  signal: AbortSignal,
): Promise<DatabaseFacts> {
  const aws = await systems.aws(asked.account)
  const database = kind === 'cluster' ? null : await aws.database(asked.name, signal)
  const cluster =
    kind === 'instance' || database !== null ? null : await aws.databaseCluster(asked.name, signal)
  const one = database ?? cluster
  if (!one) throw await nobody(aws, asked.name, kind, signal)
  const [members, lastFailover, blueGreen, globalSwitchover] = await Promise.all([
    cluster ? membersOf(aws, cluster, signal) : [],
    database ? aws.lastFailover(database.id, signal) : null,
    aws.blueGreen(one.arn, signal),
    cluster ? aws.globalSwitchover(cluster.arn, signal) : null,
  ])
  return {
    takenAtMs: systems.now(),
    identity: await aws.identity(signal),
    expectedAccount: aws.expectedAccount,
    database,
    cluster,
    members,
    lastFailover,
    blueGreen,
    globalSwitchover,
  }
}

async function membersOf(
  aws: AwsAccount,
  {members, engine}: DatabaseCluster,
  signal: AbortSignal,
): Promise<DatabaseMember[]> {
  const read = members.map(async ({id, writer, tier}): Promise<DatabaseMember[]> => {
    const [found, lagMs] = await Promise.all([
      aws.database(id, signal),
      writer ? null : aws.replicaLagMs(id, engine, signal),
    ])
    return found ? [{...found, writer, tier, lagMs}] : []
  })
  return (await Promise.all(read)).flat()
}

/** Who has the other kind in mind is told so. */
async function nobody(
  aws: AwsAccount,
  name: string,
  kind: 'instance' | 'cluster' | 'either',
  signal: AbortSignal,
): Promise<EarlyEnd> {
  if (kind === 'instance' && (await aws.databaseCluster(name, signal)))
    return new EarlyEnd('usage', `${name} is a cluster`, [], [`redeye aws rds failover ${name} --cluster`])
  const what = kind === 'either' ? 'database or cluster' : kind === 'cluster' ? 'cluster' : 'database'
  const {account, region} = await aws.identity(signal)
  return new EarlyEnd('usage', `there is no ${what} ${name} in account ${account}, ${region}`)
}

/** What is asked to take over: the reader that RDS itself would prefer, where nobody is named. */
export function targetOf(asked: string | null, {members}: Pick<DatabaseFacts, 'members'>): string | null {
  if (asked !== null) return asked
  const [first] = members
    .filter(({writer, status}) => !writer && status === 'available')
    .toSorted((a, b) => a.tier - b.tier || sizeRank(b.size) - sizeRank(a.size) || a.id.localeCompare(b.id))
  return first?.id ?? null
}

const SIZES = ['micro', 'small', 'medium', 'large', 'xlarge']

/** Sizes of one family by their order: `db.r6g.2xlarge` is more than `db.r6g.large`; 0 when it is not known. */
export function sizeRank(size: string): number {
  const last = size.split('.').at(-1) ?? ''
  const times = /^(\d+)xlarge$/.exec(last)?.[1]
  return times === undefined ? SIZES.indexOf(last) + 1 : SIZES.length + Number(times)
}
