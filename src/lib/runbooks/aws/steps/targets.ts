import {type Restore, type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import type {Target, TargetGroupPace} from '../../../systems/aws/target.js'
import {paced} from '../amounts.js'
import {serves} from '../guards/serving.js'
import type {AttachTarget} from '../input.js'

type Before = {state: string}

/** A target that is not there, and one that is there but was forgotten by its group, look alike. */
const OUT = 'not in it'
const SLACK_MS = 60_000
const CHECKS_MS = 120_000

/** Takes it out of a target group. @param wait until it has drained */
export function detachStep(
  systems: AwsSystems,
  account: string,
  target: AttachTarget,
  {drainMs}: Pick<TargetGroupPace, 'drainMs'>,
  wait: boolean,
  more: Pick<Step, 'recheck' | 'onFailure'> = {},
): Step {
  const {group, groupName, port} = target
  return step<Before>({
    id: `detach.${groupName}.${target.id}.${port}`,
    says: `${groupName}: take out ${target.id}:${port}${wait ? ', and let it drain' : ''}`,
    async probe(signal) {
      const state = stateOf(await (await systems.aws(account)).targetsOf(group, signal), target)
      return {reached: state === OUT || (!wait && state === 'draining'), saw: state, before: {state}}
    },
    apply: async (signal) => (await systems.aws(account)).deregister(group, target, signal),
    // The undo takes this long too.
    patienceMs: Math.max(drainMs + SLACK_MS, target.healthyMs + CHECKS_MS),
    pollMs: paced,
    undo: {
      kind: 'restore',
      says: `${groupName}: put ${target.id}:${port} back`,
      run: async (_before, signal) => (await systems.aws(account)).register(group, target, signal),
      restored: (now, before) =>
        now.state !== OUT && now.state !== 'draining' && (!serves(before) || serves(now)),
    },
    ...more,
  })
}

/**
 * Puts it into a target group, and waits until it is healthy.
 * @param home it was there before the run: an undo of the run leaves it; one that stays sick goes out again, alone
 */
export function attachStep(
  systems: AwsSystems,
  account: string,
  target: AttachTarget,
  {home, leaveUnhealthy}: {home: boolean; leaveUnhealthy: boolean},
): Step {
  const {group, groupName, port} = target
  const outAgain: Restore<Before> = {
    kind: 'restore',
    says: `${groupName}: take out ${target.id}:${port} again`,
    run: async (_before, signal) => (await systems.aws(account)).deregister(group, target, signal),
    restored: ({state}) => state === OUT || state === 'draining',
  }
  return step<Before>({
    id: `attach.${groupName}.${target.id}.${port}`,
    says: `${groupName}: put in ${target.id}:${port}, and see it healthy`,
    probe: (signal) => look(systems, account, target, signal),
    apply: async (signal) => (await systems.aws(account)).register(group, target, signal),
    patienceMs: target.healthyMs + CHECKS_MS,
    pollMs: paced,
    undo: home ? {kind: 'leave', why: 'it was there before'} : outAgain,
    ...(home && !leaveUnhealthy && {takeBack: outAgain}),
    ...(leaveUnhealthy && {onFailure: 'stop'}),
  })
}

/** Only looks: its auto scaling group has put it back, and it is healthy. */
export function healthyStep(systems: AwsSystems, account: string, target: AttachTarget): Step {
  return step<Before>({
    id: `healthy.${target.groupName}.${target.id}.${target.port}`,
    says: `${target.groupName}: see ${target.id}:${target.port} healthy`,
    probe: (signal) => look(systems, account, target, signal),
    patienceMs: target.healthyMs + CHECKS_MS,
    pollMs: paced,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}

async function look(systems: AwsSystems, account: string, target: AttachTarget, signal: AbortSignal) {
  const targets = await (await systems.aws(account)).targetsOf(target.group, signal)
  const state = stateOf(targets, target)
  const reason = targets.find((one) => isIt(one, target))?.reason
  return {reached: serves({state}), saw: reason ? `${state} (${reason})` : state, before: {state}}
}

function stateOf(targets: readonly Target[], target: AttachTarget): string {
  const found = targets.find((one) => isIt(one, target))
  return !found || found.state === 'unused' ? OUT : found.state
}

function isIt(one: Target, {id, port}: AttachTarget): boolean {
  return one.id === id && one.port === port
}
