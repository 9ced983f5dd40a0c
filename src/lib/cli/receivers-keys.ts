import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {resolve} from 'node:path'
import type {Json} from '../engine/json.js'
import type {FleetHost} from '../inventory/fleet/host.js'
import {suggest} from '../inventory/suggest.js'
import {foldedText} from '../report/fold.js'
import {wrap} from '../report/wrap.js'
import type {Environment} from './environment.js'
import {type Fleet, loadFleet, selectedBy} from './fleet.js'
import type {AskFlags} from './receivers-flags.js'
import {selectionOf} from './receivers-selection.js'
import {widthOf} from './screen.js'
import {catchSignals} from './signals.js'
import {openSystems} from './systems.js'
import {UsageError} from './usage-error.js'

type Shown = {lines: string[]; json: Json}

const AT_ONCE = 200
const ANSWER_MS = 10_000

/** Takes over the keys of a known_hosts file. Keys that are pinned already stay, whatever the file says. */
export async function importKeys(
  name: string,
  file: string | undefined,
  flags: AskFlags,
  at: Environment,
): Promise<Shown> {
  if (file === undefined) throw new UsageError('which file? redeye receivers keys import ~/.ssh/known_hosts')
  const path = resolve(at.cwd, file)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`)
  })
  const fleet = await loadFleet(name, flags, at)
  const [{importKnownHosts}, {readPinnedKeys, writePinnedKeys}] = await Promise.all([
    import('../remote/fleet/pinned-import.js'),
    import('../remote/fleet/pinned-keys.js'),
  ])
  const store = storeOf(fleet)
  const keys = await readPinnedKeys(store)
  const {added, missing, changed} = importKnownHosts(text, fleet.hosts, keys)
  if (added > 0) await writePinnedKeys(store, keys)
  return {
    lines: wrapped([
      `${added} keys are new in ${store}; ${keys.size} hosts have one`,
      ...(missing.length > 0 ? [`${missing.length} hosts are not in ${file}: ${foldedText(missing)}`] : []),
      ...(changed.length > 0
        ? [
            `! ${changed.length} hosts have other keys in ${file}; those that were pinned stay: ${foldedText(changed)}`,
          ]
        : []),
    ]),
    json: {store, added, missing, changed},
  }
}

/** Believes the hosts that have no pinned key, once: whoever answers now is who they are from now on. */
export async function scanKeys(
  name: string,
  cohort: string | undefined,
  flags: AskFlags,
  at: Environment,
): Promise<Shown> {
  const {fleet, selection} = await selectionOf(name, cohort, flags, at)
  const {hosts} = await selectedBy(fleet, selection)
  const before = await pinnedIn(fleet)
  const wanted = hosts.filter(({id, port}) => before.of(id, port).length === 0)
  const systems = openSystems(flags.inventory, at, {overrides: ['unpinned']})
  const signals = catchSignals(() => {})
  try {
    const links = await systems.fleet(name)
    const {sweep} = await import('../runbooks/receivers/sweep.js')
    const options = {timeoutMs: ANSWER_MS, connectTimeoutMs: flags['connect-timeout'], signal: signals.abort}
    await sweep(links, wanted, AT_ONCE, (link) => link.run("'true'", options))
    await links.close()
  } finally {
    signals.release()
    systems.close()
  }
  const after = await pinnedIn(fleet)
  const has = ({id, port}: FleetHost) => after.of(id, port).length > 0
  const pinned = wanted.filter(has)
  const silent = wanted.filter((host) => !has(host)).map(({id}) => id)
  return {
    lines: wrapped([
      `${pinned.length} of ${wanted.length} hosts without a key were believed, and are pinned now`,
      ...pinned.map((host) => `${host.id} ${fingerprints(after.of(host.id, host.port)).join(' ')}`),
      ...(silent.length > 0 ? [`! ${silent.length} could not be asked: ${foldedText(silent)}`] : []),
    ]),
    json: {store: storeOf(fleet), pinned: pinned.map(({id}) => id), silent},
  }
}

/** @throws UsageError when the fleet has no such host */
export async function showKeys(
  name: string,
  id: string | undefined,
  flags: AskFlags,
  at: Environment,
): Promise<Shown> {
  const fleet = await loadFleet(name, flags, at)
  const host = fleet.hosts.find((one) => one.id === id)
  if (!host) {
    const near = suggest(
      id ?? '',
      fleet.hosts.map((one) => one.id),
    )
    throw new UsageError(
      id === undefined
        ? 'which host? redeye receivers keys show HOST'
        : `there is no host ${id}${near ? ` (did you mean ${near}?)` : ''}`,
    )
  }
  const keys = fingerprints((await pinnedIn(fleet)).of(host.id, host.port))
  return {
    lines: keys.length > 0 ? keys : [`no key of ${host.id} is pinned`],
    json: {host: host.id, port: host.port, fingerprints: keys},
  }
}

function storeOf({directory, target}: Fleet): string {
  return resolve(directory, target.keys)
}

async function pinnedIn(fleet: Fleet) {
  const {readPinnedKeys} = await import('../remote/fleet/pinned-keys.js')
  return await readPinnedKeys(storeOf(fleet))
}

/** As ssh-keygen -l prints them. @param keys base64 of the raw blobs */
function fingerprints(keys: readonly string[]): string[] {
  return keys.map((key) => {
    const hash = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64')
    return `SHA256:${hash.replace(/=+$/, '')}`
  })
}

function wrapped(lines: readonly string[]): string[] {
  return lines.flatMap((line) => wrap(line, widthOf(process.stdout)))
}
