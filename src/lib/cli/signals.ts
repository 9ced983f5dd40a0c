const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The two stages of being told to stop. */
export interface Signals {
  /** Aborts on the first signal: start nothing new. */
  stopping: AbortSignal
  /** Aborts on the second, or on the first while nothing has been changed yet. */
  abort: AbortSignal
  /** From now on something may be half done, so the first signal only stops. */
  changing(): void
  /** Puts the default behaviour back. */
  release(): void
}

/** @param told called at each signal with what it does */
export function catchSignals(told: (says: string) => void): Signals {
  const stop = new AbortController()
  const abort = new AbortController()
  let changing = false

  const onSignal = () => {
    if (!stop.signal.aborted) {
      stop.abort()
      if (changing) return told('finishing the running step, starting nothing new; Ctrl-C again aborts it')
    }
    if (!abort.signal.aborted) abort.abort()
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return {
    stopping: stop.signal,
    abort: abort.signal,
    changing: () => {
      changing = true
    },
    release: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal)
    },
  }
}
