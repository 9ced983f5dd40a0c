import {z} from 'zod'
import {patience, where} from './input.js'

export const setInput = z.strictObject({
  ...where,
  ...patience,
  group: z.string().min(1).nullable(),
  set: z.string().regex(/^[^\s/]+$/, 'write the name of a scale set, or its whole resource id'),
  /** As Azure numbers them; names of VMs in a flexible set. */
  instances: z.array(z.string().min(1)).min(1),
  method: z.enum(['restart', 'reimage', 'redeploy']),
  /** Instances at a time. */
  batch: z.number().int().positive(),
  /** Batches that may fail before it stops. */
  maxErrors: z.number().int().nonnegative(),
  /** Percent of all instances that stay healthy meanwhile. */
  minHealthy: z.number().int().min(0).max(100),
})
export type SetInput = z.infer<typeof setInput>

/** In the order that was asked for, cut into batches. */
export function batchesOf({instances, batch}: Pick<SetInput, 'instances' | 'batch'>): string[][] {
  return Array.from({length: Math.ceil(instances.length / batch)}, (_, at) =>
    instances.slice(at * batch, (at + 1) * batch),
  )
}
