import {z} from 'zod'
import {SYSTEMS} from '../inventory/schema.js'

const NAME = /^[a-z][a-z\d_-]*$/

const common = {
  /** The question, where somebody can be asked. */
  ask: z.string().min(1).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** What `book check` takes where there is no default. */
  example: z.union([z.string(), z.number(), z.boolean()]).optional(),
}

const variable = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    pattern: z.string().refine(isPattern, NO_PATTERN()).optional(),
    ...common,
  }),
  z.strictObject({type: z.literal('integer'), min: z.int().optional(), max: z.int().optional(), ...common}),
  z.strictObject({type: z.literal('duration'), ...common}),
  z.strictObject({type: z.literal('boolean'), ...common}),
  z.strictObject({type: z.literal('choice'), options: z.array(z.string()).min(1), ...common}),
  z.strictObject({type: z.literal('target'), system: z.enum(SYSTEMS), ...common}),
])

export const frontMatter = z.looseObject({
  title: z.string().min(1).optional(),
  vars: z
    .record(z.string().regex(NAME, 'a name is lower case letters, digits, - and _'), variable)
    .optional(),
})

export type Variable = z.infer<typeof variable>
export type Variables = {[name: string]: Variable}
/** What was given, by name. */
export type Values = {[name: string]: string}

function NO_PATTERN(): string {
  return 'not a regular expression'
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}
