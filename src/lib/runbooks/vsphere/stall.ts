/** What should change while a host empties. */
export interface Progress {
  running: number
  percent: number
}

/** Measures how long nothing has changed. */
export function stallWatch(now: () => number): {sinceMs(seen: Progress): number; restart(): void} {
  let last: {seen: Progress; at: number} | undefined
  return {
    sinceMs(seen) {
      const changed = !last || last.seen.running !== seen.running || last.seen.percent !== seen.percent
      if (changed) last = {seen, at: now()}
      return now() - (last?.at ?? now())
    },
    restart() {
      last = undefined
    },
  }
}
