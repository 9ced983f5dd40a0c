import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {realClock} from '../../../src/lib/cli/clock.js'
import {newRunId} from '../../../src/lib/cli/run-id.js'
import type {Event} from '../../../src/lib/engine/event.js'
import type {Outcome} from '../../../src/lib/engine/outcome.js'
import {perform} from '../../../src/lib/engine/perform.js'
import type {Plan} from '../../../src/lib/engine/plan.js'
import type {Asker} from '../../../src/lib/engine/ports.js'
import type {Request} from '../../../src/lib/engine/request.js'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import {undoRunbook} from '../../../src/lib/engine/undo-run.js'
import {runStore} from '../../../src/lib/journal/store.js'
import {claims} from '../../../src/lib/lock/claims.js'
import {leases} from '../../../src/lib/lock/lease.js'
import {thisOwner} from '../../../src/lib/lock/owner.js'
import {openVcenter} from '../../../src/lib/systems/vsphere/open.js'
import type {Vcenter, VsphereSystems} from '../../../src/lib/systems/vsphere/vcenter.js'

/** Where a runbook is run from: a state directory of its own, and how vCenter is reached. */
export interface Place {
  stateDir: string
  url: string
  user: string
  passwordFile: string
  ca: string
}

/** What a person would have typed and answered. Without anything: no terminal, and `--yes`. */
export interface Asked extends Partial<Omit<Request, 'input'>> {
  asker?: Partial<Asker>
  /** Sees every event as it happens, and may meddle with the world. */
  emit?(event: Event): unknown
  stopping?: AbortSignal
  abort?: AbortSignal
  /** Puts something in front of the real client. */
  through?(vcenter: Vcenter): Vcenter
}

export interface Operated {
  outcome: Outcome
  plan?: Plan
  events: Event[]
  run: string
}

/** One run by the real engine with the real clock, journal and leases, against the simulator. */
export async function operate(
  place: Place,
  runbook: AnyRunbook,
  input: unknown,
  asked: Asked = {},
): Promise<Operated> {
  const {asker, emit, stopping, abort, through = (one) => one, ...request} = asked
  const events: Event[] = []
  const run = asked.past?.run ?? newRunId(Date.now())
  const owner = await thisOwner('ana', 'lab', process.pid)
  return await withVcenter(place, async (systems, vcenter) => {
    const shown = through(vcenter)
    const performed = await perform(
      runbook,
      {...systems, vsphere: async () => shown},
      {input, mode: 'run', overrides: [], waitLockMs: 0, owner: {...owner}, ...request},
      {
        clock: realClock,
        journals: runsOf(place),
        locks: leases(claims(join(place.stateDir, 'locks'), owner, realClock.now), owner, realClock),
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
  })
}

/** Undoes a past run from what its journal says. */
export async function undo(place: Place, runbook: AnyRunbook, run: string): Promise<Operated> {
  const {plan, lines} = await runsOf(place).read(run)
  const past = {run, runbook, plan, entries: lines}
  return await operate(place, undoRunbook(past, z.strictObject({run: z.string()})), {run})
}

/** Goes on with a run from what its journal says. */
export async function resume(
  place: Place,
  runbook: AnyRunbook,
  run: string,
  asked: Asked = {},
): Promise<Operated> {
  const {plan, lines} = await runsOf(place).read(run)
  const {input, overrides} = plan
  return await operate(place, runbook, input, {overrides, ...asked, past: {run, plan, entries: lines}})
}

export function runsOf({stateDir}: Place) {
  return runStore(join(stateDir, 'runs'), realClock.now)
}

/** Something done with vCenter as a runbook sees it; signed out afterwards. */
export async function withVcenter<T>(
  place: Place,
  act: (systems: VsphereSystems, vcenter: Vcenter) => Promise<T>,
): Promise<T> {
  const vcenter = openVcenter({
    name: 'dc',
    url: place.url,
    user: place.user,
    password: async () => (await readFile(place.passwordFile, 'utf8')).trimEnd(),
    tls: {ca: [place.ca]},
  })
  const systems = {vsphere: async () => vcenter, now: realClock.now, sleep: realClock.sleep}
  try {
    return await act(systems, vcenter)
  } finally {
    await vcenter.close()
  }
}
