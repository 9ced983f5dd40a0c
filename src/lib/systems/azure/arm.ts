import {saidNo} from './errors.js'
import type {Session, Tools} from './session.js'

export type ArmAnswer = {status: number; header(name: string): string | undefined; body: unknown}

/** Plain requests to Azure Resource Manager, through the pipeline of the SDK: same sign-in, same retries. */
export interface Arm {
  /** @param path from `/subscriptions` on, with its query but without the version */
  get(path: string, version: string, signal: AbortSignal): Promise<unknown>
  /** All pages of a list. */
  list(path: string, version: string, signal: AbortSignal): Promise<unknown[]>
  /** A whole URL that the service gave us, as it is; any status is an answer, except 401, 429 and 5xx. */
  follow(url: string, signal: AbortSignal): Promise<ArmAnswer>
}

const MOST_PAGES = 50

export function openArm(session: Session, endpoint: string): Arm {
  async function ask(url: string, signal: AbortSignal): Promise<ArmAnswer> {
    const what = `GET ${new URL(url).pathname.split('/').slice(-2).join('/')}`
    return await session.call(what, signal, (tools) => request(tools, what, trusted(url, endpoint), signal))
  }
  async function read(url: string, signal: AbortSignal): Promise<unknown> {
    const answer = await ask(url, signal)
    if (answer.status >= 300) throw refusalOf(url, answer)
    return answer.body
  }
  const at = (path: string, version: string) =>
    `${endpoint}${path}${path.includes('?') ? '&' : '?'}api-version=${version}`
  return {
    get: (path, version, signal) => read(at(path, version), signal),
    follow: ask,
    async list(path, version, signal) {
      const all: unknown[] = []
      let next: string | undefined = at(path, version)
      for (let page = 0; next !== undefined && page < MOST_PAGES; page += 1) {
        const {value = [], nextLink} = (await read(next, signal)) as {value?: unknown[]; nextLink?: string}
        all.push(...value)
        next = nextLink
      }
      return all
    },
  }
}

/** The token goes along: only to the endpoint itself, or to a regional one below it. */
function trusted(url: string, endpoint: string): string {
  const [there, here] = [new URL(url), new URL(endpoint)]
  const below = there.hostname.endsWith(`.${here.hostname}`) && there.port === here.port
  if (there.protocol === 'https:' && (there.host === here.host || below)) return url
  throw saidNo(
    `GET ${there.host}`,
    {status: 400, code: 'ForeignAddress', message: `not below ${here.host}`},
    false,
  )
}

async function request(
  {client, http}: Tools,
  what: string,
  url: string,
  abortSignal: AbortSignal,
): Promise<ArmAnswer> {
  const {createPipelineRequest} = await import('@azure/core-rest-pipeline')
  const sent = createPipelineRequest({url, method: 'GET', abortSignal})
  sent.headers.set('accept', 'application/json')
  const response = await client.pipeline.sendRequest(http, sent)
  const body = parsed(response.bodyAsText)
  const answer = {status: response.status, header: (name: string) => response.headers.get(name), body}
  if (answer.status === 401 || answer.status === 429 || answer.status >= 500) throw refusalOf(what, answer)
  return answer
}

export function errorOf(body: unknown): {code: string; message: string} {
  const {error} = (body ?? {}) as {error?: {code?: unknown; message?: unknown}}
  return {code: String(error?.code ?? ''), message: String(error?.message ?? '')}
}

function refusalOf(what: string, {status, body}: ArmAnswer) {
  const named = what.startsWith('http')
    ? `GET ${new URL(what).pathname.split('/').slice(-2).join('/')}`
    : what
  return saidNo(named, {status, ...errorOf(body)}, false)
}

function parsed(text: string | null | undefined): unknown {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
