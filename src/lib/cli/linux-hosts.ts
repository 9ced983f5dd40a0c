import type {LinuxTarget} from '../inventory/linux.js'
import type {HostInput} from '../runbooks/linux/input.js'
import type {Environment} from './environment.js'
import {inventoryIfAny} from './inventory.js'
import {mustBeKnown} from './linux-known.js'
import {UsageError} from './usage-error.js'

/** A host that was named, with what the inventory says of its group. */
export type NamedHost = HostInput & {
  settings: Pick<LinuxTarget, 'protect' | 'services' | 'expect' | 'verify'>
}

const ALONE: NamedHost['settings'] = {protect: [], services: {}, expect: []}

/**
 * The hosts that are meant: names of hosts, or of groups for all of their hosts. In the order in which they were named.
 * @throws UsageError for a name that nobody knows, and for a host named twice
 */
export async function hostsOf(
  names: readonly string[],
  explicit: string | undefined,
  at: Environment,
): Promise<NamedHost[]> {
  const groups = (await inventoryIfAny(explicit, at))?.inventory.linux ?? {}
  const known = knownHosts(groups)
  const chosen: NamedHost[] = []
  for (const name of names) chosen.push(...(await meantBy(name, groups, known, at)))
  const twice = chosen.find(({name}, index) => chosen.findIndex((one) => one.name === name) !== index)
  if (twice) throw new UsageError(`the host ${twice.name} is named twice`)
  return chosen
}

type Groups = {[group: string]: LinuxTarget}

function knownHosts(groups: Groups): Map<string, NamedHost> {
  const known = new Map<string, NamedHost>()
  for (const [group, {hosts, ...settings}] of Object.entries(groups))
    for (const {name} of hosts) {
      const other = known.get(name)
      if (other)
        throw new UsageError(`the inventory has the host ${name} in two groups, ${other.group} and ${group}`)
      const peers = hosts.map((one) => one.name).filter((one) => one !== name)
      known.set(name, {name, group, peers, settings})
    }
  return known
}

async function meantBy(
  name: string,
  groups: Groups,
  known: ReadonlyMap<string, NamedHost>,
  at: Environment,
): Promise<NamedHost[]> {
  const host = known.get(name)
  if (host) return [host]
  const group = groups[name]
  if (group) return group.hosts.flatMap((one) => known.get(one.name) ?? [])
  await mustBeKnown(name, [...known.keys(), ...Object.keys(groups)], at)
  return [{name, group: '', peers: [], settings: ALONE}]
}

/** Without what only this side needs. */
export function inputOf({name, group, peers}: NamedHost): HostInput {
  return {name, group, peers}
}
