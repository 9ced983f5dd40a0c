import {z} from 'zod'
import type {CleanSurvey} from '../../systems/linux/disk.js'
import {CLASSES, type Class} from '../../systems/linux/disk-classes.js'

const days = z.number().int().min(1)

export const cleanInput = z.strictObject({
  host: z.string().min(1),
  /** Where the file system is mounted. */
  mount: z.string().startsWith('/'),
  classes: z.array(z.enum(CLASSES)).min(1),
  /** What must be free afterwards, or how full it may be; null: whatever goes. */
  need: z
    .union([
      z.strictObject({bytes: z.number().int().positive()}),
      z.strictObject({percent: z.number().positive().max(100)}),
    ])
    .nullable(),
  /** Of the journal. */
  keepBytes: z.number().int().nonnegative(),
  /** Files that were changed since are left alone. */
  days: z.strictObject({logs: days, core: days, tmp: days}),
})
export type CleanInput = z.infer<typeof cleanInput>

export type CleanFacts = CleanSurvey & {
  /** In the order in which they go. */
  classes: ClassFacts[]
}

/** What one class gives. */
export type ClassFacts = {class: Class; files: number; bytes: number; oldestSec: number}
