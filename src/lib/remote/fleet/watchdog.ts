export interface Watched {
  /** Messages since the last time this was asked. */
  signs(): number
}

export interface Watchdog<T> {
  watch(one: T): void
  forget(one: T): void
  close(): void
}

/**
 * Tells of those that gave no sign of life for so long. Counted in rounds of a timer, not by the clock: after this process was
 * stopped or slept, the others get their time again.
 */
export function watchdog<T extends Watched>(
  silentMs: number,
  silent: (one: T) => void,
  roundMs = silentMs / 10,
): Watchdog<T> {
  const quiet = new Map<T, number>()
  const most = Math.ceil(silentMs / roundMs)
  const timer = setInterval(() => {
    for (const [one, rounds] of quiet) {
      const now = one.signs() > 0 ? 0 : rounds + 1
      quiet.set(one, now)
      if (now < most) continue
      quiet.delete(one)
      silent(one)
    }
  }, roundMs)
  timer.unref()
  return {
    watch: (one) => void quiet.set(one, 0),
    forget: (one) => void quiet.delete(one),
    close: () => clearInterval(timer),
  }
}
