import type {Permission} from './permission.js'

/** What a rule of a security group lets in. */
export type RuleContent = {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, another number, or `-1` for all. */
  protocol: string
  /** Of ports, or the type of ICMP; -1 for all. */
  from: number
  to: number
  /** A CIDR block, `sg-...` or `pl-...`. */
  source: string
  /** Account of the other security group, where it is not ours. */
  owner: string | null
  description: string | null
}

export type Tags = {[key: string]: string}

export type Rule = RuleContent & {id: string; group: string; tags: Tags}

export type SecurityGroup = {id: string; name: string; tags: Tags}

export type AclEntry = {
  number: number
  egress: boolean
  /** `-1` for all. */
  protocol: string
  action: 'allow' | 'deny'
  cidr: string
}

export type Acl = {id: string; subnets: string[]; entries: AclEntry[]; tags: Tags}

export interface NetworkReader {
  /** By id, or by name or Name tag. */
  securityGroups(named: string, signal: AbortSignal): Promise<SecurityGroup[]>
  /** What it lets in. */
  rulesOf(group: string, signal: AbortSignal): Promise<Rule[]>
  /** Rules of any group that let something in and have this tag. */
  taggedRules(key: string, signal: AbortSignal): Promise<Rule[]>
  /** The one that a subnet has; null when there is no such subnet. */
  aclOfSubnet(subnet: string, signal: AbortSignal): Promise<Acl | null>
  /** @throws when it is gone */
  acl(id: string, signal: AbortSignal): Promise<Acl>
  acls(signal: AbortSignal): Promise<Acl[]>
  /** What EC2 says when it is only asked. */
  mayAllow(group: string, content: RuleContent, signal: AbortSignal): Promise<Permission>
  mayRevoke(group: string, rule: string, signal: AbortSignal): Promise<Permission>
}

export interface NetworkWriter {
  allow(group: string, content: RuleContent, tags: Tags, signal: AbortSignal): Promise<void>
  revoke(group: string, rule: string, signal: AbortSignal): Promise<void>
  /** Lets nothing in from there. @throws class `network-acl-entry-already-exists` when the number is taken */
  createDeny(acl: string, number: number, cidr: string, signal: AbortSignal): Promise<void>
  deleteEntry(acl: string, number: number, signal: AbortSignal): Promise<void>
  tag(resource: string, key: string, value: string, signal: AbortSignal): Promise<void>
  untag(resource: string, key: string, signal: AbortSignal): Promise<void>
}
