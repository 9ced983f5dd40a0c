import {randomInt} from 'node:crypto'

const LETTERS = 'bcdfghjkmnpqrstvwxz'

/** `20261122-031455-kfqw`: sorts by time (UTC); the four letters are enough to name it. */
export function newRunId(nowMs: number): string {
  const letters = Array.from({length: 4}, () => LETTERS[randomInt(LETTERS.length)])
  return `${timeText(nowMs)}-${letters.join('')}`
}

/** Those that began after a moment (ms since the epoch): old journals need not be read for what no longer matters. */
export function begunSince(ids: readonly string[], sinceMs: number): string[] {
  const since = timeText(sinceMs)
  return ids.filter((id) => id >= since)
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
}
