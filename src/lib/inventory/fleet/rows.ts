import type {Read} from './row.js'

export const FORMATS = ['csv', 'jsonl', 'ansible'] as const
export type Format = (typeof FORMATS)[number]

/** The rows of a list in one of the formats. */
export async function readRows(text: string, format: Format): Promise<Read> {
  switch (format) {
    case 'csv':
      return (await import('./read-csv.js')).readCsv(text)
    case 'jsonl':
      return (await import('./read-json-lines.js')).readJsonLines(text)
    case 'ansible':
      return (await import('./read-ansible.js')).readAnsible(text)
  }
}

/** By the name of the file; undefined when it does not tell. */
export function formatOf(file: string): Format | undefined {
  if (/\.(csv|tsv)$/i.test(file)) return 'csv'
  if (/\.(jsonl|ndjson)$/i.test(file)) return 'jsonl'
  return undefined
}
