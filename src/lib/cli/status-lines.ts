import type {Table} from '../engine/runbook.js'
import {renderTable} from '../report/table.js'
import {wrap} from '../report/wrap.js'
import {widthOf} from './screen.js'

/** Tables with an empty line between them, then what needs attention. */
export function statusLines({tables, notes}: {tables: Table[]; notes: string[]}): string[] {
  const width = widthOf(process.stdout)
  return [
    ...tables.flatMap((table, at) => [...(at > 0 ? [''] : []), ...renderTable(table, width)]),
    ...(notes.length > 0 ? ['', ...notes.flatMap((note) => wrap(note, width, '! '))] : []),
  ]
}
