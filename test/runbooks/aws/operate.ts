import {z} from 'zod'
import {realClock} from '../../../src/lib/cli/clock.js'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import {undoRunbook} from '../../../src/lib/engine/undo-run.js'
import type {AwsAccount, AwsSystems} from '../../../src/lib/systems/aws/account.js'
import {openAws} from '../../../src/lib/systems/aws/open.js'
import {type Driving, drive, type Operated, runsOf} from '../drive.js'

/** What a person would have typed and answered. Without anything: no terminal, and `--yes`. */
export interface Asked extends Driving {
  /** Puts something in front of the real client. */
  through?(account: AwsAccount): AwsAccount
}

/** One run by the real engine with the real clock, journal and leases, against the simulator that the environment names. */
export async function operate(
  stateDir: string,
  runbook: AnyRunbook,
  input: unknown,
  {through = (one) => one, ...driving}: Asked = {},
): Promise<Operated> {
  return await withAws(async (systems, account) => {
    const seen = {...systems, aws: async () => through(account)}
    return await drive({stateDir, user: 'ana'}, runbook, seen, input, driving)
  })
}

/** Undoes a past run from what its journal says. */
export async function undo(
  stateDir: string,
  runbook: AnyRunbook,
  run: string,
  asked: Asked = {},
): Promise<Operated> {
  const {plan, lines} = await runsOf({stateDir}).read(run)
  const past = {run, runbook, plan, entries: lines}
  return await operate(stateDir, undoRunbook(past, z.strictObject({run: z.string()})), {run}, asked)
}

/** Goes on with a run from what its journal says. */
export async function resume(
  stateDir: string,
  runbook: AnyRunbook,
  run: string,
  asked: Asked = {},
): Promise<Operated> {
  const {plan, lines} = await runsOf({stateDir}).read(run)
  const {input, overrides} = plan
  return await operate(stateDir, runbook, input, {overrides, ...asked, past: {run, plan, entries: lines}})
}

export async function withAws<T>(act: (systems: AwsSystems, account: AwsAccount) => Promise<T>): Promise<T> {
  const account = openAws({env: process.env})
  const systems = {aws: async () => account, now: realClock.now, sleep: realClock.sleep}
  try {
    return await act(systems, account)
  } finally {
    account.close()
  }
}
