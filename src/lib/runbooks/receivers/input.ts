import {z} from 'zod'

const count = z.number().int().positive()
const ms = z.number().int().nonnegative()

/** Which hosts of a fleet; all parts together. */
export const selection = z.strictObject({
  cohort: z.string().nullable(),
  where: z.string().nullable(),
  ids: z.array(z.string()).nullable(),
  exclude: z.string().nullable(),
  sample: count.nullable(),
  seed: z.number().int().nonnegative(),
  limit: count.nullable(),
})
export type Selection = z.infer<typeof selection>

/** In which order their turn comes. */
const order = z.strictObject({
  by: z.enum(['random', 'site', 'inventory']),
  seed: z.number().int().nonnegative(),
})
export type Order = z.infer<typeof order>

/** How many hosts a wave has. */
const size = z.union([
  z.strictObject({hosts: count}),
  z.strictObject({percent: z.number().positive().max(100)}),
  z.literal('rest'),
])
export type Size = z.infer<typeof size>

/** What may go wrong: so many hosts, or so many percent of those tried so far. */
const allowance = z.union([
  z.strictObject({hosts: z.number().int().nonnegative()}),
  z.strictObject({percent: z.number().nonnegative().max(100)}),
])
export type Allowance = z.infer<typeof allowance>

const gate = z.union([
  z.strictObject({command: z.string().min(1)}),
  z.strictObject({url: z.url()}),
  /** Of Datadog. */
  z.strictObject({monitor: count}),
])
export type GateInput = z.infer<typeof gate>

export const unitName = z.string().regex(/^[A-Za-z0-9:_.@\\-]+$/, 'expected the name of a systemd unit')

/** What every change of many hosts asks. */
export const fanOut = {
  fleet: z.string().min(1),
  selection,
  /** How many hosts the selection has: what a person types to confirm. */
  hosts: count,
  /** The lock names; see docs/decisions. */
  holds: z.array(z.string()).min(1),
  order,
  waves: z.array(size).min(1),
  /** Hosts in flight; null: as many as this machine bears. */
  width: count.nullable(),
  maxFailures: allowance,
  maxUnreachable: allowance,
  strict: z.boolean(),
  /** Null: longer after the first waves than after the others. */
  soakMs: ms.nullable(),
  gate: gate.nullable(),
  spread: z
    .strictObject({label: z.string().min(1), maxOutPercent: z.number().positive().max(100)})
    .nullable(),
  /** Asks every host how it is before anybody is asked to confirm. */
  probe: z.boolean(),
  retryUnreachable: z.number().int().nonnegative(),
  connectTimeoutMs: ms.positive(),
  /** Of one host, from the change to the proof. */
  timeoutMs: ms.positive(),
}
const fanOutObject = z.object(fanOut)
export type FanOut = z.infer<typeof fanOutObject>
