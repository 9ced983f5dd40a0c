import type {FleetHost} from '../../systems/receivers/host.js'
import type {FanOut} from './input.js'
import type {Chosen} from './surroundings.js'

/** Hosts of one site that may be out at the same time: rounded down, and one at least. */
export function mostOut(hosts: number, percent: number): number {
  return Math.max(1, Math.floor((hosts * percent) / 100))
}

/** The site of a host as a lane: what is out of it, by us, is bounded over all waves. */
export function laneOf({spread}: FanOut, {labels}: FleetHost): string[] {
  return spread ? [laneName(spread.label, labels[spread.label] ?? '')] : []
}

/** How many hosts of each site may be out; sites count the whole fleet, not only what is selected. */
export function laneLimits({spread}: FanOut, {sites}: Chosen): {[lane: string]: number} {
  if (!spread) return {}
  return Object.fromEntries(
    Object.entries(sites).map(([site, hosts]) => [
      laneName(spread.label, site),
      mostOut(hosts, spread.maxOutPercent),
    ]),
  )
}

function laneName(label: string, site: string): string {
  return `${label}=${site}`
}
