import {createHash} from 'node:crypto'
import type {Entry} from '../engine/ports.js'

/** One journal line: numbered, timed, and tied to the line before (the first one to the plan) by SHA-256. */
export type Line = Entry & {n: number; at: string; prev: string}

export function hash(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}

export function encode(entry: Entry, n: number, atMs: number, prev: string): string {
  return JSON.stringify({n, at: new Date(atMs).toISOString(), prev, ...entry})
}

export class JournalDamaged extends Error {
  override name = 'JournalDamaged'
  constructor(
    readonly file: string,
    readonly line: number,
    what: string,
  ) {
    super(`${file}, line ${line}: ${what}; what follows cannot be trusted`)
  }
}

export interface Decoded {
  lines: Line[]
  /** Bytes that hold whole lines; what follows is a torn last line. */
  bytes: number
  /** Ties the next line. */
  last: string
}

/**
 * Reads a journal back and checks its chain. A last line without its line feed, or cut in the middle, is dropped: the
 * process was killed while writing it.
 * @throws JournalDamaged for anything else, with the line number
 */
export function decode(text: string, seed: string, file: string): Decoded {
  const rows = text.split('\n')
  rows.pop()
  const lines: Line[] = []
  let last = seed
  let bytes = 0
  for (const [at, row] of rows.entries()) {
    const line = parse(row)
    if (!line) throw new JournalDamaged(file, at + 1, 'this is not a journal line')
    if (line.prev !== last)
      throw new JournalDamaged(file, at + 1, 'the line before it was changed or removed')
    if (line.n !== at + 1) throw new JournalDamaged(file, at + 1, `it is numbered ${line.n}`)
    lines.push(line)
    last = hash(row)
    bytes += Buffer.byteLength(row) + 1
  }
  return {lines, bytes, last}
}

function parse(row: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(row)
    return typeof value === 'object' && value !== null && 'kind' in value ? (value as Line) : undefined
  } catch {
    return undefined
  }
}
