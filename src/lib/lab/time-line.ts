import {appendFileSync, renameSync, statSync} from 'node:fs'
import {readFile} from 'node:fs/promises'

/** What one load client has seen in about a second. */
export type Second = {
  /** When it ended; milliseconds since 1970, here and below. */
  at: number
  /** Answered or acknowledged. */
  done: number
  failed: number
  /** The longest that ended in it, or still waits. */
  longestMs: number
  /** A read-back of everything written ended: so many acknowledged writes were gone that no earlier one had missed. */
  readBack?: {began: number; lost: number}
}

const EVERY_MS = 1000
/** About three hours; as many again are in the file before. */
const MOST_BYTES = 1 << 20

/** What the clients of a part saw, second by second. */
export function lineFileOf(dir: string): string {
  return `${dir}/load.line`
}

/** Appends a line every second until it is stopped. */
export function keepTimeLine(file: string, take: () => Omit<Second, 'at'>): {stop(): void} {
  const write = () => {
    if ((statSync(file, {throwIfNoEntry: false})?.size ?? 0) > MOST_BYTES) renameSync(file, `${file}.old`)
    appendFileSync(file, `${JSON.stringify({at: Date.now(), ...take()})}\n`, {mode: 0o600})
  }
  const timer = setInterval(write, EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      write()
    },
  }
}

/** Everything that is still there, oldest first. */
export async function readTimeLine(file: string): Promise<Second[]> {
  const [old, now] = await Promise.all(
    [`${file}.old`, file].map((one) => readFile(one, 'utf8').catch(() => '')),
  )
  // The last line may be half written.
  const rows = `${old}${now}`.split('\n').slice(0, -1)
  return rows.map((row) => JSON.parse(row) as Second)
}

export type Spell = {
  done: number
  failed: number
  longestMs: number
  /** Undefined until everything was read back after the spell. */
  lost?: number
}

/** The sum from a moment to another one, and on while requests that began before the end had not ended. */
export function spellOf(line: readonly Second[], from: number, to: number): Spell {
  const since = line.filter(({at}) => at > from)
  const past = since.findIndex(({at, longestMs}) => at - Math.max(longestMs, EVERY_MS) > to)
  const within = past === -1 ? since : since.slice(0, past)
  const checks = since.flatMap(({readBack}) => (readBack ? [readBack] : []))
  const settled = checks.findIndex(({began}) => began >= to)
  const lost = sum(checks.slice(0, settled + 1).map((one) => one.lost))
  return {
    done: sum(within.map((one) => one.done)),
    failed: sum(within.map((one) => one.failed)),
    longestMs: Math.max(0, ...within.map((one) => one.longestMs)),
    ...(settled !== -1 && {lost}),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
