import type {Filter, NetworkAcl, SecurityGroupRule, Tag} from '@aws-sdk/client-ec2'
import type {RemoteError} from '../../remote/fault.js'
import {ignored, permissionOf} from './dry-run.js'
import {ipPermission} from './ip-permission.js'
import type {Acl, NetworkReader, Rule, SecurityGroup, Tags} from './network.js'
import type {AwsSession} from './session.js'

/** What every network access list ends with; it is no entry of anybody's. */
const LAST_NUMBER = 32_767

export function networkReader(session: AwsSession): NetworkReader {
  return {
    async securityGroups(named, signal) {
      if (named.startsWith('sg-')) return await groupsBy(session, {id: named}, signal)
      const [byName, byTag] = await Promise.all([
        groupsBy(session, {filter: 'group-name', value: named}, signal),
        groupsBy(session, {filter: 'tag:Name', value: named}, signal),
      ])
      return [...byName, ...byTag.filter(({id}) => !byName.some((one) => one.id === id))]
    },
    rulesOf: (group, signal) => rulesBy(session, {Name: 'group-id', Values: [group]}, signal),
    taggedRules: (key, signal) => rulesBy(session, {Name: 'tag-key', Values: [key]}, signal),
    async aclOfSubnet(subnet, signal) {
      const filter = {Name: 'association.subnet-id', Values: [subnet]}
      const found = await aclsBy(session, {Filters: [filter]}, signal)
      return found[0] ?? null
    },
    async acl(id, signal) {
      const [found] = await aclsBy(session, {NetworkAclIds: [id]}, signal)
      if (!found) throw new Error(`there is no network access list ${id} any more`)
      return found
    },
    acls: (signal) => aclsBy(session, {}, signal),
    async mayAllow(group, content, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {GroupId: group, IpPermissions: [ipPermission(content)], DryRun: true}
      return await session
        .ask('ec2 AuthorizeSecurityGroupIngress', 'read', signal, (how) =>
          client.send(new sdk.AuthorizeSecurityGroupIngressCommand(asked), how),
        )
        .then(ignored, permissionOf)
    },
    async mayRevoke(group, rule, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {GroupId: group, SecurityGroupRuleIds: [rule], DryRun: true}
      return await session
        .ask('ec2 RevokeSecurityGroupIngress', 'read', signal, (how) =>
          client.send(new sdk.RevokeSecurityGroupIngressCommand(asked), how),
        )
        .then(ignored, permissionOf)
    },
  }
}

async function groupsBy(
  session: AwsSession,
  by: {id: string} | {filter: string; value: string},
  signal: AbortSignal,
): Promise<SecurityGroup[]> {
  const {sdk, client} = await session.ec2()
  const asked = 'id' in by ? {GroupIds: [by.id]} : {Filters: [{Name: by.filter, Values: [by.value]}]}
  const page = await session
    .ask('ec2 DescribeSecurityGroups', 'read', signal, (how) =>
      client.send(new sdk.DescribeSecurityGroupsCommand(asked), how),
    )
    .catch((error: RemoteError) => {
      if (error.class?.startsWith('invalid-group')) return undefined
      throw error
    })
  return (page?.SecurityGroups ?? []).map(({GroupId: id = '', GroupName: name = id, Tags: tags}) => ({
    id,
    name,
    tags: tagsOf(tags),
  }))
}

async function rulesBy(session: AwsSession, filter: Filter, signal: AbortSignal): Promise<Rule[]> {
  const {sdk, client} = await session.ec2()
  const found: SecurityGroupRule[] = []
  let NextToken: string | undefined
  do {
    const asked = {Filters: [filter], ...(NextToken && {NextToken})}
    const page = await session.ask('ec2 DescribeSecurityGroupRules', 'read', signal, (how) =>
      client.send(new sdk.DescribeSecurityGroupRulesCommand(asked), how),
    )
    found.push(...(page.SecurityGroupRules ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  return found.filter(({IsEgress}) => IsEgress !== true).map(parseRule)
}

function parseRule(rule: SecurityGroupRule): Rule {
  const other = rule.ReferencedGroupInfo
  return {
    id: rule.SecurityGroupRuleId ?? '',
    group: rule.GroupId ?? '',
    protocol: rule.IpProtocol ?? '-1',
    from: rule.FromPort ?? -1,
    to: rule.ToPort ?? -1,
    source: rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? other?.GroupId ?? 'unknown',
    owner: other?.UserId !== undefined && other.UserId !== rule.GroupOwnerId ? other.UserId : null,
    description: rule.Description ?? null,
    tags: tagsOf(rule.Tags),
  }
}

async function aclsBy(
  session: AwsSession,
  by: {Filters?: Filter[]; NetworkAclIds?: string[]},
  signal: AbortSignal,
): Promise<Acl[]> {
  const {sdk, client} = await session.ec2()
  const found: NetworkAcl[] = []
  let NextToken: string | undefined
  do {
    const asked = {...by, ...(NextToken && {NextToken})}
    const page = await session.ask('ec2 DescribeNetworkAcls', 'read', signal, (how) =>
      client.send(new sdk.DescribeNetworkAclsCommand(asked), how),
    )
    found.push(...(page.NetworkAcls ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  return found.map(parseAcl)
}

function parseAcl({NetworkAclId: id = '', Associations = [], Entries = [], Tags: tags}: NetworkAcl): Acl {
  return {
    id,
    subnets: Associations.flatMap(({SubnetId}) => SubnetId ?? []),
    entries: Entries.filter(({RuleNumber = 0}) => RuleNumber < LAST_NUMBER).map((entry) => ({
      number: entry.RuleNumber ?? 0,
      egress: entry.Egress === true,
      protocol: entry.Protocol ?? '-1',
      action: entry.RuleAction === 'deny' ? 'deny' : 'allow',
      cidr: entry.CidrBlock ?? entry.Ipv6CidrBlock ?? '',
    })),
    tags: tagsOf(tags),
  }
}

function tagsOf(tags: Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({Key = '', Value = ''}) => [Key, Value]))
}
