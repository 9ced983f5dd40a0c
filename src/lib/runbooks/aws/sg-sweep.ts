import type {Finding, Runbook, Table} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import type {Rule} from '../../systems/aws/network.js'
import {few, pass, warn} from '../finding.js'
import {account} from './guards/account.js'
import {type Place, readPlace, securityGroupLock} from './network-facts.js'
import {type SweepInput, sweepInput} from './network-input.js'
import {ruleTable} from './rule-words.js'
import {undenyStep} from './steps/deny.js'
import {revokeStep} from './steps/rule.js'
import {withRows} from './tables.js'
import {type DenyTag, denyTags, dueOf, EXPIRES, expiresOf} from './temporary.js'
import {notAws, whereWords} from './where.js'

type SweepFacts = Place & {
  /** Whose time is over. */
  rules: Rule[]
  denied: (DenyTag & {acl: string})[]
  /** How many are still wanted. */
  later: number
  /** Whose time nobody can read. */
  unreadable: string[]
}

/** Takes away what was let in or kept out for a while, once that is over. */
export const sgSweep: Runbook<SweepInput, SweepFacts, AwsSystems> = {
  id: 'aws.sg.sweep',
  summary: 'Take away rules and denials whose time is over',
  input: sweepInput,
  effect: () => 'change',
  subject: (asked) => asked.account,
  locks: () => [],
  alsoLocks: (_asked, {rules, denied}) => [
    ...new Set([
      ...rules.map(({group}) => securityGroupLock(group)),
      ...denied.map(({acl}) => `aws/network-acl/${acl}`),
    ]),
  ],
  survey,
  rests: (_asked, {identity, rules, denied}) => ({
    account: identity.account,
    region: identity.region,
    rules: rules.map(({id}) => id),
    denied,
  }),
  guards: (_asked, facts) => [account(facts), readable(facts)],
  view: (_asked, facts) => ({
    title: `Take away what is overdue: ${facts.rules.length} rules, ${facts.denied.length} denials`,
    tables: withRows([ruleTable(facts.rules), deniedTable(facts)]),
    notes: [whereWords(facts.identity), `still wanted for longer: ${facts.later}`],
  }),
  beware: (_asked, facts) => notAws(facts),
  stages: (systems, asked, facts) => [
    {
      id: 'sweep',
      says: 'take them away',
      steps: [
        ...facts.rules.map((rule) => revokeStep(systems, asked.account, rule)),
        ...facts.denied.map(({acl, ...tag}) => undenyStep(systems, asked.account, acl, tag)),
      ],
    },
  ],
  nothing: (_asked, {later}) => `nothing is overdue${later > 0 ? `; still wanted for longer: ${later}` : ''}`,
  undoGuards: (_asked, facts) => [account(facts)],
  onFailure: 'stop',
}

async function survey(systems: AwsSystems, asked: SweepInput, signal: AbortSignal): Promise<SweepFacts> {
  const aws = await systems.aws(asked.account)
  const [tagged, acls] = await Promise.all([aws.taggedRules(EXPIRES, signal), aws.acls(signal)])
  const denials = acls.flatMap((acl) => denyTags(acl).map((tag) => ({acl: acl.id, ...tag})))
  const now = systems.now()
  const rulesThat = (due: string) => tagged.filter((rule) => dueOf(expiresOf(rule), now) === due)
  const deniedThat = (due: string) => denials.filter(({expires}) => dueOf(expires, now) === due)
  return {
    ...(await readPlace(systems, aws, signal)),
    rules: rulesThat('due'),
    denied: deniedThat('due'),
    later: rulesThat('later').length + deniedThat('later').length,
    unreadable: [
      ...rulesThat('unreadable').map(({id}) => id),
      ...deniedThat('unreadable').map(({acl, number}) => `${acl} ${number}`),
    ],
  }
}

function readable({unreadable}: SweepFacts): Finding {
  if (unreadable.length === 0) return pass('expiry', 'every time can be read')
  return warn('expiry', `the time of ${few(unreadable)} cannot be read: left as they are`)
}

function deniedTable({denied}: SweepFacts): Table {
  return {
    columns: [
      {name: 'network access list'},
      {name: 'entry', align: 'right'},
      {name: 'denies'},
      {name: 'until'},
    ],
    rows: denied.map(({acl, number, cidr, expires}) => [acl, String(number), cidr, expires ?? '-']),
  }
}
