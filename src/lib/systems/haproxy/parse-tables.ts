import {notHaproxy} from './answers.js'

/** Names of the stick-tables in `show table`. A table in a backend has the backend's name. */
export function parseTables(text: string): Set<string> {
  const lines = text.split('\n').filter((line) => line !== '')
  return new Set(
    lines.map(
      (line) => /^# table: ([^,]+), type: /.exec(line)?.[1] ?? notHaproxy('show table', 'a table', line),
    ),
  )
}
