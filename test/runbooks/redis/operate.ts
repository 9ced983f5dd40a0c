import {z} from 'zod'
import {realClock} from '../../../src/lib/cli/clock.js'
import {electionsIn, mastersBefore} from '../../../src/lib/cli/redis-history.js'
import type {Event} from '../../../src/lib/engine/event.js'
import type {Asker} from '../../../src/lib/engine/ports.js'
import type {Request} from '../../../src/lib/engine/request.js'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import {undoRunbook} from '../../../src/lib/engine/undo-run.js'
import type {Line} from '../../../src/lib/journal/line.js'
import {shards} from '../../../src/lib/runbooks/redis/facts.js'
import type {RedisCluster} from '../../../src/lib/systems/redis/cluster.js'
import {type ClusterPlaces, openCluster} from '../../../src/lib/systems/redis/discover.js'
import {drive, type Operated, runsOf} from '../drive.js'

export type {Operated} from '../drive.js'

/** Where a runbook is run from: a state directory of its own, and the cluster as an inventory would name it. */
export interface Place {
  stateDir: string
  user: string
  cluster: Omit<ClusterPlaces, 'signIn'> & {password?: string}
}

/** What a person would have typed and answered. Without anything: no terminal, and `--yes`. */
export interface Asked extends Partial<Omit<Request, 'input'>> {
  asker?: Partial<Asker>
  /** Sees every event as it happens, and may meddle with the world. */
  emit?(event: Event): void
  /** Puts something in front of the real cluster. */
  through?(cluster: RedisCluster): RedisCluster
}

/** One run by the real engine with the real clock, journal and leases, against the real cluster. */
export async function operate(
  place: Place,
  runbook: AnyRunbook,
  input: unknown,
  asked: Asked = {},
): Promise<Operated> {
  const {through = (one) => one, ...driving} = asked
  const {password, ...places} = place.cluster
  const cluster = openCluster({
    ...places,
    signIn: password === undefined ? {} : {password: async () => password},
  })
  const shown = through(cluster)
  const systems = {redis: async () => shown, now: realClock.now, sleep: realClock.sleep}
  try {
    return await drive(place, runbook, systems, input, driving)
  } finally {
    cluster.close()
  }
}

/** Undoes a past run from what its journal says. */
export async function undo(place: Place, runbook: AnyRunbook, run: string): Promise<Operated> {
  const {plan, lines} = await runsOf(place).read(run)
  const past = {run, runbook, plan, entries: lines}
  return await operate(place, undoRunbook(past, z.strictObject({run: z.string()})), {run})
}

/** Goes on with a run from what its journal says. */
export async function resume(place: Place, runbook: AnyRunbook, run: string): Promise<Operated> {
  const {plan, lines} = await runsOf(place).read(run)
  const {input, overrides} = plan
  return await operate(place, runbook, input, {overrides, past: {run, plan, entries: lines}})
}

export async function journalOf(place: Place, run: string): Promise<Line[]> {
  return (await runsOf(place).read(run)).lines
}

/** What the commands read from the journals: the elections that runs have started. */
export async function electionsAt(place: Place) {
  const runs = runsOf(place)
  const recorded = await Promise.all((await runs.ids()).map((run) => runs.read(run)))
  return recorded.flatMap(electionsIn)
}

/** What `redeye redis restore RUN` asks for. */
export async function wantedBy(place: Place, run: string) {
  return mastersBefore((await runsOf(place).read(run)).plan, shards)
}
