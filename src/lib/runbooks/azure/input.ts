import {z} from 'zod'

/** Which subscription: the name of the target, and its id, so that a resumed run cannot end up in another one. */
export const where = {
  target: z.string().min(1),
  subscription: z.string().regex(/^[0-9a-f-]{36}$/i, 'write the id of a subscription'),
}

const ms = z.number().int().nonnegative()

/** How long things may take, ms. */
export const patience = {
  /** The operation of Azure. */
  operationMs: ms,
  /** From the end of the operation until the guest agent is ready. */
  agentMs: ms,
  /** Another operation is in the way. */
  busyMs: ms,
  /** Between two tries where another operation is in the way. */
  busyEveryMs: ms,
  /** The Activity Log is late. */
  logMs: ms,
  /** A boot id that has not changed yet. */
  settleMs: ms,
}

export const recoverInput = z.strictObject({
  ...where,
  ...patience,
  /** Null: looked for by its name in the whole subscription. */
  group: z.string().min(1).nullable(),
  vm: z.string().regex(/^[^\s/]+$/, 'write the name of a VM, or its whole resource id'),
  method: z.enum(['auto', 'restart', 'redeploy', 'cycle', 'reapply']),
  proof: z.enum(['auto', 'boot-id', 'agent']),
  /** Wait for the guest agent. */
  agent: z.boolean(),
  /** No capacity for a start: how long it is tried again, and how often, ms. */
  capacityMs: ms,
  capacityEveryMs: ms,
})
export type RecoverInput = z.infer<typeof recoverInput>

const patienceObject = z.object(patience)
export type Patience = z.infer<typeof patienceObject>
