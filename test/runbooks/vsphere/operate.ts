import {readFile} from 'node:fs/promises'
import {z} from 'zod'
import {realClock} from '../../../src/lib/cli/clock.js'
import type {Event} from '../../../src/lib/engine/event.js'
import type {Asker} from '../../../src/lib/engine/ports.js'
import type {Request} from '../../../src/lib/engine/request.js'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import {undoRunbook} from '../../../src/lib/engine/undo-run.js'
import {openVcenter} from '../../../src/lib/systems/vsphere/open.js'
import type {Vcenter, VsphereSystems} from '../../../src/lib/systems/vsphere/vcenter.js'
import {drive, type Operated, runsOf} from '../drive.js'

export {type Operated, runsOf} from '../drive.js'

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

/** One run by the real engine with the real clock, journal and leases, against the simulator. */
export async function operate(
  place: Place,
  runbook: AnyRunbook,
  input: unknown,
  asked: Asked = {},
): Promise<Operated> {
  const {through = (one) => one, ...driving} = asked
  return await withVcenter(place, async (systems, vcenter) => {
    const shown = through(vcenter)
    const seen = {...systems, vsphere: async () => shown}
    return await drive({...place, user: 'ana'}, runbook, seen, input, driving)
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
