import {notHaproxy} from './answers.js'

/** One line of `show stat`: a frontend, a backend or a server. Columns are read by name, absent ones are empty. */
export interface StatRow {
  proxy: string
  /** `FRONTEND`, `BACKEND` or the server's name. */
  server: string
  text(column: string): string
  /** An empty column is 0: HAProxy leaves out what does not apply. */
  number(column: string): number
}

/** Reads `show stat`. @throws RemoteError `answered` when it is something else. */
export function parseStat(text: string): StatRow[] {
  const [header, ...records] = parseCsv(text)
  if (header?.[0] !== '# pxname' || header[1] !== 'svname') return notHaproxy('show stat', 'its header', text)
  const columns = new Map(header.map((name, index) => [name.replace(/^# /, ''), index]))
  return records.map((values) => row(columns, values))
}

function row(columns: ReadonlyMap<string, number>, values: readonly string[]): StatRow {
  const line = values.join(',')
  if (values.length < columns.size - 1) notHaproxy('show stat', `${columns.size} columns`, line)
  const text = (column: string) => values[columns.get(column) ?? -1] ?? ''
  return {
    proxy: text('pxname'),
    server: text('svname'),
    text,
    number(column) {
      const value = text(column)
      return /^-?\d*$/.test(value) ? Number(value) : notHaproxy('show stat', `a number in ${column}`, line)
    },
  }
}

/** Fields may be quoted, with doubled quotes inside; a quoted field may hold commas and line ends. */
function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/y
  while (field.lastIndex < text.length) {
    const from = field.lastIndex
    const match = field.exec(text)
    if (!match) return notHaproxy('show stat', 'comma separated values', text.slice(from))
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    if (record.length > 1) records.push(record)
    record = []
  }
  return records
}
