import type {Json} from '../engine/json.js'
import type {Past} from '../engine/request.js'
import type {FleetHost} from '../inventory/fleet/host.js'
import {drawn} from '../inventory/selection/sample.js'
import type {Order, Selection} from '../runbooks/receivers/input.js'
import type {Chosen, FleetSurroundings} from '../runbooks/receivers/surroundings.js'
import type {Environment} from './environment.js'
import {loadFleet, selectedBy} from './fleet.js'
import {telling} from './receivers-labels.js'
import {begunSince} from './run-id.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

/** A run may still change hosts so long after it began. */
const LONGEST_RUN_MS = 24 * 3600_000
const GATE_MS = 30_000

/** @param past the run that is taken up */
export function fleetSurroundings(
  inventory: string | undefined,
  at: Environment,
  past: Pick<Past, 'run' | 'plan'> | undefined,
): Pick<FleetSurroundings, 'resumed' | 'choose' | 'restarted' | 'content' | 'shell'> {
  const contents = new Map<string, Promise<Uint8Array<SharedArrayBuffer>>>()
  return {
    resumed: () => (past?.plan.runbook.startsWith('receivers.') ? past.plan.facts : undefined),
    choose: (fleet, selection, order, spreadBy, keep) =>
      choose(fleet, selection, order, {spreadBy, keep}, inventory, at),
    restarted: (fleet, unit, sinceMs) => restartedSince(fleet, unit, sinceMs, past?.run, at),
    async content(source, sha256) {
      const {contentOf} = await import('./receivers-push.js')
      // Read once for all hosts, and again only when it is another file.
      contents.set(sha256, contents.get(sha256) ?? contentOf(source, sha256))
      return (await contents.get(sha256)) as Uint8Array<SharedArrayBuffer>
    },
    async shell(line, signal) {
      const {run} = await import('../remote/process.js')
      const options = {env: at.env, cwd: at.cwd, signal, timeoutMs: GATE_MS}
      const {code, stdout, stderr} = await run(['sh', '-c', line], options)
      return {code, output: stdout.trim() || stderr.trim()}
    },
  }
}

async function choose(
  name: string,
  selection: Selection,
  order: Order,
  {spreadBy, keep}: {spreadBy: string | null; keep: string | undefined},
  inventory: string | undefined,
  at: Environment,
): Promise<Chosen> {
  const fleet = await loadFleet(name, {inventory}, at)
  const {hosts, words} = await selectedBy(fleet, selection)
  if (spreadBy !== null && !fleet.hosts.some(({labels}) => labels[spreadBy]))
    throw new UsageError(`--spread-by ${spreadBy}: no host has this label`)
  const {maxHosts = null, maxPercent = null} = fleet.target.limits
  return {
    hosts: inOrder(hosts, order, spreadBy ?? 'site').map((host) =>
      withOnly(
        host,
        [spreadBy, keep].filter((label) => typeof label === 'string'),
      ),
    ),
    words,
    of: fleet.hosts.length,
    counts: telling(hosts),
    sites: spreadBy === null ? {} : countBy(fleet.hosts, spreadBy),
    limits: {maxHosts, maxPercent},
  }
}

function inOrder(hosts: readonly FleetHost[], {by, seed}: Order, label: string): FleetHost[] {
  if (by === 'inventory') return [...hosts]
  const random = drawn(hosts, hosts.length, seed, ({id}) => id)
  if (by === 'random') return random
  const siteOf = ({labels}: FleetHost) => labels[label] ?? ''
  return random.sort((a, b) => (siteOf(a) < siteOf(b) ? -1 : Number(siteOf(a) > siteOf(b))))
}

/** 30,000 hosts with all their labels would make a plan that nobody can open. */
function withOnly({id, address, port, via, labels}: FleetHost, kept: readonly string[]): FleetHost {
  const some = kept.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]]))
  return {id, address, port, via, labels: Object.fromEntries(some)}
}

function countBy(hosts: readonly FleetHost[], label: string): {[value: string]: number} {
  const counts = new Map<string, number>()
  for (const {labels} of hosts) counts.set(labels[label] ?? '', (counts.get(labels[label] ?? '') ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** From the journals of this machine. */
async function restartedSince(
  fleet: string,
  unit: string,
  sinceMs: number,
  except: string | undefined,
  at: Environment,
): Promise<{run: string; hosts: string[]}[]> {
  const {runs} = await stores(at)
  const since = new Date(sinceMs).toISOString()
  const found: {run: string; hosts: string[]}[] = []
  for (const run of begunSince(await runs.ids(), sinceMs - LONGEST_RUN_MS)) {
    if (run === except) continue
    const recorded = await runs.read(run).catch(() => undefined)
    if (!recorded || !restarts(recorded.plan.runbook, recorded.plan.input, fleet, unit)) continue
    const hosts = recorded.lines.flatMap((line) =>
      line.kind === 'settled' && line.result.state === 'changed' && line.at >= since
        ? [line.result.step]
        : [],
    )
    if (hosts.length > 0) found.push({run, hosts})
  }
  return found
}

function restarts(runbook: string, input: Json, fleet: string, unit: string): boolean {
  const asked = input as {fleet?: string; unit?: string}
  return runbook === 'receivers.restart' && asked.fleet === fleet && asked.unit === unit
}
