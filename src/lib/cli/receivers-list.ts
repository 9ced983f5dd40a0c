import type {Json} from '../engine/json.js'
import type {Table} from '../engine/runbook.js'
import type {FleetHost} from '../inventory/fleet/host.js'
import {foldedText} from '../report/fold.js'
import {wrap} from '../report/wrap.js'
import type {Environment} from './environment.js'
import type {HostFlags} from './receivers-flags.js'
import {counted, telling} from './receivers-labels.js'
import {selectionOf} from './receivers-selection.js'
import {widthOf} from './screen.js'
import {statusLines} from './status-lines.js'
import {UsageError} from './usage-error.js'

/** Values of a label that are shown; the others are summed up. */
const VALUES = 20
const HOSTS_TEXT = 300

/** What a selection means: how many, split by labels, and which. Contacts nobody. */
export async function receiversList(
  name: string,
  cohort: string | undefined,
  flags: HostFlags & {by?: string[] | undefined; ids: boolean},
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  const {fleet, hosts, ids, words} = await selectionOf(name, cohort, flags, at)
  const split = flags.by?.map((label) => ({label, values: known(hosts, label)})) ?? telling(hosts)
  const json = {
    fleet: name,
    words,
    of: fleet.hosts.length,
    hosts: hosts.length,
    by: Object.fromEntries(split.map(({label, values}) => [label, Object.fromEntries(values)])),
    ids,
  }
  if (flags.ids) return {lines: ids, json}
  const width = widthOf(process.stdout)
  return {
    lines: [
      ...wrap(`${hosts.length} of ${fleet.hosts.length} hosts of ${name}: ${words}`, width),
      ...wrap(foldedText(ids, HOSTS_TEXT), width, '  '),
      ...split.flatMap(({label, values}) => [
        '',
        ...statusLines({tables: [tableOf(label, values)], notes: []}),
      ]),
    ],
    json,
  }
}

/** @throws UsageError for a label that none of them has */
function known(hosts: readonly FleetHost[], label: string): [string, number][] {
  const values = counted(hosts, label)
  if (values.length === 1 && values[0]?.[0] === '') {
    const labels = [...new Set(hosts.flatMap((host) => Object.keys(host.labels)))].sort()
    throw new UsageError(`--by ${label}: none of these hosts has it`, [
      `their labels are ${labels.join(', ')}`,
    ])
  }
  return values
}

function tableOf(label: string, counts: readonly [string, number][]): Table {
  const shown = counts.slice(0, VALUES)
  const rest = counts.slice(VALUES)
  const others = rest.reduce((sum, [, count]) => sum + count, 0)
  return {
    columns: [
      {name: label, shrink: true},
      {name: 'hosts', align: 'right'},
    ],
    rows: [
      ...shown.map(([value, count]) => [value || '(none)', String(count)]),
      ...(rest.length > 0 ? [[`${rest.length} others`, String(others)]] : []),
    ],
  }
}
