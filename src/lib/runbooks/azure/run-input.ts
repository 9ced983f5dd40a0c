import {z} from 'zod'
import {patience, where} from './input.js'

export const runInput = z.strictObject({
  ...where,
  ...patience,
  group: z.string().min(1).nullable(),
  /** Empty when a tag chooses. */
  vms: z.array(z.string().regex(/^[^\s]+$/)),
  tag: z.strictObject({key: z.string().min(1), value: z.string()}).nullable(),
  script: z
    .string()
    .min(1, 'the script is empty')
    .max(256 * 1024, 'the script is longer than 256 KiB'),
  /** SHA-256 of the script. */
  digest: z.string(),
  /** Where it came from, for people. */
  file: z.string(),
  as: z.enum(['managed', 'action']),
  /** How long the script may take in the guest, s. */
  timeoutS: z.number().int().positive(),
  concurrency: z.number().int().positive(),
  maxErrors: z.number().int().nonnegative(),
  /** Makes the name of the command: the same for a resumed run, so that a repeated PUT is no second command. */
  nonce: z.string().regex(/^[a-z0-9]{6,16}$/),
  /** Variables of the environment whose values stand in the script. */
  leaks: z.array(z.string()),
})
export type RunInput = z.infer<typeof runInput>

export function commandName({nonce}: Pick<RunInput, 'nonce'>): string {
  return `redeye-${nonce}`
}
