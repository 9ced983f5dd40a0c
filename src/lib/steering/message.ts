/** What another terminal may ask of a running run; one line of JSON each way. */
export type Order = {by: string} & (
  | {do: 'look'}
  /** Answered by what the run shows, and by nothing else. */
  | {do: 'watch'}
  | {do: 'pause'}
  | {do: 'continue'}
  | {do: 'stop'}
  | {do: 'width'; width: number}
)

export type Answer = {
  ok: boolean
  /** One sentence: what will happen now, or why not. */
  says: string
  paused: boolean
  /** Absent: as each stage says. */
  width?: number
}

export const WIDEST = 10_000

/** @returns what is wrong with it, or the order */
export function readOrder(line: string): Order | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'not JSON'
  }
  const {
    do: what,
    by,
    width,
  } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (typeof by !== 'string') return 'who asks?'
  if (isPlain(what)) return {do: what, by}
  if (what !== 'width') return 'unknown order'
  if (typeof width !== 'number' || !Number.isInteger(width) || width < 1 || width > WIDEST)
    return `a width is a number from 1 to ${WIDEST}`
  return {do: 'width', by, width}
}

const PLAIN = ['look', 'watch', 'pause', 'continue', 'stop'] as const

function isPlain(what: unknown): what is (typeof PLAIN)[number] {
  return PLAIN.some((one) => one === what)
}
