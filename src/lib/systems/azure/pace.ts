export interface Pace {
  /** Waits until this may be asked again. */
  turn(key: string, signal: AbortSignal): Promise<void>
  /** It was asked just now; the service wants this long, or said nothing. */
  asked(key: string, retryAfterMs: number | undefined): void
}

/** Keeps the time between two questions about the same thing: what the service said, or `everyMs`. */
export function pace(
  everyMs: number,
  clock: {now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void>},
): Pace {
  const next = new Map<string, number>()
  return {
    async turn(key, signal) {
      const leftMs = (next.get(key) ?? 0) - clock.now()
      if (leftMs > 0) await clock.sleep(leftMs, signal)
    },
    asked(key, retryAfterMs) {
      next.set(key, clock.now() + (retryAfterMs ?? everyMs))
    },
  }
}

/** `Retry-After`: seconds, or a date. Undefined when it is absent or neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const seconds = Number(header)
  if (header.trim() !== '' && Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
