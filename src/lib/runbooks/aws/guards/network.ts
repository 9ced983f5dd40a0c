import type {Finding} from '../../../engine/runbook.js'
import {type Cidr, overlap, parseCidr} from '../../../systems/aws/cidr.js'
import type {RuleContent, Tags} from '../../../systems/aws/network.js'
import type {Permission} from '../../../systems/aws/permission.js'
import {doubt, few, pass, refuse} from '../../finding.js'
import {portWords, ruleWords} from '../rule-words.js'

/** Ways into machines and databases that nobody opens to the world on purpose. */
const DELICATE: Readonly<Record<number, string>> = {
  22: 'SSH',
  445: 'SMB',
  1433: 'SQL Server',
  1521: 'Oracle',
  2375: 'Docker',
  3306: 'MySQL',
  3389: 'RDP',
  5432: 'PostgreSQL',
  5439: 'Redshift',
  5985: 'WinRM',
  5986: 'WinRM',
  6379: 'Redis',
  9200: 'Elasticsearch',
  11211: 'Memcached',
  27017: 'MongoDB',
}
/** Half of the world is the world: 0.0.0.0/1 is no way around. */
const WORLD_PREFIX = 7

export function isWorld(source: string): boolean {
  const cidr = parseCidr(source)
  return cidr !== undefined && cidr.prefix <= WORLD_PREFIX
}

export function worldOpen(rule: RuleContent): Finding {
  const id = 'world-open'
  if (!isWorld(rule.source)) return pass(id, `${rule.source} is not the world`)
  const open = rule.protocol === '-1' ? ['everything'] : delicate(rule)
  if (open.length === 0) return pass(id, `${portWords(rule)} may be open to the world`)
  return doubt(id, `it opens ${few(open)} to the world (${rule.source})`, 'name the addresses: --from CIDR')
}

function delicate({protocol, from, to}: RuleContent): string[] {
  if (protocol !== 'tcp' && protocol !== 'udp') return []
  const named = Object.entries(DELICATE).filter(([port]) => Number(port) >= from && Number(port) <= to)
  return named.map(([port, name]) => `${name} (${port})`)
}

const IAC = /^(aws:cloudformation:|aws:cdk|terraform|pulumi|managed[-_]?by$)/i

/** The next deployment takes it back, or fails on it. */
export function ofCode(tagged: readonly Tags[]): Finding {
  const id = 'managed-by-code'
  const names = tagged.flatMap((tags) =>
    Object.entries(tags)
      .filter(([key]) => IAC.test(key))
      .map(([key, value]) => `${key}=${value}`),
  )
  if (names.length === 0) return pass(id, 'no tag says that code keeps it')
  return doubt(id, `code keeps it: ${few([...new Set(names)])}`, 'change it there, or tell those who own it')
}

/** @param most of AWS's own default: it may have been raised, which is not read */
export function roomLeft(id: string, count: number, most: number, what: string): Finding {
  const saw = `${count} ${what}; AWS allows ${most} unless that was raised`
  return count < most ? pass(id, saw) : doubt(id, saw, 'take one away, or know that the quota is higher')
}

/** @param sources that would be shut out */
export function waysIn(sources: readonly string[], keepOpen: readonly string[]): Finding {
  const id = 'operators-path'
  const hit = keepOpen.filter((open) => sources.some((source) => touches(source, open)))
  if (hit.length === 0)
    return pass(id, keepOpen.length === 0 ? 'the inventory keeps nothing open' : 'your own way in stays open')
  return refuse(
    id,
    `it would shut out ${few(hit)}, which the inventory keeps open`,
    'change keepOpen in the inventory, if it is wrong',
  )
}

function touches(source: string, open: string): boolean {
  const [one, other] = [parseCidr(source), parseCidr(open)]
  return one && other ? overlap(one, other) : source === open
}

const INTERNAL = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']

export function notInternal(source: string): Finding {
  const id = 'internal-range'
  const cidr = parseCidr(source) as Cidr
  const hit = INTERNAL.filter((range) => overlap(parseCidr(range) as Cidr, cidr))
  if (hit.length === 0) return pass(id, 'no address of an internal range')
  return doubt(
    id,
    `${source} has internal addresses (${few(hit)}): load balancers and other subnets may be among them`,
    'name the addresses that are meant',
  )
}

export function permitted(permission: Permission, action: string, arn: string): Finding {
  const id = 'permissions'
  if (permission === 'permitted') return pass(id, `it may ec2:${action}`)
  if (permission === 'denied')
    return refuse(id, `${arn} may not ec2:${action}`, `give it the permission ec2:${action}`)
  return doubt(id, `whether it may ec2:${action} is unclear: ${permission.unclear}`, 'ask again')
}

export function ruleThere(found: RuleContent | undefined, asked: string, resumed: boolean): Finding {
  const id = 'rule-there'
  if (found) return pass(id, `${asked} lets in ${ruleWords(found)}`)
  if (resumed) return pass(id, `${asked} is gone by now`)
  return refuse(
    id,
    `the group has no rule ${asked} that lets something in: perhaps it is gone already`,
    'look at its rules: aws ec2 describe-security-group-rules',
  )
}
