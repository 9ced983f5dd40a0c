import {EarlyEnd} from '../../engine/early.js'
import type {AwsAccount, AwsSystems} from '../../systems/aws/account.js'
import type {ScalingGroup} from '../../systems/aws/group.js'
import type {Identity} from '../../systems/aws/identity.js'
import type {Checks, Instance, InstanceAction, Protection} from '../../systems/aws/instance.js'
import type {Permission} from '../../systems/aws/permission.js'
import type {Membership} from '../../systems/aws/target.js'

/** What is known of an instance and of what it serves. */
export type Facts = {
  takenAtMs: number
  identity: Identity
  expectedAccount: string | null
  instance: Instance
  checks: Checks
  protection: Protection
  elasticIps: string[]
  ephemeralDisks: boolean
  /** That have its type. */
  zones: string[]
  /** Of its agent; null when Systems Manager does not know it. */
  ping: string | null
  group: ScalingGroup | null
  refreshes: string[]
  memberships: Membership[]
  /** What EC2 says when it is only asked; empty for those who only look. */
  permissions: {action: InstanceAction; permission: Permission}[]
}

type Asked = {account: string; instance: string}

/** @param may actions to ask the permission for. @throws EarlyEnd `usage` when the name fits none or several */
export async function readFacts(
  systems: AwsSystems,
  asked: Asked,
  signal: AbortSignal,
  may: readonly InstanceAction[] = [],
): Promise<Facts> {
  const aws = await systems.aws(asked.account)
  const instance = await theOne(aws, asked.instance, signal)
  const {id, type} = instance
  const [checks, protection, elasticIps, typed, ping, group, memberships, permissions] = await Promise.all([
    aws.checks(id, signal),
    aws.protection(id, signal),
    aws.elasticIps(id, signal),
    aws.typeOf(type, signal),
    aws.ping(id, signal),
    aws.groupOf(id, signal),
    aws.memberships(instance, signal),
    Promise.all(
      may.map(async (action) => ({
        action,
        permission: await aws.may(action, id, signal),
      })),
    ),
  ])
  return {
    takenAtMs: systems.now(),
    // The last: by now it is known where requests go.
    identity: await aws.identity(signal),
    expectedAccount: aws.expectedAccount,
    instance,
    checks,
    protection,
    elasticIps,
    ephemeralDisks: typed.ephemeralDisks,
    zones: typed.zones,
    ping,
    group,
    refreshes: group ? await aws.refreshes(group.name, signal) : [],
    memberships,
    permissions,
  }
}

async function theOne(aws: AwsAccount, named: string, signal: AbortSignal): Promise<Instance> {
  const found = await aws.findInstances(named, signal)
  const [only] = found
  if (only && found.length === 1) return only
  const {account, region, profile} = await aws.identity(signal)
  const where = `account ${account}, ${region}${profile === null ? '' : ` (profile ${profile})`}`
  if (only)
    throw new EarlyEnd(
      'usage',
      `${found.length} instances in ${where} have the name ${named}: say which`,
      found.map(({id, state, zone, type}) => `${id}: ${state}, ${type}, ${zone}`),
    )
  throw new EarlyEnd('usage', `there is no instance ${named} in ${where}`, [
    'an instance is named by its id (i-...) or its Name tag; is this the right account and region?',
  ])
}

/** The member of its group that it is. */
export function memberOf({group, instance}: Facts) {
  return group?.members.find(({id}) => id === instance.id)
}

/** `web-1 (i-0abc)`, or the id alone. */
export function called({name, id}: Pick<Instance, 'name' | 'id'>): string {
  return name === id ? id : `${name} (${id})`
}

/** The part of the facts that a saved plan rests on. */
export function restsOn(facts: Facts) {
  const {identity, instance, checks, group, memberships} = facts
  return {
    account: identity.account,
    region: identity.region,
    instance: {id: instance.id, state: instance.state, launchedMs: instance.launchedMs, type: instance.type},
    checks: {system: checks.system, instance: checks.instance, ebs: checks.ebs},
    events: checks.events.map(({code}) => code),
    group: group && {name: group.name, lifecycle: memberOf(facts)?.lifecycle ?? null},
    targets: memberships.map(({arn, mine, targets}) => ({
      arn,
      mine: mine.map(({id, port, state}) => ({id, port, state})),
      others: targets.length - mine.length,
    })),
  }
}

/** What two runs must not do at the same time: the instance, its group, and every target group that it serves. */
export function touched({instance, group, memberships}: Facts): string[] {
  return [
    `aws/instance/${instance.id}`,
    ...(group ? [`aws/scaling-group/${group.name}`] : []),
    ...memberships.map(({arn}) => groupLock(arn)),
  ]
}

/** Two runs that take targets out of one group must not both believe that the other's target stays. */
export function groupLock(arn: string): string {
  return `aws/target-group/${arn.split('/').slice(-2).join('-')}`
}
