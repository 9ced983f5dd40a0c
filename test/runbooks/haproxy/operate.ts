import {get} from 'node:http'
import {join} from 'node:path'
import {z} from 'zod'
import {realClock} from '../../../src/lib/cli/clock.js'
import {newRunId} from '../../../src/lib/cli/run-id.js'
import type {Event} from '../../../src/lib/engine/event.js'
import type {Outcome} from '../../../src/lib/engine/outcome.js'
import {perform} from '../../../src/lib/engine/perform.js'
import type {Plan} from '../../../src/lib/engine/plan.js'
import type {Asker} from '../../../src/lib/engine/ports.js'
import type {Past, Request} from '../../../src/lib/engine/request.js'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import {undoRunbook} from '../../../src/lib/engine/undo-run.js'
import type {Line} from '../../../src/lib/journal/line.js'
import {runStore} from '../../../src/lib/journal/store.js'
import {claims} from '../../../src/lib/lock/claims.js'
import {leases} from '../../../src/lib/lock/lease.js'
import {thisOwner} from '../../../src/lib/lock/owner.js'
import {RemoteError} from '../../../src/lib/remote/fault.js'
import {dialUnix} from '../../../src/lib/remote/local-socket.js'
import type {HaproxySystems} from '../../../src/lib/systems/haproxy/group.js'
import {openInstance} from '../../../src/lib/systems/haproxy/open.js'

/** Where a runbook is run from: a state directory of its own, and the sockets of the group by instance. */
export interface Place {
  stateDir: string
  sockets: {[instance: string]: string}
  user: string
}

/** What a person would have typed and answered. Without anything: no terminal, and `--yes`. */
export interface Asked extends Partial<Omit<Request, 'input'>> {
  asker?: Partial<Asker>
  /** Sees every event as it happens, and may meddle with the world. */
  emit?(event: Event): void
  stopping?: AbortSignal
}

export interface Operated {
  outcome: Outcome
  plan?: Plan
  events: Event[]
  run: string
}

/** One run by the real engine with the real clock, journal and leases, against the real instances. */
export async function operate(
  place: Place,
  runbook: AnyRunbook,
  input: unknown,
  asked: Asked = {},
): Promise<Operated> {
  const {asker, emit, stopping = new AbortController().signal, ...request} = asked
  const events: Event[] = []
  const run = asked.past?.run ?? newRunId(Date.now())
  const owner = await thisOwner(place.user, 'lab', process.pid)
  const performed = await perform(
    runbook,
    systemsOf(place),
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
      stopping,
      abort: new AbortController().signal,
      newRunId: () => run,
    },
  )
  return {...performed, events, run}
}

/** Undoes a past run from what its journal says. */
export async function undo(
  place: Place,
  runbook: AnyRunbook,
  run: string,
  asked: Asked = {},
): Promise<Operated> {
  const {plan, lines} = await runsOf(place).read(run)
  const past = {run, runbook, plan, entries: lines}
  return await operate(place, undoRunbook(past, z.strictObject({run: z.string()})), {run}, asked)
}

/** Goes on with a run from what its journal says. */
export async function resume(place: Place, runbook: AnyRunbook, run: string): Promise<Operated> {
  const {plan, lines} = await runsOf(place).read(run)
  const past: Past = {run, plan, entries: lines}
  return await operate(place, runbook, plan.input, {past})
}

export async function journalOf(place: Place, run: string): Promise<Line[]> {
  return (await runsOf(place).read(run)).lines
}

function runsOf({stateDir}: Place) {
  return runStore(join(stateDir, 'runs'), realClock.now)
}

export function systemsOf({sockets}: Place): HaproxySystems {
  const instances = Object.entries(sockets).map(([name, path]) =>
    openInstance({name, socket: {kind: 'unix', path}}, dialUnix(path)),
  )
  return {haproxy: async () => instances, httpStatus}
}

function httpStatus(url: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new RemoteError('unreachable', `GET ${url}: ${error.message}`))
    get(url, {signal, agent: false, timeout: 2000}, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    }).on('error', fail)
  })
}
