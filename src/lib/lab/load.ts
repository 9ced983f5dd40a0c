import {Agent, request} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'
import {type Laps, laps} from './lap.js'

export type LoadInput = {
  /** One per instance; the clients are spread over them evenly. */
  urls: string[]
  clients: number
  /** Pause of one client between an answer and its next request. */
  paceMs: number
  /** Remember cookies and send them back, as a browser does. */
  cookies?: boolean
  method?: 'GET' | 'POST'
  /** An answer that takes longer is a failure. */
  timeoutMs?: number
}

export type Count = {total: number; failed: number}

/** Requests that were answered or failed. `total` includes the failed ones. */
export type LoadStats = Count & {
  byUrl: {[url: string]: Count}
  /** Answers by the name of the server that gave them. */
  byServer: {[server: string]: number}
  /** Failed requests by reason: `503`, `ECONNRESET`, `time-out` ... */
  reasons: {[reason: string]: number}
  longestMs: number
}

export interface Load {
  /** A copy of the counters now. */
  stats(): LoadStats
  /** What came since the last time this was asked. */
  lap: Laps['take']
  /** Lets requests in flight end (at most 2 s; what is left then is not counted), and gives the final counters. */
  stop(): Promise<LoadStats>
}

/** Steady keep-alive clients, each with one connection. Nothing is ever retried: every failure is counted. */
export function startLoad(input: LoadInput): Load {
  const stats: LoadStats = {
    total: 0,
    failed: 0,
    byUrl: Object.fromEntries(input.urls.map((url) => [url, {total: 0, failed: 0}])),
    byServer: {},
    reasons: {},
    longestMs: 0,
  }
  const lap = laps()
  const ending = new AbortController()
  const cutting = new AbortController()
  const clients = Array.from({length: input.clients}, (_, index) =>
    runClient(
      input,
      input.urls[index % input.urls.length] ?? '',
      {stats, lap},
      ending.signal,
      cutting.signal,
    ),
  )
  return {
    stats: () => structuredClone(stats),
    lap: lap.take,
    async stop() {
      ending.abort()
      const timer = setTimeout(() => cutting.abort(), 2000)
      await Promise.all(clients)
      clearTimeout(timer)
      return structuredClone(stats)
    },
  }
}

async function runClient(
  input: LoadInput,
  url: string,
  {stats, lap}: {stats: LoadStats; lap: Laps},
  ending: AbortSignal,
  cutting: AbortSignal,
): Promise<void> {
  const agent = new Agent({keepAlive: true, maxSockets: 1})
  const jar = new Map<string, string>()
  while (!ending.aborted) {
    const from = performance.now()
    const ended = lap.begin()
    const answer = await send(input, url, agent, jar, cutting)
    ended()
    if (cutting.aborted) break
    if ('failure' in answer) lap.failed()
    else lap.done()
    record(stats, url, answer, performance.now() - from)
    await sleep(input.paceMs, undefined, {signal: ending}).catch(() => {})
  }
  agent.destroy()
}

type Answer = {server: string} | {failure: string}

function send(
  input: LoadInput,
  url: string,
  agent: Agent,
  jar: Map<string, string>,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => resolve({failure: error.code ?? error.message})
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const message = request(
      url,
      {agent, signal, method: input.method ?? 'GET', headers: cookie === '' ? {} : {cookie}},
      (response) => {
        if (input.cookies) keepCookies(jar, response.headers['set-cookie'])
        const status = response.statusCode ?? 0
        response.on('error', fail)
        response.on('end', () =>
          resolve(
            status >= 200 && status < 400
              ? {server: String(response.headers['x-server'])}
              : {failure: String(status)},
          ),
        )
        response.resume()
      },
    )
    message.setTimeout(input.timeoutMs ?? 15_000, () =>
      message.destroy(Object.assign(new Error('no answer'), {code: 'time-out'})),
    )
    message.on('error', fail)
    message.end(input.method === 'POST' ? 'x=1' : undefined)
  })
}

function keepCookies(jar: Map<string, string>, lines: readonly string[] = []): void {
  for (const line of lines) {
    const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
    if (name !== undefined && value !== undefined) jar.set(name, value)
  }
}

function record(stats: LoadStats, url: string, answer: Answer, ms: number): void {
  const counts = [stats, stats.byUrl[url] ?? stats]
  for (const count of counts) count.total += 1
  stats.longestMs = Math.max(stats.longestMs, Math.round(ms))
  if ('server' in answer) {
    stats.byServer[answer.server] = (stats.byServer[answer.server] ?? 0) + 1
    return
  }
  for (const count of counts) count.failed += 1
  stats.reasons[answer.failure] = (stats.reasons[answer.failure] ?? 0) + 1
}
