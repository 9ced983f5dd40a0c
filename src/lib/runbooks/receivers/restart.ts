import {z} from 'zod'
import type {Runbook} from '../../engine/runbook.js'
import {step} from '../../engine/step.js'
import type {Together} from '../../systems/aws/together.js'
import type {Facts} from './facts.js'
import {fannedOut} from './fan-out.js'
import {notRecent} from './guards/selection.js'
import {fanOut, unitName} from './input.js'
import {restartStep} from './steps/restart.js'
import {ssmRestartStep, waveSender} from './steps/ssm-restart.js'
import type {FleetSurroundings} from './surroundings.js'
import {courseNotes, tablesOf, timeText, titleOf} from './view.js'

const input = z.strictObject({
  ...fanOut,
  unit: unitName,
  /** How long it must stay up to count. */
  stableMs: z.number().int().nonnegative(),
  /** A command line for the host's shell, after the restart; empty: none. */
  verify: z.string(),
  /** By Systems Manager and not by SSH: the account, and the label that has the id of a host's node. */
  ssm: z.strictObject({account: z.string().min(1), column: z.string().min(1)}).nullable(),
})
export type RestartInput = z.infer<typeof input>

const shared = fannedOut<RestartInput>((systems, asked) => {
  const {ssm} = asked
  if (ssm === null) return (host) => step(restartStep(systems, asked, host))
  const senders: Together[] = []
  return (host, wave) => {
    senders[wave] ??= waveSender(systems, {...asked, ssm}, wave)
    return ssmRestartStep(systems, {...asked, ssm}, host, senders[wave])
  }
})

/** A unit is restarted on many hosts: a canary, then waves, each host verified by its own systemd. */
export const restart: Runbook<RestartInput, Facts, FleetSurroundings> = {
  id: 'receivers.restart',
  summary: 'Restart a unit on many hosts: canary, waves, and each host verified',
  input,
  ...shared,
  guards: (asked, facts) => [...shared.guards(asked, facts), notRecent(facts)],
  view: (asked, facts) => ({
    title: titleOf(`Restart ${asked.unit}`, asked, facts),
    tables: tablesOf(asked, facts),
    notes: [
      ...courseNotes(asked, facts, asked.stableMs),
      `one host: look, restart, wait until it runs under a new invocation and stays up for ${timeText(asked.stableMs)}${asked.verify === '' ? '' : ', then --verify'}; ${timeText(asked.timeoutMs)} at most`,
      ...(asked.ssm ? ['by Systems Manager: hosts that begin together share a command of 50 at most'] : []),
      'a restart has no undo; runs resume RUN --only failed tries the failed ones again',
    ],
  }),
}
