import {z} from 'zod'

const ms = z.number().int().min(0)

/** An account of the inventory (or `environment`), and an instance by id or Name tag. */
const where = {account: z.string().min(1), instance: z.string().min(1)}

export const METHODS = ['auto', 'reboot', 'stop-start', 'replace'] as const

export const recoverInput = z.strictObject({
  ...where,
  method: z.enum(METHODS),
  /** Stop it by force when it does not stop within `stopWaitMs`. */
  forceStop: z.boolean(),
  stopWaitMs: ms.min(1),
  /** Take it out of load balancing first. */
  drain: z.boolean(),
  /** Leave it out afterwards. */
  keepDrained: z.boolean(),
  /** Leave it in although it fails its health checks. */
  leaveUnhealthy: z.boolean(),
  /** How long to go on asking when there is no room for it. */
  capacityWaitMs: ms,
  /** How long its checks may take to pass after a restart. */
  checksWaitMs: ms.min(1),
})
export type RecoverInput = z.infer<typeof recoverInput>

export const detachInput = z.strictObject({
  ...where,
  /** ARNs or names; all that it is in when empty. */
  targetGroups: z.array(z.string().min(1)),
  /** Until no connection is left, or the group's own delay is over. */
  waitDrain: z.boolean(),
})
export type DetachInput = z.infer<typeof detachInput>

const target = z.strictObject({
  group: z.string().min(1),
  groupName: z.string().min(1),
  id: z.string().min(1),
  port: z.number().int(),
  zone: z.string().nullable(),
  /** How long its first health checks take. */
  healthyMs: ms,
})

export const attachInput = z.strictObject({
  ...where,
  /** The run that took them out. */
  run: z.string(),
  targets: z.array(target),
  leaveUnhealthy: z.boolean(),
})
export type AttachInput = z.infer<typeof attachInput>
export type AttachTarget = z.infer<typeof target>
