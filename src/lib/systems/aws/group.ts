/** An auto scaling group. */
export type ScalingGroup = {
  name: string
  min: number
  desired: number
  /** Processes that somebody has suspended: `Launch`, `Terminate` ... */
  suspended: string[]
  /** Target groups that it puts its members into by itself. */
  targetGroups: string[]
  members: Member[]
}

export type Member = {
  id: string
  /** `InService`, `Standby`, `EnteringStandby`, `Terminating:Wait` ... */
  lifecycle: string
  /** `HEALTHY` or `UNHEALTHY`, in upper case. */
  health: string
}

export interface GroupReader {
  /** The group of an instance; null when it is in none. */
  groupOf(instance: string, signal: AbortSignal): Promise<ScalingGroup | null>
  /** @returns null when there is no such group */
  scalingGroup(name: string, signal: AbortSignal): Promise<ScalingGroup | null>
  /** States of the instance refreshes that are under way. */
  refreshes(group: string, signal: AbortSignal): Promise<string[]>
  /** State of the newest activity that terminates this instance, for people; null when there is none. */
  termination(
    group: string,
    instance: string,
    signal: AbortSignal,
  ): Promise<{status: string; says: string} | null>
}

export interface GroupWriter {
  /** Takes it out of service and lowers the desired capacity by one. Sent once. */
  enterStandby(group: string, instance: string, signal: AbortSignal): Promise<void>
  /** Puts it back and raises the desired capacity by one. Sent once. */
  exitStandby(group: string, instance: string, signal: AbortSignal): Promise<void>
  /** The group replaces it. Sent once. */
  terminateInGroup(instance: string, signal: AbortSignal): Promise<void>
}
