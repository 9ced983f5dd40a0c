import {failing} from '../engine/failure.js'
import type {Json} from '../engine/json.js'
import {stateTable} from '../runbooks/linux/service-table.js'
import {readStatus, type UnitStatus} from '../systems/linux/read-status.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {hostsOf} from './linux-hosts.js'
import {unitNamed} from './linux-input.js'
import {reading} from './reading.js'
import {statusLines} from './status-lines.js'

type Seen = {name: string} & ({status: UnitStatus} | {error: unknown})

/** The unit on each host, and what it said where it does not run. @throws when no host at all could be asked */
export async function unitStatus(
  unit: string,
  names: readonly string[],
  flags: CommonFlags,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  const named = unitNamed(unit)
  const hosts = await hostsOf(names, flags.inventory, at)
  const seen = await reading(flags.inventory, at, (systems, signal) =>
    Promise.all(
      hosts.map(async ({name}): Promise<Seen> => {
        try {
          return {name, status: await readStatus(await systems.linux(name), named, signal)}
        } catch (error) {
          return {name, error}
        }
      }),
    ),
  )
  const [first] = seen
  if (first && 'error' in first && seen.every((one) => 'error' in one)) throw first.error
  return {lines: statusLines({tables: [tableOf(seen)], notes: notesOf(seen)}), json: jsonOf(named, seen)}
}

function tableOf(seen: readonly Seen[]) {
  const answered = seen.flatMap((one) => ('status' in one ? [[one.name, one.status] as const] : []))
  const table = stateTable(Object.fromEntries(answered))
  const rows = new Map(table.rows.map((row) => [row[0], row]))
  const empty = table.columns.slice(2).map(() => '-')
  return {...table, rows: seen.map(({name}) => rows.get(name) ?? [name, 'no answer', ...empty])}
}

function notesOf(seen: readonly Seen[]): string[] {
  return seen.flatMap((one) => {
    if ('error' in one) return [`${one.name}: ${failing(one.error).message}`]
    const {unit, journal} = one.status
    return [
      ...(unit.load === 'not-found' ? [`${one.name}: there is no unit ${unit.id}`] : []),
      ...(unit.needsReload ? [`${one.name}: its files were changed since systemd read them`] : []),
      ...journal.map((line) => `${one.name}: ${line}`),
    ]
  })
}

function jsonOf(unit: string, seen: readonly Seen[]): Json {
  return {
    unit,
    hosts: seen.map((one) =>
      'status' in one
        ? {host: one.name, ...one.status.unit, journal: one.status.journal}
        : {host: one.name, failed: {...failing(one.error)}},
    ),
  }
}
