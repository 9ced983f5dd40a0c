/** One target of a target group. */
export type Target = {
  /** Of an instance, or an address. */
  id: string
  port: number
  zone: string | null
  /** initial, healthy, unhealthy, unused, draining, unavailable */
  state: string
  reason: string | null
}

export type TargetGroup = {
  arn: string
  name: string
  targets: Target[]
}

/** What decides how long it takes to leave or to come back. */
export type TargetGroupPace = {
  drainMs: number
  /** Until the first checks can have passed. */
  healthyMs: number
  slowStartMs: number
  sticky: boolean
}

/** A target group and the targets in it that are the instance. */
export type Membership = TargetGroup & {
  mine: Target[]
  pace: TargetGroupPace
}

export interface TargetReader {
  /** The groups that an instance is in, by its id or one of its addresses. Reads every target group. */
  memberships(instance: {id: string; addresses: string[]}, signal: AbortSignal): Promise<Membership[]>
  /** Every target group, for names that a person typed. */
  targetGroups(signal: AbortSignal): Promise<{arn: string; name: string}[]>
  /** One of them again. */
  targetsOf(groupArn: string, signal: AbortSignal): Promise<Target[]>
}

export type TargetName = Pick<Target, 'id' | 'port' | 'zone'>

export interface TargetWriter {
  register(groupArn: string, target: TargetName, signal: AbortSignal): Promise<void>
  deregister(groupArn: string, target: TargetName, signal: AbortSignal): Promise<void>
}
