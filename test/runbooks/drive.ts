import {join} from 'node:path'
import {realClock} from '../../src/lib/cli/clock.js'
import {newRunId} from '../../src/lib/cli/run-id.js'
import type {Clock} from '../../src/lib/engine/clock.js'
import type {Event} from '../../src/lib/engine/event.js'
import type {Outcome} from '../../src/lib/engine/outcome.js'
import {perform} from '../../src/lib/engine/perform.js'
import type {Plan} from '../../src/lib/engine/plan.js'
import type {Asker} from '../../src/lib/engine/ports.js'
import type {Request} from '../../src/lib/engine/request.js'
import type {AnyRunbook} from '../../src/lib/engine/runbook.js'
import {runStore} from '../../src/lib/journal/store.js'
import {claims} from '../../src/lib/lock/claims.js'
import {leases} from '../../src/lib/lock/lease.js'
import {thisOwner} from '../../src/lib/lock/owner.js'

/** What a person would have typed and answered. Without anything: no terminal, and `--yes`. */
export interface Driving extends Partial<Omit<Request, 'input'>> {
  asker?: Partial<Asker> | undefined
  /** Sees every event as it happens, and may meddle with the world. */
  emit?: ((event: Event) => unknown) | undefined
  stopping?: AbortSignal | undefined
  abort?: AbortSignal | undefined
  clock?: Clock | undefined
}

export interface Operated {
  outcome: Outcome
  plan?: Plan
  events: Event[]
  run: string
}

/** One run by the real engine with the real journal and leases, and the real clock unless said. */
export async function drive(
  {stateDir, user}: {stateDir: string; user: string},
  runbook: AnyRunbook,
  systems: unknown,
  input: unknown,
  {asker, emit, stopping, abort, clock = realClock, ...request}: Driving,
): Promise<Operated> {
  const events: Event[] = []
  const run = request.past?.run ?? newRunId(Date.now())
  const owner = await thisOwner(user, 'lab', process.pid)
  const performed = await perform(
    runbook,
    systems,
    {input, mode: 'run', overrides: [], waitLockMs: 0, owner: {...owner}, ...request},
    {
      clock,
      journals: runsOf({stateDir}),
      locks: leases(claims(join(stateDir, 'locks'), owner, realClock.now), owner, realClock),
      asker: {present: false, confirm: async () => 'yes', failed: async ({fallback}) => fallback, ...asker},
      emit: (event) => {
        events.push(event)
        emit?.(event)
      },
      stopping: stopping ?? new AbortController().signal,
      abort: abort ?? new AbortController().signal,
      newRunId: () => run,
    },
  )
  return {...performed, events, run}
}

export function runsOf({stateDir}: {stateDir: string}) {
  return runStore(join(stateDir, 'runs'), realClock.now)
}
