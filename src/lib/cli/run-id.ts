import {randomInt} from 'node:crypto'

const LETTERS = 'bcdfghjkmnpqrstvwxz'

/** `20261122-031455-kfqw`: sorts by time (UTC); the four letters are enough to name it. */
export function newRunId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const letters = Array.from({length: 4}, () => LETTERS[randomInt(LETTERS.length)])
  return `${time}-${letters.join('')}`
}
