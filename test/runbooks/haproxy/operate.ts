import {get} from 'node:http'
import {z} from 'zod'
import type {Event} from '../../../src/lib/engine/event.js'
import type {Asker} from '../../../src/lib/engine/ports.js'
import type {Past, Request} from '../../../src/lib/engine/request.js'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import {undoRunbook} from '../../../src/lib/engine/undo-run.js'
import type {Line} from '../../../src/lib/journal/line.js'
import {RemoteError} from '../../../src/lib/remote/fault.js'
import {dialUnix} from '../../../src/lib/remote/local-socket.js'
import type {HaproxySystems} from '../../../src/lib/systems/haproxy/group.js'
import {openInstance} from '../../../src/lib/systems/haproxy/open.js'
import {drive, type Operated, runsOf} from '../drive.js'

export type {Operated} from '../drive.js'

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

/** One run by the real engine with the real clock, journal and leases, against the real instances. */
export async function operate(
  place: Place,
  runbook: AnyRunbook,
  input: unknown,
  asked: Asked = {},
): Promise<Operated> {
  return await drive(place, runbook, systemsOf(place), input, asked)
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
