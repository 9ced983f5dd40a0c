import type {Environment} from '../../../src/lib/cli/environment.js'
import {openSystems} from '../../../src/lib/cli/systems.js'
import type {Clock} from '../../../src/lib/engine/clock.js'
import type {Event} from '../../../src/lib/engine/event.js'
import type {Request} from '../../../src/lib/engine/request.js'
import type {Only} from '../../../src/lib/engine/resume.js'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import type {Line} from '../../../src/lib/journal/line.js'
import {drive, type Operated, runsOf} from '../drive.js'

export type {Operated} from '../drive.js'

/** Where a runbook is run from: a state directory of its own, and an inventory with the fleet. */
export interface Place {
  stateDir: string
  inventoryFile: string
  /** Beside PATH. */
  env?: Readonly<Record<string, string>>
}

/** What a person would have typed. Without anything: no terminal, and everything confirmed. */
export interface Asked extends Partial<Omit<Request, 'input'>> {
  emit?(event: Event): void
  stopping?: AbortSignal
  abort?: AbortSignal
  clock?: Clock
}

/** One run by the real engine with the real clock, journal, leases and connections, against the simulated hosts. */
export async function operate(
  place: Place,
  runbook: AnyRunbook,
  input: unknown,
  asked: Asked = {},
): Promise<Operated> {
  const systems = openSystems(place.inventoryFile, surroundingsOf(place), {overrides: [], ...asked})
  try {
    return await drive({...place, user: 'ana'}, runbook, systems, input, asked)
  } finally {
    await systems.close()
  }
}

/** Goes on with a run from what its journal says. */
export async function resume(
  place: Place,
  runbook: AnyRunbook,
  run: string,
  only?: Only,
  asked: Asked = {},
): Promise<Operated> {
  const {plan, lines} = await runsOf(place).read(run)
  const {input, overrides} = plan
  return await operate(place, runbook, input, {
    overrides,
    past: {run, plan, entries: lines, ...(only && {only})},
    ...asked,
  })
}

export async function journalOf(place: Place, run: string): Promise<Line[]> {
  return (await runsOf(place).read(run)).lines
}

export function surroundingsOf({stateDir, env}: Place): Environment {
  return {
    env: {PATH: process.env.PATH, ...env},
    cwd: stateDir,
    home: stateDir,
    user: 'ana',
    uid: process.getuid?.(),
    host: 'lab',
    pid: process.pid,
    stateDir,
    configHome: stateDir,
    interactive: false,
  }
}
