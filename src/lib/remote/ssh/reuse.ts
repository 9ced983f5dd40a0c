/** One thing that takes time to make, made when first wanted, kept while it lives, made anew after that. */
export interface Reuse<T> {
  /** Rejects at once when the signal aborts; the making stops when nobody wants it any more. */
  get(signal: AbortSignal): Promise<T>
  /** Lets go of what there is; nothing is made after that. */
  close(): void
}

export function reuse<T extends {alive(): boolean; close(): void}>(
  make: (signal: AbortSignal) => Promise<T>,
  stopped: () => Error,
): Reuse<T> {
  let ready: T | undefined
  let making: {promise: Promise<T>; waiting: number; stop: AbortController} | undefined
  let closed = false

  const begin = () => {
    const stop = new AbortController()
    const attempt = {promise: make(stop.signal), waiting: 0, stop}
    attempt.promise.then(
      (made) => {
        if (stop.signal.aborted) made.close()
        else ready = made
        if (making === attempt) making = undefined
      },
      () => {
        if (making === attempt) making = undefined
      },
    )
    return attempt
  }

  const leave = (attempt: NonNullable<typeof making>) => {
    attempt.waiting -= 1
    if (attempt.waiting > 0 || making !== attempt) return
    making = undefined
    attempt.stop.abort()
  }

  return {
    get(signal) {
      if (closed || signal.aborted) return Promise.reject(stopped())
      if (ready?.alive()) return Promise.resolve(ready)
      making ??= begin()
      const attempt = making
      attempt.waiting += 1
      return new Promise((resolve, reject) => {
        const stop = () => {
          leave(attempt)
          reject(stopped())
        }
        signal.addEventListener('abort', stop, {once: true})
        attempt.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
      })
    },
    close() {
      closed = true
      making?.stop.abort()
      making = undefined
      ready?.close()
      ready = undefined
    },
  }
}
