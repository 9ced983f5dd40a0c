import {EarlyEnd} from '../../engine/early.js'
import type {Runbook} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import type {Membership} from '../../systems/aws/target.js'
import {called, type Facts, readFacts, restsOn, touched} from './facts.js'
import {account, credentialsLast} from './guards/account.js'
import {lastHealthy, notOfScalingGroup, slowComeback} from './guards/serving.js'
import {type DetachInput, detachInput} from './input.js'
import {leaving} from './leaving.js'
import {detachStep} from './steps/targets.js'
import {targetTable, withRows} from './tables.js'
import {notAws, whereWords} from './where.js'

/** Takes an instance out of its target groups, with the exact ports that it has there. */
export const detach: Runbook<DetachInput, Facts, AwsSystems> = {
  id: 'aws.target.detach',
  summary: 'Take an instance out of load balancing',
  input: detachInput,
  effect: () => 'change',
  subject: (asked) => asked.instance,
  locks: (asked) => [`aws/instance/${asked.instance}`],
  alsoLocks: (_asked, facts) => touched(facts),
  survey,
  rests: (_asked, facts) => restsOn(facts),
  guards(asked, facts) {
    const groups = chosen(asked, facts)
    const worstMs = groups.reduce((sum, {pace}) => sum + pace.drainMs, 0)
    return [
      account(facts),
      credentialsLast(facts, worstMs),
      notOfScalingGroup(facts, groups),
      lastHealthy(groups),
      slowComeback(groups),
    ]
  },
  view: (asked, facts) => ({
    title: `Take ${called(facts.instance)} out of load balancing`,
    tables: withRows([targetTable(chosen(asked, facts))]),
    notes: [
      whereWords(facts.identity),
      asked.waitDrain
        ? 'connections that are open may end, up to the delay of each group'
        : 'connections that are open are not waited for',
    ],
  }),
  beware: (_asked, facts) => notAws(facts),
  stages: (systems, asked, facts) => [
    {
      id: 'detach',
      says: 'take it out',
      steps: leaving(chosen(asked, facts)).map(({target, membership}) =>
        detachStep(systems, asked.account, target, membership.pace, asked.waitDrain, {
          recheck: ['last-healthy-target'],
        }),
      ),
    },
  ],
  nothing: (asked) =>
    asked.targetGroups.length > 0 ? 'it is in none of these target groups' : 'it is in no target group',
  undoGuards: (_asked, facts) => [account(facts)],
  afterwards: (_asked, run) => [`redeye aws target attach ${run}`],
  onFailure: 'undo',
}

/** @throws EarlyEnd `usage` for a target group that there is not */
async function survey(systems: AwsSystems, asked: DetachInput, signal: AbortSignal): Promise<Facts> {
  if (asked.targetGroups.length > 0) {
    const known = await (await systems.aws(asked.account)).targetGroups(signal)
    const missing = asked.targetGroups.filter(
      (one) => !known.some(({arn, name}) => one === arn || one === name),
    )
    if (missing.length > 0)
      throw new EarlyEnd('usage', `there is no target group ${missing.join(', ')}`, [
        `there are ${known.map(({name}) => name).join(', ') || 'none'}`,
      ])
  }
  return await readFacts(systems, asked, signal)
}

function chosen({targetGroups}: DetachInput, {memberships}: Facts): Membership[] {
  if (targetGroups.length === 0) return memberships
  return memberships.filter(({arn, name}) => targetGroups.includes(arn) || targetGroups.includes(name))
}
