import {z} from 'zod'

/** An election that this tool started, from the journals: the node that won, of which master, when. */
const election = z.strictObject({node: z.string(), master: z.string(), atMs: z.number()})

export const common = {
  cluster: z.string().min(1),
  /** Bytes that a candidate may lack. */
  maxLagBytes: z.number().int().nonnegative(),
  /** Send although the candidate has been elected a moment ago: likely to stall writes and fail. */
  noCooldown: z.boolean(),
  /** Write, read and delete a key of ours through each new master. */
  probe: z.boolean(),
  elections: z.array(election),
  /** How long the old master may take to follow the new one, and the views to agree. */
  timeoutMs: z.number().int().positive(),
}
const commonObject = z.object(common)
export type Common = z.infer<typeof commonObject>

/** One shard, named by a node (id of at least 6 hex digits, or host:port), a slot or a key. */
export const shardName = {
  node: z
    .string()
    .regex(/^([0-9a-f]{6,40}|\S+:\d+)$/, 'write a node id (at least 6 hex digits) or HOST:PORT')
    .nullable(),
  slot: z.number().int().min(0).max(16_383).nullable(),
}

export const nodeName = z
  .string()
  .regex(/^([0-9a-f]{6,40}|\S+:\d+)$/, 'write a node id (at least 6 hex digits) or HOST:PORT')
