import type {Finding, Runbook} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import type {RuleContent} from '../../systems/aws/network.js'
import {pass, warn} from '../finding.js'
import {account} from './guards/account.js'
import {ofCode, permitted, roomLeft, worldOpen} from './guards/network.js'
import {type GroupFacts, groupCalled, readGroup, securityGroupLock} from './network-facts.js'
import {type AllowInput, allowInput} from './network-input.js'
import {ruleTable, ruleWords, sameRule} from './rule-words.js'
import {allowStep} from './steps/rule.js'
import {withRows} from './tables.js'
import {expiresOf, expiryOf} from './temporary.js'
import {notAws, whereWords} from './where.js'

const MOST_RULES = 60

/** Lets something in, for a while or until somebody takes it away. */
export const sgAllow: Runbook<AllowInput, GroupFacts, AwsSystems> = {
  id: 'aws.sg.allow',
  summary: 'Let something in through a security group, for a while',
  input: allowInput,
  effect: () => 'change',
  subject: (asked) => asked.group,
  locks: (asked) => [securityGroupLock(asked.group)],
  alsoLocks: (_asked, {group}) => [securityGroupLock(group.id)],
  survey: (systems, asked, signal) =>
    readGroup(systems, asked, signal, (aws, group) => aws.mayAllow(group, contentOf(asked, null), signal)),
  rests: (asked, facts) => ({
    account: facts.identity.account,
    region: facts.identity.region,
    group: facts.group.id,
    there: there(asked, facts)?.id ?? null,
  }),
  guards: (asked, facts) => [
    account(facts),
    permitted(facts.permission, 'AuthorizeSecurityGroupIngress', facts.identity.arn),
    worldOpen(contentOf(asked, null)),
    ofCode([facts.group.tags]),
    roomLeft('rule-quota', facts.rules.length, MOST_RULES, 'rules let something in'),
    adopted(asked, facts),
  ],
  view: (asked, facts) => ({
    title: `Let in ${ruleWords(asked)} through ${groupCalled(facts.group)}`,
    tables: withRows([ruleTable(facts.rules)]),
    notes: [whereWords(facts.identity), lastingWords(asked, facts)],
  }),
  beware: (_asked, facts) => notAws(facts),
  stages(systems, asked, facts) {
    const expires = expiryOf(facts.takenAtMs, asked.forMs)
    const content = contentOf(asked, expires)
    const made = {mark: asked.mark, expires}
    const steps = [allowStep(systems, asked.account, facts.group.id, content, made)]
    return [{id: 'allow', says: 'let it in', steps}]
  },
  nothing: (asked, facts) => `${there(asked, facts)?.id ?? 'a rule'} lets it in already`,
  undoGuards: (_asked, facts) => [account(facts)],
  afterwards: ({forMs}) => (forMs === null ? [] : ['redeye aws sg sweep']),
  onFailure: 'undo',
}

function contentOf({protocol, from, to, source, mark}: AllowInput, expires: string | null): RuleContent {
  const description = `redeye ${mark}${expires === null ? '' : `, until ${expires}`}`
  return {protocol, from, to, source, owner: null, description}
}

function there(asked: AllowInput, {rules}: GroupFacts) {
  return rules.find((one) => sameRule(one, contentOf(asked, null)))
}

function adopted(asked: AllowInput, facts: GroupFacts): Finding {
  const found = there(asked, facts)
  if (!found) return pass('adopted', 'no rule lets it in yet')
  return warn(
    'adopted',
    `${found.id} lets it in already, ${expiresOf(found) ? `until ${expiresOf(found)}` : 'and for good'}: it stays as it is, also after an undo`,
  )
}

function lastingWords({forMs}: AllowInput, {takenAtMs}: GroupFacts): string {
  const expires = expiryOf(takenAtMs, forMs)
  if (expires === null) return 'it stays until somebody takes it away: runs undo, or sg block'
  return `wanted until ${expires}; nothing runs in the background, redeye aws sg sweep takes it away then`
}
