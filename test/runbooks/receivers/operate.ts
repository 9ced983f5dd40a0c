import {join} from 'node:path'
import {realClock} from '../../../src/lib/cli/clock.js'
import type {Environment} from '../../../src/lib/cli/environment.js'
import {newRunId} from '../../../src/lib/cli/run-id.js'
import {openSystems} from '../../../src/lib/cli/systems.js'
import type {Clock} from '../../../src/lib/engine/clock.js'
import type {Event} from '../../../src/lib/engine/event.js'
import type {Outcome} from '../../../src/lib/engine/outcome.js'
import {perform} from '../../../src/lib/engine/perform.js'
import type {Plan} from '../../../src/lib/engine/plan.js'
import type {Request} from '../../../src/lib/engine/request.js'
import type {Only} from '../../../src/lib/engine/resume.js'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import type {Line} from '../../../src/lib/journal/line.js'
import {runStore} from '../../../src/lib/journal/store.js'
import {claims} from '../../../src/lib/lock/claims.js'
import {leases} from '../../../src/lib/lock/lease.js'
import {thisOwner} from '../../../src/lib/lock/owner.js'

/** Where a runbook is run from: a state directory of its own, and an inventory with the fleet. */
export interface Place {
  stateDir: string
  inventoryFile: string
}

/** What a person would have typed. Without anything: no terminal, and everything confirmed. */
export interface Asked extends Partial<Omit<Request, 'input'>> {
  emit?(event: Event): void
  stopping?: AbortSignal
  clock?: Clock
}

export interface Operated {
  outcome: Outcome
  plan?: Plan
  events: Event[]
  run: string
}

/** One run by the real engine with the real clock, journal, leases and connections, against the simulated hosts. */
export async function operate(
  place: Place,
  runbook: AnyRunbook,
  input: unknown,
  asked: Asked = {},
): Promise<Operated> {
  const {emit, stopping = new AbortController().signal, clock = realClock, ...request} = asked
  const events: Event[] = []
  const run = asked.past?.run ?? newRunId(Date.now())
  const owner = await thisOwner('ana', 'lab', process.pid)
  const systems = openSystems(place.inventoryFile, surroundingsOf(place), {overrides: [], ...asked})
  try {
    const performed = await perform(
      runbook,
      systems,
      {input, mode: 'run', overrides: [], waitLockMs: 0, owner: {...owner}, ...request},
      {
        clock,
        journals: runsOf(place),
        locks: leases(claims(join(place.stateDir, 'locks'), owner, realClock.now), owner, realClock),
        asker: {present: false, confirm: async () => 'yes', failed: async ({fallback}) => fallback},
        emit: (event) => {
          events.push(event)
          emit?.(event)
        },
        stopping,
        abort: new AbortController().signal,
        newRunId: () => run,
      },
    )
    return {...performed, events, run}
  } finally {
    systems.close()
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

export function surroundingsOf({stateDir}: Place): Environment {
  return {
    env: {PATH: process.env.PATH},
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

function runsOf({stateDir}: Place) {
  return runStore(join(stateDir, 'runs'), realClock.now)
}
