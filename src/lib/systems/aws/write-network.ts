import {ipPermission} from './ip-permission.js'
import type {NetworkWriter} from './network.js'
import type {AwsSession} from './session.js'

export function networkWriter(session: AwsSession): NetworkWriter {
  return {
    async allow(group, content, tags, signal) {
      const {sdk, client} = await session.ec2()
      const listed = Object.entries(tags).map(([Key, Value]) => ({Key, Value}))
      const asked = {
        GroupId: group,
        IpPermissions: [ipPermission(content)],
        ...(listed.length > 0 && {
          TagSpecifications: [{ResourceType: 'security-group-rule' as const, Tags: listed}],
        }),
      }
      await session.ask('ec2 AuthorizeSecurityGroupIngress', 'change', signal, (how) =>
        client.send(new sdk.AuthorizeSecurityGroupIngressCommand(asked), how),
      )
    },
    async revoke(group, rule, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {GroupId: group, SecurityGroupRuleIds: [rule]}
      await session.ask('ec2 RevokeSecurityGroupIngress', 'change', signal, (how) =>
        client.send(new sdk.RevokeSecurityGroupIngressCommand(asked), how),
      )
    },
    async createDeny(acl, number, cidr, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {
        NetworkAclId: acl,
        RuleNumber: number,
        Protocol: '-1',
        RuleAction: 'deny' as const,
        Egress: false,
        ...(cidr.includes(':') ? {Ipv6CidrBlock: cidr} : {CidrBlock: cidr}),
      }
      // Not repeated: the second answer would be that the number is taken, and the next one would be tried.
      await session.ask('ec2 CreateNetworkAclEntry', 'once', signal, (how) =>
        client.send(new sdk.CreateNetworkAclEntryCommand(asked), how),
      )
    },
    async deleteEntry(acl, number, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {NetworkAclId: acl, RuleNumber: number, Egress: false}
      await session.ask('ec2 DeleteNetworkAclEntry', 'change', signal, (how) =>
        client.send(new sdk.DeleteNetworkAclEntryCommand(asked), how),
      )
    },
    async tag(resource, key, value, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {Resources: [resource], Tags: [{Key: key, Value: value}]}
      await session.ask('ec2 CreateTags', 'change', signal, (how) =>
        client.send(new sdk.CreateTagsCommand(asked), how),
      )
    },
    async untag(resource, key, signal) {
      const {sdk, client} = await session.ec2()
      const asked = {Resources: [resource], Tags: [{Key: key}]}
      await session.ask('ec2 DeleteTags', 'change', signal, (how) =>
        client.send(new sdk.DeleteTagsCommand(asked), how),
      )
    },
  }
}
