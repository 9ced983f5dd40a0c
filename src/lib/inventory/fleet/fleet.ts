import {type Columns, type FleetHost, hostOf, wrongLabel} from './host.js'
import type {Read, Row} from './row.js'

/** A list of hosts that cannot be used: every problem has its place, and nothing was contacted. */
export class FleetError extends Error {
  override name = 'FleetError'
  readonly problems: string[]

  constructor(source: string, problems: string[]) {
    const shown = problems.slice(0, SHOWN)
    const more = problems.length - shown.length
    super([`${source} cannot be used`, ...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n  '))
    this.problems = problems
  }
}

const SHOWN = 10

/** The hosts of a list, in its order. @throws FleetError */
export function fleetOf(
  {rows, problems}: Read,
  columns: Columns,
  bastions: ReadonlySet<string>,
  source: string,
): FleetHost[] {
  const badLabel = wrongLabel(labelNames(rows))
  const wrong = [...problems, ...(badLabel === undefined ? [] : [badLabel])]
  const hosts: FleetHost[] = []
  const first = new Map<string, string>()
  for (const row of rows) {
    const host = hostOf(row, columns, bastions)
    if (typeof host === 'string') {
      wrong.push(`${row.where}: ${host}`)
      continue
    }
    const earlier = first.get(host.id)
    if (earlier !== undefined) wrong.push(`${row.where}: ${host.id} is there already, at ${earlier}`)
    first.set(host.id, row.where)
    hosts.push(host)
  }
  if (rows.length === 0 && wrong.length === 0) wrong.push('it has no host')
  if (wrong.length > 0) throw new FleetError(source, wrong)
  return hosts
}

/** Rows of a table share their columns, so the first names nearly all; others may have more. */
function labelNames(rows: readonly Row[]): Set<string> {
  const names = new Set<string>()
  for (const {labels} of rows) for (const label in labels) names.add(label)
  return names
}
