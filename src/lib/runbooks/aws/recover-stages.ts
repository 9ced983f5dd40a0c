import type {Stage, Step} from '../../engine/step.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import {type Facts, memberOf} from './facts.js'
import type {RecoverInput} from './input.js'
import {leaving} from './leaving.js'
import {choose} from './method.js'
import {checksStep} from './steps/checks.js'
import {rebootStep} from './steps/reboot.js'
import {replacedStep, terminateStep} from './steps/replace.js'
import {restartSteps} from './steps/restart.js'
import {enterStandbyStep, exitStandbyStep} from './steps/standby.js'
import {attachStep, detachStep, healthyStep} from './steps/targets.js'

/**
 * Out of service, restarted, checked, back in service. What is taken out is put back later in the same run: so these stages
 * look when they are reached, and a resume does not look again at those that have ended well.
 */
export function recoverStages(systems: AwsSystems, asked: RecoverInput, facts: Facts): Stage[] {
  const {method} = choose(asked, facts)
  if (method === 'replace') return replaceStages(systems, asked, facts)
  const restart: Stage =
    method === 'reboot'
      ? {id: 'restart', says: 'reboot', look: 'reached', steps: [rebootStep(systems, asked, facts)]}
      : {id: 'restart', says: 'stop and start', steps: restartSteps(systems, asked, facts)}
  return [
    stage('out', 'take it out of service', asked.drain ? outSteps(systems, asked, facts) : []),
    restart,
    stage('checks', 'see that it is well', [checksStep(systems, asked, facts)]),
    stage(
      'back',
      'put it back into service',
      asked.drain && !asked.keepDrained ? backSteps(systems, asked, facts) : [],
    ),
  ].filter(({steps}) => steps.length > 0)
}

function stage(id: string, says: string, steps: Step[]): Stage {
  return {id, says, steps, look: 'reached'}
}

/** The auto scaling group takes it out of its own target groups by itself. */
function outSteps(systems: AwsSystems, asked: RecoverInput, facts: Facts): Step[] {
  const {group, instance} = facts
  const more = {recheck: ['last-healthy-target'], onFailure: 'undo' as const}
  return [
    ...byHand(facts).map(({target, membership}) =>
      detachStep(systems, asked.account, target, membership.pace, true, more),
    ),
    ...(group && entersStandby(facts) ? [enterStandbyStep(systems, asked, group.name, instance)] : []),
  ]
}

function backSteps(systems: AwsSystems, asked: RecoverInput, facts: Facts): Step[] {
  const {group, instance} = facts
  const {account, leaveUnhealthy} = asked
  const byGroup = group && entersStandby(facts) ? ofGroup(facts) : []
  return [
    ...(group && entersStandby(facts) ? [exitStandbyStep(systems, asked, group.name, instance)] : []),
    ...byGroup.map(({target}) => healthyStep(systems, account, target)),
    ...byHand(facts).map(({target}) => attachStep(systems, account, target, {home: true, leaveUnhealthy})),
  ]
}

function replaceStages(systems: AwsSystems, asked: RecoverInput, facts: Facts): Stage[] {
  // Without a group the guards refuse, and nothing is built of it.
  const group = facts.group?.name ?? 'no group'
  return [
    stage('replace', 'let its group replace it', [terminateStep(systems, asked, group, facts)]),
    stage('replaced', 'see that the group is whole', [replacedStep(systems, asked, group, facts)]),
  ]
}

export function entersStandby(facts: Facts): boolean {
  return memberOf(facts)?.lifecycle === 'InService'
}

function byHand(facts: Facts) {
  return leaving(facts.memberships).filter(({membership}) => !isOfGroup(facts, membership.arn))
}

function ofGroup(facts: Facts) {
  return leaving(facts.memberships).filter(({membership}) => isOfGroup(facts, membership.arn))
}

function isOfGroup({group}: Facts, arn: string): boolean {
  return group?.targetGroups.includes(arn) ?? false
}

/** Longest time that all steps together may take, in milliseconds. */
export function worstMs(asked: RecoverInput, facts: Facts): number {
  const stages = recoverStages({} as AwsSystems, asked, facts)
  const capacity = choose(asked, facts).method === 'stop-start' ? asked.capacityWaitMs : 0
  return stages.flatMap(({steps}) => steps).reduce((sum, {patienceMs}) => sum + patienceMs, capacity)
}
