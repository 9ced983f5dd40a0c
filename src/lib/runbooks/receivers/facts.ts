import {EarlyEnd} from '../../engine/early.js'
import type {FleetLinks} from '../../systems/receivers/fleet.js'
import type {Manner} from '../../systems/receivers/manner.js'
import type {FanOut} from './input.js'
import {type NodeFacts, nodesOf, type SsmWay} from './ssm-nodes.js'
import type {Chosen, FleetSurroundings} from './surroundings.js'
import {howTheyAre, type Today} from './today.js'
import {waveSizes} from './waves.js'
import {widthWithin} from './width.js'

export const RECENT_MS = 3600_000

/** What the plan rests on, and how things are right now. */
export type Facts = {
  chosen: Chosen
  now: {
    /** Ids whose host key is not pinned. */
    unpinned: string[]
    /** How many of the hosts each bastion leads to; `error` is empty where it answers. */
    bastions: {name: string; hosts: number; error: string}[]
    /** Of these hosts, how many were restarted within the last hour, and by which runs. */
    recent: {hosts: number; runs: string[]}
    machine: {fileDescriptors: number; threads: number}
    manner: Manner
    /** How the hosts are, where that was asked for. */
    today: Today[]
    /** As Systems Manager knows them, where it is the way to them. */
    nodes?: NodeFacts
  }
}

/** Resolves the selection and asks the bastions. No host is contacted unless `probe` wants it. @throws EarlyEnd `usage`, `drifted` */
export async function survey(
  systems: FleetSurroundings,
  asked: FanOut & {unit?: string | null; ssm?: SsmWay | null},
  signal: AbortSignal,
): Promise<Facts> {
  const chosen = await chosenHosts(systems, asked)
  if (asked.ssm) return await surveyNodes(systems, {...asked, ssm: asked.ssm}, chosen, signal)
  const links = await systems.fleet(asked.fleet)
  const [unpinned, bastions, recent, manner] = await Promise.all([
    links.unpinned(chosen.hosts),
    bastionsOf(systems, asked, chosen, signal),
    recentOf(systems, asked, chosen),
    mannerOf(links, chosen),
  ])
  const facts: Facts = {chosen, now: {unpinned, bastions, recent, machine: links.limits(), manner, today: []}}
  const wanted = asked.probe && systems.resumed() === undefined && unpinned.length === 0
  if (wanted) {
    const {unit = null, connectTimeoutMs} = asked
    const how = {unit, connectTimeoutMs, width: widthWithin(asked, facts.now)}
    facts.now.today = await howTheyAre(links, chosen.hosts, how, signal)
  }
  return facts
}

/** Nothing of SSH is needed: neither pinned keys nor bastions. */
async function surveyNodes(
  systems: FleetSurroundings,
  asked: FanOut & {unit?: string | null; ssm: SsmWay},
  chosen: Chosen,
  signal: AbortSignal,
): Promise<Facts> {
  const [nodes, recent] = await Promise.all([
    nodesOf(systems, asked.ssm, chosen, signal),
    recentOf(systems, asked, chosen),
  ])
  const manner = {openssh: '', agent: ''}
  const machine = {fileDescriptors: Number.MAX_SAFE_INTEGER, threads: 0}
  return {chosen, now: {unpinned: [], bastions: [], recent, machine, manner, today: [], nodes}}
}

async function chosenHosts(
  systems: FleetSurroundings,
  asked: FanOut & {ssm?: SsmWay | null},
): Promise<Chosen> {
  const before = systems.resumed() as Facts | undefined
  if (before) return before.chosen
  const {fleet, selection, order, spread} = asked
  const chosen = await systems.choose(fleet, selection, order, spread?.label ?? null, asked.ssm?.column)
  if (chosen.hosts.length !== asked.hosts)
    throw new EarlyEnd(
      'drifted',
      `the list of hosts has changed: ${chosen.hosts.length} fit by now, not ${asked.hosts}; nothing was changed`,
    )
  const covered = waveSizes(asked.waves, asked.hosts).reduce((sum, one) => sum + one, 0)
  if (covered < asked.hosts)
    throw new EarlyEnd(
      'usage',
      `--waves leaves ${asked.hosts - covered} of ${asked.hosts} hosts out: let it end with rest`,
    )
  return chosen
}

async function mannerOf(links: FleetLinks, {hosts: [first]}: Chosen): Promise<Manner> {
  return first ? await links.manner(first) : {openssh: '', agent: ''}
}

async function bastionsOf(
  systems: FleetSurroundings,
  {fleet}: FanOut,
  {hosts}: Chosen,
  signal: AbortSignal,
): Promise<Facts['now']['bastions']> {
  const counts = new Map<string, number>()
  for (const {via} of hosts) if (via !== '') counts.set(via, (counts.get(via) ?? 0) + 1)
  if (counts.size === 0) return []
  const silent = await (await systems.fleet(fleet)).bastions([...counts.keys()], signal)
  const errors = new Map(silent.map(({name, error}) => [name, error]))
  return [...counts]
    .map(([name, hosts]) => ({name, hosts, error: errors.get(name) ?? ''}))
    .sort((a, b) => b.hosts - a.hosts)
}

async function recentOf(
  systems: FleetSurroundings,
  {fleet, unit}: FanOut & {unit?: string | null},
  {hosts}: Chosen,
): Promise<Facts['now']['recent']> {
  if (!unit) return {hosts: 0, runs: []}
  const runs = await systems.restarted(fleet, unit, systems.now() - RECENT_MS)
  const restarted = new Set(runs.flatMap((one) => one.hosts))
  return {
    hosts: hosts.filter(({id}) => restarted.has(id)).length,
    runs: runs.map(({run}) => run),
  }
}
