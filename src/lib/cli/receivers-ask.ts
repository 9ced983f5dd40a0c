import type {Failing} from '../engine/failure.js'
import type {Answer} from '../runbooks/receivers/sweep.js'
import type {FleetLinks, HostLink} from '../systems/receivers/fleet.js'
import type {FleetHost} from '../systems/receivers/host.js'
import type {Environment} from './environment.js'
import type {Fleet} from './fleet.js'
import {selectedBy} from './fleet.js'
import {reading} from './reading.js'
import type {AskFlags} from './receivers-flags.js'
import {widthOf} from './receivers-input.js'
import {selectionOf} from './receivers-selection.js'

const WIDTH = 500

/** Asks every host of a selection the same; nothing is changed. @throws UsageError before anything is contacted */
export async function askHosts<Value>(
  name: string,
  cohort: string | undefined,
  flags: AskFlags,
  at: Environment,
  ask: (link: HostLink, host: FleetHost, fleet: Fleet, signal: AbortSignal) => Promise<Value>,
): Promise<{words: string; of: number; answers: Answer<Value>[]}> {
  const said = widthOf(flags.width)
  const {fleet, selection} = await selectionOf(name, cohort, flags, at)
  const {hosts, words} = await selectedBy(fleet, selection)
  const {sweep} = await import('../runbooks/receivers/sweep.js')
  const answers = await reading(flags.inventory, at, async (systems, signal) => {
    const links = await systems.fleet(name)
    const width = Math.max(1, Math.min(said ?? WIDTH, bearable(links)))
    return await sweep(links, hosts, width, (link, host) => ask(link, host, fleet, signal))
  })
  return {words, of: fleet.hosts.length, answers}
}

function bearable(links: FleetLinks): number {
  return Math.floor(links.limits().fileDescriptors / 2)
}

/** When nobody at all could be reached: what the first one said. */
export function nobody(answers: readonly Answer<unknown>[]): Failing | undefined {
  const [first] = answers
  if (!first || !('failed' in first)) return undefined
  return answers.every((one) => 'failed' in one && one.failed.fault !== 'answered') ? first.failed : undefined
}
