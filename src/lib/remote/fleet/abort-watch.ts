/** Calls back when a signal aborts: one listener for each signal, however many wait for it. */
export interface AbortWatch {
  /** @returns how to stop listening */
  on(signal: AbortSignal, aborted: () => void): () => void
}

export function abortWatch(): AbortWatch {
  const waiting = new WeakMap<AbortSignal, Set<() => void>>()
  return {
    on(signal, aborted) {
      let all = waiting.get(signal)
      if (all === undefined) {
        const fresh = new Set<() => void>()
        waiting.set(signal, fresh)
        signal.addEventListener('abort', () => call(fresh), {once: true})
        all = fresh
      }
      const own = all
      own.add(aborted)
      return () => own.delete(aborted)
    },
  }
}

function call(all: ReadonlySet<() => void>): void {
  for (const one of all) one()
}
