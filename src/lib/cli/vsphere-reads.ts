import type {Json} from '../engine/json.js'
import type {Reading} from '../runbooks/reading.js'
import type {EstateFacts} from '../runbooks/vsphere/read-estate.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {reading} from './reading.js'
import {secrets} from './secrets.js'
import {statusLines} from './status-lines.js'

type Shown = {lines: string[]; json: Json}

/** Reads a vCenter, or one cluster of it, and shows one side of what was seen. */
export async function vsphereReading(
  asked: {vcenter: string; cluster: string | null},
  side: (facts: EstateFacts) => Reading | Promise<Reading>,
  flags: CommonFlags,
  at: Environment,
): Promise<Shown> {
  const {readEstate} = await import('../runbooks/vsphere/read-estate.js')
  return await reading(flags.inventory, at, async (systems, signal) =>
    shown(await side(secrets.redactAll(await readEstate(systems, asked, signal)))),
  )
}

/** @returns also whether something is red: a look that finds that ends like a check that does */
export async function hostHealthReading(
  asked: {vcenter: string; host: string},
  flags: CommonFlags,
  at: Environment,
): Promise<Shown & {red: boolean}> {
  const [{readHealth}, {hostHealth}] = await Promise.all([
    import('../runbooks/vsphere/read-estate.js'),
    import('../runbooks/vsphere/host-health.js'),
  ])
  return await reading(flags.inventory, at, async (systems, signal) => {
    const seen = hostHealth(secrets.redactAll(await readHealth(systems, asked, signal)))
    return {...shown(seen), red: seen.state === 'red'}
  })
}

function shown(seen: Reading): Shown {
  return {lines: statusLines(seen), json: seen.json}
}
