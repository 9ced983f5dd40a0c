import type {IpPermission} from '@aws-sdk/client-ec2'
import type {RuleContent} from './network.js'

/** A rule as EC2 wants it. */
export function ipPermission({protocol, from, to, source, owner, description}: RuleContent): IpPermission {
  const said = description === null ? {} : {Description: description}
  return {
    IpProtocol: protocol,
    ...(protocol !== '-1' && {FromPort: from, ToPort: to}),
    ...(source.startsWith('sg-')
      ? {UserIdGroupPairs: [{GroupId: source, ...(owner !== null && {UserId: owner}), ...said}]}
      : source.startsWith('pl-')
        ? {PrefixListIds: [{PrefixListId: source, ...said}]}
        : source.includes(':')
          ? {Ipv6Ranges: [{CidrIpv6: source, ...said}]}
          : {IpRanges: [{CidrIp: source, ...said}]}),
  }
}
