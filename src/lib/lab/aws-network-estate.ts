import type {AskSimulator} from './aws-overlay.js'
import {find, findAll, parseXml, textAt, type XmlNode} from './xml-tree.js'

/** Security groups and network access lists of the account, past all overlays. */
export interface AwsNetworkEstate {
  /** @returns its id */
  securityGroup(name: string, tags?: Record<string, string>): Promise<string>
  /** @returns the rule's id */
  letIn(group: string, rule: LabRule): Promise<string>
  /** What it lets in: `tcp 22 10.0.0.0/8 description key=value`. */
  rules(group: string): Promise<string[]>
  ruleIds(group: string): Promise<string[]>
  /** A subnet, and the network access list that decides for it. */
  subnet(): Promise<{id: string; acl: string}>
  entry(acl: string, number: number, action: 'allow' | 'deny', cidr: string): Promise<void>
  /** What comes in: `100 allow 0.0.0.0/0`. */
  entries(acl: string): Promise<string[]>
  tag(resource: string, key: string, value: string): Promise<void>
  /** `key=value` */
  tags(resource: string): Promise<string[]>
}

export interface LabRule {
  protocol?: string
  port: number
  cidr: string
  description?: string
  tags?: Record<string, string>
}

export function awsNetworkEstate(ask: AskSimulator): AwsNetworkEstate {
  const rulesOf = async (group: string) => {
    const asked = {'Filter.1.Name': 'group-id', 'Filter.1.Value.1': group}
    const root = parseXml(await ask('ec2', 'DescribeSecurityGroupRules', asked))
    const items = findAll(root, 'securityGroupRuleSet').flatMap(({children}) => children)
    return items.filter((item) => textAt(item, 'isEgress') !== 'true')
  }
  const aclsBy = async (asked: Record<string, string>) => {
    const root = parseXml(await ask('ec2', 'DescribeNetworkAcls', asked))
    return findAll(root, 'networkAclSet').flatMap(({children}) => children)
  }
  return {
    async securityGroup(name, tags = {}) {
      const body = await ask('ec2', 'CreateSecurityGroup', {
        GroupName: name,
        GroupDescription: name,
        ...tagged('security-group', tags),
      })
      return findAll(parseXml(body), 'groupId')[0]?.text ?? ''
    },
    async letIn(group, {protocol = 'tcp', port, cidr, description, tags = {}}) {
      const body = await ask('ec2', 'AuthorizeSecurityGroupIngress', {
        GroupId: group,
        'IpPermissions.1.IpProtocol': protocol,
        'IpPermissions.1.FromPort': `${port}`,
        'IpPermissions.1.ToPort': `${port}`,
        'IpPermissions.1.IpRanges.1.CidrIp': cidr,
        ...(description !== undefined && {'IpPermissions.1.IpRanges.1.Description': description}),
        ...tagged('security-group-rule', tags),
      })
      return findAll(parseXml(body), 'securityGroupRuleId')[0]?.text ?? ''
    },
    rules: async (group) => (await rulesOf(group)).map(ruleText).sort(),
    ruleIds: async (group) => (await rulesOf(group)).map((item) => textAt(item, 'securityGroupRuleId')),
    async subnet() {
      const root = parseXml(await ask('ec2', 'DescribeSubnets'))
      const id = findAll(root, 'subnetId')[0]?.text ?? ''
      const [acl] = await aclsBy({'Filter.1.Name': 'association.subnet-id', 'Filter.1.Value.1': id})
      return {id, acl: acl ? textAt(acl, 'networkAclId') : ''}
    },
    async entry(acl, number, action, cidr) {
      await ask('ec2', 'CreateNetworkAclEntry', {
        NetworkAclId: acl,
        RuleNumber: `${number}`,
        Protocol: '-1',
        RuleAction: action,
        Egress: 'false',
        CidrBlock: cidr,
      })
    },
    async entries(acl) {
      const [found] = await aclsBy({'NetworkAclId.1': acl})
      const items = (found && find(found, 'entrySet')?.children) ?? []
      return items
        .filter((item) => textAt(item, 'egress') === 'false' && textAt(item, 'ruleNumber') !== '32767')
        .map((item) => ['ruleNumber', 'ruleAction', 'cidrBlock'].map((name) => textAt(item, name)).join(' '))
        .sort()
    },
    async tag(resource, key, value) {
      await ask('ec2', 'CreateTags', {'ResourceId.1': resource, 'Tag.1.Key': key, 'Tag.1.Value': value})
    },
    async tags(resource) {
      const asked = {'Filter.1.Name': 'resource-id', 'Filter.1.Value.1': resource}
      const root = parseXml(await ask('ec2', 'DescribeTags', asked))
      const items = findAll(root, 'tagSet').flatMap(({children}) => children)
      return items.map(tagText).sort()
    },
  }
}

function ruleText(item: XmlNode): string {
  const tags = (find(item, 'tagSet')?.children ?? []).map(tagText).sort()
  const said = textAt(item, 'description')
  return [
    textAt(item, 'ipProtocol'),
    textAt(item, 'fromPort'),
    textAt(item, 'cidrIpv4'),
    ...(said === '' ? [] : [said]),
    ...tags,
  ].join(' ')
}

function tagText(item: XmlNode): string {
  return `${textAt(item, 'key')}=${textAt(item, 'value')}`
}

function tagged(type: string, tags: Record<string, string>): Record<string, string> {
  const all = Object.entries(tags).flatMap(([key, value], at) => [
    [`TagSpecification.1.Tag.${at + 1}.Key`, key],
    [`TagSpecification.1.Tag.${at + 1}.Value`, value],
  ])
  if (all.length === 0) return {}
  return {'TagSpecification.1.ResourceType': type, ...Object.fromEntries(all)}
}
