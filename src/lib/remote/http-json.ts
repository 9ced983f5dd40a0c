import {RemoteError} from './fault.js'

const LIMIT_MS = 10_000

/** `body` is the text itself where it is no JSON, and undefined where there is none. */
export type JsonAnswer = {status: number; body: unknown}

/** What a GET with these headers answered. @throws RemoteError `unreachable` */
export async function getJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  return await exchange('GET', url, {headers}, signal)
}

/**
 * Sends JSON.
 * @throws RemoteError `unreachable` when nobody was there; `lost` when it may have arrived and no answer came
 */
export async function sendJson(
  method: 'POST' | 'PATCH' | 'DELETE',
  url: string,
  headers: Readonly<Record<string, string>>,
  content: unknown,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const body = content === undefined ? {} : {body: JSON.stringify(content)}
  return await exchange(
    method,
    url,
    {...body, headers: {'content-type': 'application/json', ...headers}},
    signal,
  )
}

async function exchange(
  method: string,
  url: string,
  init: {headers: Readonly<Record<string, string>>; body?: string},
  signal: AbortSignal,
): Promise<JsonAnswer> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
    const response = await fetch(url, {...init, method, redirect: 'error', signal: limited})
    return {status: response.status, body: parsed(await response.text())}
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined
    const nothingSent = NOT_CONNECTED.has((cause as NodeJS.ErrnoException | undefined)?.code ?? '')
    const why = cause?.message || (error instanceof Error ? error.message : String(error))
    // The path may be a secret, as that of a webhook is.
    const says = `${method} ${originOf(url)}: ${why}`
    throw new RemoteError(method === 'GET' || nothingSent ? 'unreachable' : 'lost', says, {cause: error})
  }
}

const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'])

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'an address that is none'
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
