import type {Runbook} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import {account} from './guards/account.js'
import {ofCode, permitted, ruleThere, waysIn} from './guards/network.js'
import {type GroupFacts, groupCalled, readGroup, securityGroupLock} from './network-facts.js'
import {type BlockInput, blockInput} from './network-input.js'
import {ruleTable, ruleWords} from './rule-words.js'
import {revokeStep} from './steps/rule.js'
import {withRows} from './tables.js'
import {notAws, whereWords} from './where.js'

/** Takes away a rule that lets something in; its undo makes the same again. */
export const sgBlock: Runbook<BlockInput, GroupFacts, AwsSystems> = {
  id: 'aws.sg.block',
  summary: 'Take away a rule of a security group',
  input: blockInput,
  effect: () => 'disrupt',
  subject: (asked) => asked.rule,
  locks: (asked) => [securityGroupLock(asked.group)],
  alsoLocks: (_asked, {group}) => [securityGroupLock(group.id)],
  survey: (systems, asked, signal) =>
    readGroup(systems, asked, signal, async (aws, group, rules) => {
      // Of a rule that is not there nothing is asked: its own guard refuses.
      if (!rules.some(({id}) => id === asked.rule)) return 'permitted'
      return await aws.mayRevoke(group, asked.rule, signal)
    }),
  rests: (asked, facts) => ({
    account: facts.identity.account,
    region: facts.identity.region,
    rule: ruleOf(asked, facts) ?? null,
  }),
  guards(asked, facts, planned) {
    const rule = ruleOf(asked, facts)
    return [
      account(facts),
      ruleThere(rule, asked.rule, planned !== undefined),
      permitted(facts.permission, 'RevokeSecurityGroupIngress', facts.identity.arn),
      ofCode([facts.group.tags, rule?.tags ?? {}]),
      waysIn(rule ? [rule.source] : [], facts.keepOpen),
    ]
  },
  view(asked, facts, planned) {
    const rule = ruleOf(asked, facts) ?? (planned && ruleOf(asked, planned))
    return {
      title: `Take away ${asked.rule}${rule ? ` (${ruleWords(rule)})` : ''} of ${groupCalled(facts.group)}`,
      tables: withRows([ruleTable(facts.rules)]),
      notes: [
        whereWords(facts.identity),
        'connections that are open and tracked stay open: redeye aws nacl deny cuts them',
        'undo makes a rule with the same content, and another id',
      ],
    }
  },
  beware: (_asked, facts) => notAws(facts),
  stages(systems, asked, facts) {
    const rule = ruleOf(asked, facts)
    return [
      {id: 'block', says: 'take it away', steps: rule ? [revokeStep(systems, asked.account, rule)] : []},
    ]
  },
  undoGuards: (_asked, facts) => [account(facts)],
  onFailure: 'undo',
}

function ruleOf(asked: BlockInput, {rules}: GroupFacts) {
  return rules.find(({id}) => id === asked.rule)
}
