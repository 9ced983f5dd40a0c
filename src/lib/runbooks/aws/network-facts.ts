import {EarlyEnd} from '../../engine/early.js'
import type {AwsAccount, AwsSystems} from '../../systems/aws/account.js'
import type {Identity} from '../../systems/aws/identity.js'
import type {Rule, SecurityGroup} from '../../systems/aws/network.js'
import type {Permission} from '../../systems/aws/permission.js'

export type Place = {
  takenAtMs: number
  identity: Identity
  expectedAccount: string | null
  keepOpen: string[]
}

/** A security group and what it lets in. */
export type GroupFacts = Place & {
  group: SecurityGroup
  rules: Rule[]
  /** What EC2 says when it is only asked. */
  permission: Permission
}

/** Asked last: by then it is known where requests go. */
export async function readPlace(systems: AwsSystems, aws: AwsAccount, signal: AbortSignal): Promise<Place> {
  return {
    takenAtMs: systems.now(),
    identity: await aws.identity(signal),
    expectedAccount: aws.expectedAccount,
    keepOpen: [...aws.keepOpen],
  }
}

/** @param may asks for the permission. @throws EarlyEnd `usage` when the name fits none or several */
export async function readGroup(
  systems: AwsSystems,
  asked: {account: string; group: string},
  signal: AbortSignal,
  may: (aws: AwsAccount, group: string, rules: Rule[]) => Promise<Permission>,
): Promise<GroupFacts> {
  const aws = await systems.aws(asked.account)
  const found = await aws.securityGroups(asked.group, signal)
  const [group] = found
  if (!group)
    throw new EarlyEnd('usage', `there is no security group ${asked.group} in this account and region`, [
      'a security group is named by its id (sg-...), its name, or its Name tag',
    ])
  if (found.length > 1)
    throw new EarlyEnd(
      'usage',
      `${found.length} security groups have the name ${asked.group}: say which`,
      found.map(({id, name}) => `${id}: ${name}`),
    )
  const rules = await aws.rulesOf(group.id, signal)
  const permission = await may(aws, group.id, rules)
  return {...(await readPlace(systems, aws, signal)), group, rules, permission}
}

export function groupCalled({id, name}: SecurityGroup): string {
  return name === id ? id : `${name} (${id})`
}

export function securityGroupLock(id: string): string {
  return `aws/security-group/${id}`
}
