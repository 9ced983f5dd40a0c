import {RemoteError} from './fault.js'

const LIMIT_MS = 5000

/** The status code of one GET; redirects are not followed. @throws RemoteError `unreachable` */
export async function httpStatus(url: string, signal: AbortSignal): Promise<number> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
    const response = await fetch(url, {redirect: 'manual', signal: limited})
    await response.body?.cancel()
    return response.status
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new RemoteError('unreachable', `GET ${url}: ${cause}`, {cause: error})
  }
}
