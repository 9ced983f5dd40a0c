import Papa from 'papaparse'
import type {Read} from './row.js'

const HEADER_LINES = 1

/** Comma, semicolon or tab, found out by itself; the first line names the columns. */
export function readCsv(text: string): Read {
  const {data, errors, meta} = Papa.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: true,
    transformHeader: (name) => name.trim(),
  })
  const problems = errors
    // One column has no delimiter to be found.
    .filter(({code}) => code !== 'UndetectableDelimiter')
    .map(({row, message}) => `line ${(row ?? 0) + HEADER_LINES + 1}: ${message}`)
  const twice = Object.values(meta.renamedHeaders ?? {})[0]
  if (twice !== undefined) problems.unshift(`line 1: two columns are called ${twice}`)
  return {
    rows: data.map((labels, at) => ({where: `line ${at + HEADER_LINES + 1}`, labels})),
    problems,
  }
}
