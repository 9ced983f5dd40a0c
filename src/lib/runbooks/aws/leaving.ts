import type {Membership, Target} from '../../systems/aws/target.js'
import type {AttachTarget} from './input.js'

/** What can be put back exactly: those that leave already are somebody else's doing. */
export function leaving(
  memberships: readonly Membership[],
): {target: AttachTarget; membership: Membership}[] {
  return memberships.flatMap((membership) =>
    membership.mine
      .filter(({state}) => state !== 'draining')
      .map((one) => ({target: named(membership, one), membership})),
  )
}

export function named({arn, name, pace}: Membership, {id, port, zone}: Target): AttachTarget {
  return {group: arn, groupName: name, id, port, zone, healthyMs: pace.healthyMs}
}
