/** Counts since the last time they were taken, and who waits now. */
export interface Laps {
  /** Somebody begins to wait. @returns to be called when the wait is over */
  begin(): () => void
  done(): void
  failed(): void
  take(): {done: number; failed: number; longestMs: number}
}

export function laps(): Laps {
  const waiting = new Set<{from: number}>()
  let [done, failed, longestMs] = [0, 0, 0]
  const longer = ({from}: {from: number}) => {
    longestMs = Math.max(longestMs, Math.round(performance.now() - from))
  }
  return {
    begin() {
      const one = {from: performance.now()}
      waiting.add(one)
      return () => {
        longer(one)
        waiting.delete(one)
      }
    },
    done: () => {
      done += 1
    },
    failed: () => {
      failed += 1
    },
    take() {
      for (const one of waiting) longer(one)
      const taken = {done, failed, longestMs}
      ;[done, failed, longestMs] = [0, 0, 0]
      return taken
    },
  }
}
