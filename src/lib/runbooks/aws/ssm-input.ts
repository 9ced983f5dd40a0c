import {z} from 'zod'

const count = z.number().int().positive()
const tag = z.strictObject({key: z.string().min(1), value: z.string()})

/** So many nodes, or so many percent, as Systems Manager writes it. */
const amount = z.string().regex(/^(?:\d{1,7}|(?:100|[1-9]?\d)%)$/, 'expected a number such as 5, or 10%')

export const ssmInput = z.strictObject({
  account: z.string().min(1),
  choice: z.union([
    z.strictObject({ids: z.array(z.string().regex(/^m?i-[0-9a-f]{8,17}$/)).min(1)}),
    z.strictObject({tags: z.array(tag).min(1)}),
  ]),
  document: z.string().min(1),
  /** Empty: the default one. */
  version: z.string(),
  parameters: z.record(z.string(), z.array(z.string())),
  /** Lines of a script, for the same document, that takes it back; null: it has no undo. */
  undo: z.strictObject({lines: z.array(z.string()), says: z.string().min(1)}).nullable(),
  /** What it is, in a few words: the name of the script. */
  says: z.string().min(1),
  /** Tells the commands of this run from those of others. */
  token: z.string().regex(/^[a-z0-9]{6,12}$/),
  maxConcurrency: amount,
  maxErrors: amount,
  /** Nodes that go first; 0: none. */
  canary: z.number().int().nonnegative(),
  deliverySec: count.min(30),
  executionSec: count,
  /** Of the nodes that must be online. */
  expectOnlinePercent: z.number().min(0).max(100),
})
export type SsmInput = z.infer<typeof ssmInput>
