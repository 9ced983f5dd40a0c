import type {Table} from '../../engine/runbook.js'
import type {Rule, RuleContent} from '../../systems/aws/network.js'
import {expiresOf} from './temporary.js'

type Ports = Pick<RuleContent, 'protocol' | 'from' | 'to'>

/** `tcp 443`, `udp 1000-2000`, `icmp`, `everything` */
export function portWords({protocol, from, to}: Ports): string {
  if (protocol === '-1') return 'everything'
  if (from === -1 || protocol.startsWith('icmp')) return protocol
  return `${protocol} ${from === to ? from : `${from}-${to}`}`
}

export function ruleWords(rule: Ports & Pick<RuleContent, 'source'>): string {
  return `${portWords(rule)} from ${rule.source}`
}

/** EC2 has no two rules in one group that let in the same. */
export function sameRule(one: RuleContent, other: RuleContent): boolean {
  const same = (key: 'protocol' | 'from' | 'to' | 'source' | 'owner') => one[key] === other[key]
  return same('protocol') && same('source') && same('owner') && same('from') && same('to')
}

const SHOWN = 20

export function ruleTable(rules: readonly Rule[]): Table {
  const more = rules.length - SHOWN
  return {
    columns: [{name: 'rule'}, {name: 'lets in'}, {name: 'until'}, {name: 'description', shrink: true}],
    rows: [
      ...rules
        .slice(0, SHOWN)
        .map((rule) => [rule.id, ruleWords(rule), expiresOf(rule) ?? '-', rule.description ?? '-']),
      ...(more > 0 ? [[`${more} more`, '', '', '']] : []),
    ],
  }
}
