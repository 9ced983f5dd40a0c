import {RemoteError} from '../../remote/fault.js'

/** Waits for what others wait for too: a signal that aborts ends this wait only. @throws RemoteError `unreachable` */
export function whileWanted<T>(waiting: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  waiting.catch(() => {})
  return new Promise((resolve, reject) => {
    const stop = () => reject(new RemoteError('unreachable', `${what}: called off`, {class: 'called-off'}))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, {once: true})
    waiting.finally(() => signal.removeEventListener('abort', stop)).then(resolve, reject)
  })
}
