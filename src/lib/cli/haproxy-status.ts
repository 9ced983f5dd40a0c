import type {Json} from '../engine/json.js'
import {renderTable} from '../report/table.js'
import {wrap} from '../report/wrap.js'
import {readGroup} from '../runbooks/haproxy/facts.js'
import {matches, status} from '../runbooks/haproxy/status.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {widthOf} from './screen.js'
import {secrets} from './secrets.js'
import {catchSignals} from './signals.js'
import {openSystems} from './systems.js'
import {UsageError} from './usage-error.js'

/** Reads the group and renders it. @throws UsageError when the filter matches nothing: empty is never all */
export async function haproxyStatus(
  group: string,
  filter: string,
  flags: CommonFlags,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  const systems = openSystems(flags.inventory, at)
  const signals = catchSignals(() => {})
  try {
    const facts = secrets.redactAll(await readGroup(systems, {group, instances: [], skip: []}, signals.abort))
    const names = facts.instances.flatMap(({snapshot}) =>
      Object.values(snapshot?.backends ?? {}).flatMap((one) =>
        Object.keys(one.servers).map((name) => `${one.name}/${name}`),
      ),
    )
    if (!names.some((name) => matches(name, filter))) await nothingMatches(group, filter, names)
    const {tables, notes, json} = status(facts, filter)
    const width = widthOf(process.stdout)
    return {
      lines: [
        ...tables.flatMap((table, at) => [...(at > 0 ? [''] : []), ...renderTable(table, width)]),
        ...(notes.length > 0 ? ['', ...notes.flatMap((note) => wrap(note, width, '! '))] : []),
      ],
      json,
    }
  } finally {
    signals.release()
    systems.close()
  }
}

async function nothingMatches(group: string, filter: string, names: readonly string[]): Promise<never> {
  const {suggest} = await import('../inventory/suggest.js')
  const near = suggest(filter, [...names, ...names.map((name) => name.split('/')[0] ?? '')])
  throw new UsageError(
    `${group} has no backend or server ${filter}${near ? `; did you mean ${near}?` : ''}`,
    [],
    ['redeye haproxy status'],
  )
}
