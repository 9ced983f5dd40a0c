import {z} from 'zod'
import type {Runbook} from '../../engine/runbook.js'
import type {Facts} from './facts.js'
import {fannedOut} from './fan-out.js'
import {fanOut, unitName} from './input.js'
import {rebootStep} from './steps/reboot.js'
import type {FleetSurroundings} from './surroundings.js'
import {courseNotes, tablesOf, timeText, titleOf} from './view.js'

const input = z.strictObject({
  ...fanOut,
  /** The unit that must be back afterwards. */
  unit: unitName,
  stableMs: z.number().int().nonnegative(),
  verify: z.string(),
})
type RebootInput = z.infer<typeof input>

/** What a small computer takes until it answers again. */
const BOOT_MS = 60_000

/** Hosts are rebooted in waves; each must come back under another boot id, with its unit. */
export const reboot: Runbook<RebootInput, Facts, FleetSurroundings> = {
  id: 'receivers.reboot',
  summary: 'Reboot many hosts in waves, and wait until each is back with its unit',
  input,
  ...fannedOut<RebootInput>((systems, asked) => (host) => rebootStep(systems, asked, host)),
  effect: () => 'disrupt',
  subject: ({hosts}) => String(hosts),
  view: (asked, facts) => ({
    title: titleOf('Reboot', asked, facts),
    tables: tablesOf(asked, facts),
    notes: [
      ...courseNotes(asked, facts, BOOT_MS + asked.stableMs),
      `one host: look, reboot, wait for another boot id, then until ${asked.unit} stays up for ${timeText(asked.stableMs)}; ${timeText(asked.timeoutMs)} at most`,
      'a reboot has no undo',
    ],
  }),
}
