import {z} from 'zod'
import {EarlyEnd} from '../../engine/early.js'
import type {Runbook} from '../../engine/runbook.js'
import {type Facts, survey} from './facts.js'
import {fannedOut} from './fan-out.js'
import {lockOut} from './guards/lock-out.js'
import {fanOut, unitName} from './input.js'
import {pushStep} from './steps/push.js'
import type {FleetSurroundings} from './surroundings.js'
import {courseNotes, tablesOf, timeText, titleOf} from './view.js'

/** Absolute, with nothing in it that a shell, a terminal or a later reader could take for something else. */
export const remotePath = z
  .string()
  .regex(/^(?:\/(?!\.{1,2}(?:\/|$))[^/\p{Cc}]+)+$/u, 'expected the absolute path of a file')

const input = z.strictObject({
  ...fanOut,
  /** Absolute path on this machine. */
  source: z.string().min(1),
  bytes: z.number().int().nonnegative(),
  file: z.strictObject({
    path: remotePath,
    kept: remotePath,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    mode: z.string().regex(/^(?:[0-7]{3,4})?$/, 'expected an octal mode such as 644'),
    owner: z.string().regex(/^(?:[A-Za-z_][\w.-]*:[A-Za-z_][\w.-]*)?$/, 'expected USER:GROUP'),
  }),
  unit: unitName.nullable(),
  stableMs: z.number().int().nonnegative(),
  verify: z.string(),
})
export type PushInput = z.infer<typeof input>

const PUSH_MS = 3000

const shared = fannedOut<PushInput>(
  (systems, asked) => (host) =>
    pushStep(systems, asked, host, () => systems.content(asked.source, asked.file.sha256)),
)

/** A file is put in place on many hosts, whole or not at all; the old one is kept there for the way back. */
export const push: Runbook<PushInput, Facts, FleetSurroundings> = {
  id: 'receivers.push',
  summary: 'Put a file in place on many hosts, in waves, with a way back',
  input,
  ...shared,
  async survey(systems, asked, signal) {
    await systems.content(asked.source, asked.file.sha256).catch((error: Error) => {
      throw new EarlyEnd('drifted', error.message)
    })
    return await survey(systems, asked, signal)
  },
  guards: (asked, facts) => [...shared.guards(asked, facts), lockOut(asked.file.path)],
  view: (asked, facts) => ({
    title: titleOf(`Put ${asked.file.path} in place`, asked, facts),
    tables: tablesOf(asked, facts),
    notes: [
      `from ${asked.source}, ${asked.bytes} bytes, SHA-256 ${asked.file.sha256.slice(0, 12)}; mode ${asked.file.mode || 'and'}${asked.file.mode && asked.file.owner ? ', owner ' : ''}${asked.file.owner || (asked.file.mode ? ', owner as it was' : ' owner as they were')}`,
      ...courseNotes(asked, facts, PUSH_MS + (asked.unit === null ? 0 : asked.stableMs)),
      `one host: look, write beside it, check the SHA-256, keep the old one as ${asked.file.kept}, rename${asked.unit === null ? '' : `, restart ${asked.unit} and wait until it stays up for ${timeText(asked.stableMs)}`}; ${timeText(asked.timeoutMs)} at most`,
      'hosts that have exactly this file are left alone',
      'runs undo RUN puts the old files back, except where somebody has changed them since',
    ],
  }),
}
