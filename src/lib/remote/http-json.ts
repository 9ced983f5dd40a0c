import {RemoteError} from './fault.js'

const LIMIT_MS = 10_000

/** What a GET with these headers answered; `body` is undefined where it is no JSON. @throws RemoteError `unreachable` */
export async function getJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{status: number; body: unknown}> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
    const response = await fetch(url, {headers, redirect: 'error', signal: limited})
    const text = await response.text()
    return {status: response.status, body: parsed(text)}
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new RemoteError('unreachable', `GET ${new URL(url).origin}: ${cause}`, {cause: error})
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
