import {z} from 'zod'
import type {BootSurvey} from '../../systems/linux/boot.js'
import {inWavesOf} from './input.js'

const ms = z.number().int().positive()

export const rebootInput = z.strictObject({
  ...inWavesOf,
  /** By host. */
  settings: z.record(
    z.string(),
    z.strictObject({
      /** Units that must be active afterwards. */
      expect: z.array(z.string()),
      /** Run on the host afterwards; empty: none. */
      verify: z.array(z.string()),
    }),
  ),
  /** Command lines of the person's own, run here before and after; empty: none. */
  drain: z.string(),
  undrain: z.string(),
  hookMs: ms,
  /** How long the host may take to go down, and to be back with its units. */
  downMs: ms,
  upMs: ms,
})
export type RebootInput = z.infer<typeof rebootInput>

export type RebootFacts = {
  /** Steps that ended well, of a run that is taken up: what it has begun itself is no reason to refuse it. */
  takenUp: string[] | null
  hosts: {[host: string]: BootSurvey}
  /** State of the other hosts of the same groups; what could not be asked says why. */
  peers: {[host: string]: string}
}
