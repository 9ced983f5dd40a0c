/**
 * Bounds a wait by a limit (none when undefined) and a signal. What is waited for goes on, and its end is nobody's business any more.
 * @throws an `AbortError` or a `TimeoutError`
 */
export function within<T>(waiting: Promise<T>, ms: number | undefined, signal: AbortSignal): Promise<T> {
  waiting.catch(() => {})
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
    const stop = () => {
      leave()
      reject(named('AbortError', 'called off'))
    }
    const late = (limit: number) => () => {
      leave()
      reject(named('TimeoutError', `no answer within ${limit / 1000} s`))
    }
    const timer = ms === undefined ? undefined : setTimeout(late(ms), ms)
    signal.addEventListener('abort', stop, {once: true})
    if (signal.aborted) return stop()
    waiting.finally(leave).then(resolve, reject)
  })
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), {name})
}
