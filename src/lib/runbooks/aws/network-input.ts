import {z} from 'zod'
import {parseCidr} from '../../systems/aws/cidr.js'

const account = z.string().min(1)

/** Tells what this run made from what others made. */
const mark = z.string().regex(/^[a-z0-9]{6,12}$/)

/** How long it is wanted; null: until somebody takes it away. */
const forMs = z.number().int().min(60_000).nullable()

const cidr = z.string().refine((text) => text.includes('/') && parseCidr(text) !== undefined, {
  error: 'a CIDR block such as 203.0.113.0/24, without bits set behind its prefix',
})

export const allowInput = z.strictObject({
  account,
  /** A security group by id, name or Name tag. */
  group: z.string().min(1),
  protocol: z.enum(['tcp', 'udp', 'icmp', 'icmpv6', '-1']),
  /** Of ports; -1 for all. */
  from: z.number().int().min(-1).max(65_535),
  to: z.number().int().min(-1).max(65_535),
  source: z.union([cidr, z.string().regex(/^(sg|pl)-[0-9a-f]+$/, {error: 'sg-... or pl-...'})]),
  forMs,
  mark,
})
export type AllowInput = z.infer<typeof allowInput>

export const blockInput = z.strictObject({
  account,
  group: z.string().min(1),
  rule: z.string().regex(/^sgr-[0-9a-f]+$/, {error: 'a rule is sgr-...'}),
})
export type BlockInput = z.infer<typeof blockInput>

export const sweepInput = z.strictObject({account})
export type SweepInput = z.infer<typeof sweepInput>

export const denyInput = z.strictObject({
  account,
  subnet: z.string().regex(/^subnet-[0-9a-f]+$/, {error: 'a subnet is subnet-...'}),
  source: cidr,
  forMs,
  mark,
})
export type DenyInput = z.infer<typeof denyInput>
