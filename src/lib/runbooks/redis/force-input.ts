import {z} from 'zod'
import {common, nodeName, shardName} from './input.js'

export const forceInput = z.strictObject({
  ...common,
  ...shardName,
  to: nodeName.nullable(),
  /** Without votes: only where no majority of masters is left. */
  takeover: z.boolean(),
  /** How long the cluster may take to heal itself first; null: 3 x node timeout, at least 10 s. */
  waitAutoMs: z.number().int().nonnegative().nullable(),
  /** Replication offsets of masters when they were last seen, by node id, from `redis status`. */
  lastKnown: z.record(z.string(), z.strictObject({offset: z.number(), atMs: z.number()})),
})
export type ForceInput = z.infer<typeof forceInput>
