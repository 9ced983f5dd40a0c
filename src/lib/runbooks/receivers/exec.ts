import {z} from 'zod'
import type {Runbook} from '../../engine/runbook.js'
import type {Facts} from './facts.js'
import {fannedOut} from './fan-out.js'
import {fanOut} from './input.js'
import {execStep} from './steps/exec.js'
import type {FleetSurroundings} from './surroundings.js'
import {courseNotes, tablesOf, timeText, titleOf} from './view.js'

const input = z.strictObject({
  ...fanOut,
  /** Quoted for the host's shell word by word; nothing in it is expanded. */
  argv: z.array(z.string()).min(1),
})
export type ExecInput = z.infer<typeof input>

const COMMAND_MS = 2000

/** One command on many hosts, in waves: exit 0 is success. */
export const exec: Runbook<ExecInput, Facts, FleetSurroundings> = {
  id: 'receivers.exec',
  summary: 'Run one command on many hosts, in waves',
  input,
  ...fannedOut<ExecInput>((systems, asked) => (host) => execStep(systems, asked, host)),
  view: (asked, facts) => ({
    title: titleOf(`Run ${asked.argv.join(' ')}`, asked, facts),
    tables: tablesOf(asked, facts),
    notes: [
      ...courseNotes(asked, facts, COMMAND_MS),
      `each host runs it once, for ${timeText(asked.timeoutMs)} at most; exit 0 is success`,
      'what it does has no undo; where the connection is lost meanwhile it is not sent again',
    ],
  }),
}
