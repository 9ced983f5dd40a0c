import type {Finding, Runbook} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import {pass, refuse} from '../finding.js'
import {called, type Facts, groupLock, readFacts, restsOn, touched} from './facts.js'
import {account} from './guards/account.js'
import {lastHealthy} from './guards/serving.js'
import {type AttachInput, attachInput} from './input.js'
import {attachStep} from './steps/targets.js'
import {notAws, whereWords} from './where.js'

/** Puts an instance back into the target groups that a run took it out of, with the ports that it had there. */
export const attach: Runbook<AttachInput, Facts, AwsSystems> = {
  id: 'aws.target.attach',
  summary: 'Put an instance back into load balancing, as a run had found it',
  input: attachInput,
  effect: () => 'change',
  subject: (asked) => asked.instance,
  locks: (asked) => [
    `aws/instance/${asked.instance}`,
    ...new Set(asked.targets.map(({group}) => groupLock(group))),
  ],
  alsoLocks: (_asked, facts) => touched(facts),
  survey: (systems, asked, signal) => readFacts(systems, asked, signal),
  rests: (_asked, facts) => restsOn(facts),
  guards: (_asked, facts) => [account(facts), running(facts)],
  view: (asked, facts) => ({
    title: `Put ${called(facts.instance)} back into load balancing`,
    tables: [
      {
        columns: [{name: 'target group', shrink: true}, {name: 'target'}, {name: 'port', align: 'right'}],
        rows: asked.targets.map(({groupName, id, port}) => [groupName, id, String(port)]),
      },
    ],
    notes: [whereWords(facts.identity), `as run ${asked.run} had found it`],
  }),
  beware: (_asked, facts) => notAws(facts),
  stages: (systems, {account: where, targets, leaveUnhealthy}) => [
    {
      id: 'attach',
      says: 'put it back',
      steps: targets.map((target) => attachStep(systems, where, target, {home: false, leaveUnhealthy})),
    },
  ],
  // Taking it out again needs the same care as the first time.
  undoGuards: ({targets}, facts) => [
    account(facts),
    lastHealthy(facts.memberships.filter(({arn}) => targets.some(({group}) => group === arn))),
  ],
  onFailure: 'undo',
}

function running({instance}: Facts): Finding {
  if (instance.state === 'running') return pass('instance-state', 'it is running')
  return refuse(
    'instance-state',
    `it is ${instance.state}: no target group takes it`,
    `redeye aws instance recover ${instance.id} --method stop-start`,
  )
}
