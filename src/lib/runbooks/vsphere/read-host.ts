import {EarlyEnd} from '../../engine/early.js'
import type {Host} from '../../systems/vsphere/model.js'
import type {Surroundings, VcenterReader, VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {checkPairs} from './check-pairs.js'
import {type Asked, chooseUnchecked} from './choose.js'
import type {Facts} from './facts.js'
import {privilegesFor} from './privileges.js'

export type HostInput = Asked & {
  vcenter: string
  host: string
  targets: string[]
  exclude: string[]
  disconnectMedia: boolean
}

/**
 * The read-only look that an evacuation starts with.
 * @throws EarlyEnd `usage` when a name leads to no or to several hosts
 */
export async function readHost(
  systems: VsphereSystems,
  asked: HostInput,
  signal: AbortSignal,
): Promise<Facts> {
  const vcenter = await systems.vsphere(asked.vcenter)
  const seen = await readSurroundings(systems, asked, signal)
  const facts = {...seen, ...(await hostsNamed(vcenter, asked, seen, signal))}
  const missing = await vcenter.lacking(privilegesFor(chooseUnchecked(asked, facts), asked, facts), signal)
  const lacking = missing.map(({entity, privilege}) => ({
    entity: `${entity.name} (${entity.ref})`,
    privilege,
  }))
  return await checkPairs(vcenter, asked, {...facts, lacking}, signal)
}

/** One host with its cluster, and nothing yet of what the server thinks of a plan. */
export async function readSurroundings(
  systems: VsphereSystems,
  asked: {vcenter: string; host: string},
  signal: AbortSignal,
): Promise<Facts> {
  const vcenter = await systems.vsphere(asked.vcenter)
  const about = await vcenter.about(signal)
  const {user} = await vcenter.session(signal)
  const serverAtMs = await vcenter.clock(signal)
  const takenAtMs = systems.now()
  const seen = await vcenter.surroundings(await oneHost(vcenter, asked.host, signal), signal)
  return {
    takenAtMs,
    serverAtMs,
    about,
    user,
    ...seen,
    named: {targets: [], exclude: []},
    pools: {},
    lacking: [],
    matrix: true,
    incompatible: [],
    checks: [],
  }
}

async function oneHost(vcenter: VcenterReader, name: string, signal: AbortSignal): Promise<string> {
  const matches = await vcenter.findHosts(name, signal)
  const [only] = matches
  if (only && matches.length === 1) return only.ref
  if (matches.length === 0)
    throw new EarlyEnd('usage', `there is no host ${name}`, [], ['redeye vsphere status'])
  throw new EarlyEnd(
    'usage',
    `${matches.length} hosts are called ${name}: write the path of one`,
    matches.map(({path, ref}) => `${path} (${ref})`),
  )
}

/** Targets may be outside the host's own cluster: a host that stands alone has no others. */
async function hostsNamed(
  vcenter: VcenterReader,
  {targets, exclude}: {targets: string[]; exclude: string[]},
  {hosts}: Surroundings,
  signal: AbortSignal,
): Promise<Partial<Facts>> {
  const named = {
    targets: await Promise.all(targets.map((name) => oneHost(vcenter, name, signal))),
    exclude: await Promise.all(exclude.map((name) => oneHost(vcenter, name, signal))),
  }
  const outside = named.targets.filter((target) => !hosts.some(({ref}) => ref === target))
  if (outside.length === 0) return {named}
  const estate = await vcenter.estate(null, signal)
  const more = estate.hosts.filter(({ref}) => outside.includes(ref))
  return {
    named,
    hosts: [...hosts, ...more],
    datastores: estate.datastores,
    pools: Object.fromEntries(more.map((host) => [host.ref, rootPoolOf(host, estate.clusters)])),
  }
}

function rootPoolOf({parent}: Host, clusters: readonly {ref: string; rootPool: string}[]): string {
  return clusters.find(({ref}) => ref === parent)?.rootPool ?? ''
}
