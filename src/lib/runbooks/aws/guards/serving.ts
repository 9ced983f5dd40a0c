import type {Finding} from '../../../engine/runbook.js'
import type {Membership, Target} from '../../../systems/aws/target.js'
import {doubt, few, pass, refuse, warn} from '../../finding.js'
import {type Facts, memberOf} from '../facts.js'
import type {RecoverInput} from '../input.js'
import type {Method} from '../method.js'

/** Takes requests: without health checks that is not known better. */
export function serves({state}: Pick<Target, 'state'>): boolean {
  return state === 'healthy' || state === 'unavailable'
}

export function healthyOthers({targets, mine}: Membership): number {
  return targets.filter(
    (one) => serves(one) && !mine.some(({id, port}) => id === one.id && port === one.port),
  ).length
}

/** @param groups those that it leaves */
export function lastHealthy(groups: readonly Membership[]): Finding {
  const id = 'last-healthy-target'
  const last = groups.filter((group) => group.mine.some(serves) && healthyOthers(group) === 0)
  if (last.length > 0)
    return doubt(
      id,
      `it is the last healthy target of ${few(last.map(({name}) => name))}: nothing would serve`,
      'bring another target up first',
    )
  const counts = groups.map((group) => `${group.name} ${healthyOthers(group)}`)
  return pass(id, counts.length === 0 ? 'it is in no target group' : `healthy without it: ${few(counts)}`)
}

export function slowComeback(groups: readonly Membership[]): Finding {
  const slow = groups.filter(({pace}) => pace.slowStartMs > 0 || pace.sticky)
  if (slow.length === 0) return pass('comeback', 'it takes its share at once when it is back')
  const words = slow.map(
    ({name, pace}) =>
      `${name}: ${[pace.slowStartMs > 0 ? `slow start of ${pace.slowStartMs / 1000} s` : '', pace.sticky ? 'sticky sessions move to others' : ''].filter(Boolean).join(', ')}`,
  )
  return warn('comeback', few(words))
}

/** A group that finds a member stopped, or failing, ends it and starts another one. */
export function inScalingGroup({drain}: RecoverInput, facts: Facts, method: Method): Finding {
  const {group} = facts
  const id = 'asg-member'
  const member = memberOf(facts)
  if (method === 'replace' || !group || !member) return pass(id, 'no auto scaling group minds')
  if (drain || member.lifecycle === 'Standby') return pass(id, `${group.name} has it in Standby meanwhile`)
  return doubt(
    id,
    `${group.name} ends a member that stops or fails its checks, and it would not be in Standby`,
    'leave out --no-drain',
  )
}

export function standbyFits({drain}: RecoverInput, facts: Facts, method: Method): Finding {
  const {group} = facts
  const id = 'group-minimum'
  if (method === 'replace' || !drain || !group || memberOf(facts)?.lifecycle !== 'InService')
    return pass(id, 'nobody has to go into Standby')
  const {name, min, desired} = group
  if (desired > min) return pass(id, `${name} wants ${desired} and needs ${min}`)
  return refuse(
    id,
    `${name} wants ${desired} and needs at least ${min}: nobody may go into Standby`,
    'lower its minimum, raise its desired capacity, or take --method replace',
  )
}

/**
 * A group that has been told not to act, or is already replacing, does not replace this one.
 * @param ours the run is resumed: it may have ended it itself
 */
export function replaceable(facts: Facts, method: Method, ours: boolean): Finding {
  const {group, refreshes} = facts
  const id = 'group-replaces'
  if (method !== 'replace') return pass(id, 'it is not replaced')
  if (ours && !memberOf(facts)) return pass(id, 'its group has let go of it by now')
  if (!group || !memberOf(facts))
    return refuse(id, 'it is in no auto scaling group: nobody would replace it', 'take another --method')
  const off = group.suspended.filter((name) => ['Launch', 'Terminate', 'ReplaceUnhealthy'].includes(name))
  if (off.length > 0)
    return refuse(
      id,
      `${group.name} has suspended ${off.join(', ')}`,
      'resume these processes, and know why they were off',
    )
  if (refreshes.length > 0)
    return refuse(
      id,
      `an instance refresh of ${group.name} is under way (${few(refreshes)})`,
      'wait for its end',
    )
  if (group.desired === 0) return refuse(id, `${group.name} wants no instance`, 'raise its desired capacity')
  return pass(id, `${group.name} wants ${group.desired}`)
}

/** Auto Scaling puts a group's members into its target groups once: it does not put back what was taken out by hand. */
export function notOfScalingGroup(facts: Facts, groups: readonly Membership[]): Finding {
  const id = 'asg-attached'
  const attached = groups.filter(({arn}) => facts.group?.targetGroups.includes(arn))
  if (attached.length === 0) return pass(id, 'no auto scaling group has put it there')
  return refuse(
    id,
    `the auto scaling group ${facts.group?.name} has put it into ${few(attached.map(({name}) => name))}, and would not do so again`,
    'Standby is the way: redeye aws instance recover, or aws autoscaling enter-standby',
  )
}
