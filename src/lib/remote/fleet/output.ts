import type {Output} from './messages.js'

/** What a command printed, as far as it is kept. Memory is bounded by `keepBytes` however much comes. */
export interface Kept {
  add(kind: 'stdout' | 'stderr', data: Buffer): void
  finish(code: number | null, signal: string): Output
}

export function keep(keepBytes: number): Kept {
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = {stdout: [], stderr: []}
  let left = keepBytes
  let dropped = 0
  return {
    add(kind, data) {
      const fits = data.length <= left ? data : data.subarray(0, left)
      left -= fits.length
      dropped += data.length - fits.length
      // A copy: the packet it is part of may be larger, and is used again.
      if (fits.length > 0) chunks[kind].push(Buffer.from(fits))
    },
    finish: (code, signal) => ({
      code,
      signal,
      stdout: decode(chunks.stdout),
      stderr: decode(chunks.stderr),
      dropped,
    }),
  }
}

/** Bytes that are no UTF-8 become U+FFFD, also those of a character cut in half at the end. */
function decode(chunks: readonly Buffer[]): string {
  return (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8')
}
