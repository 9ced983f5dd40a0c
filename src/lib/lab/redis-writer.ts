import {setTimeout as sleep} from 'node:timers/promises'
import {openResp, type Resp, RespError, type RespReply, type RespTarget} from './resp.js'

/** How a client reaches a cluster. */
export type RedisClientInput = {
  nodes: {host: string; port: number}[]
  /** An answer that takes longer is an error; 10 s unless said, longer than a failover that fails. */
  timeoutMs?: number
} & Pick<RespTarget, 'password' | 'tls'>

export interface Writer {
  /** The answer, however many redirects and attempts it takes; undefined when it was cut. */
  ask(args: string[]): Promise<RespReply | undefined>
  close(): void
}

type Seen = {redirected(): void; failed(reason: string): void}

const AGAIN_MS = 20

/** One sequential client of one slot: it remembers who answered last, and asks around after a failure. */
export function openWriter(
  {nodes, timeoutMs = 10_000, password, tls}: RedisClientInput,
  tag: string,
  cut: AbortSignal,
  seen: Seen,
): Writer {
  let turn = [...tag].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  let target = nodes[turn % nodes.length] ?? {host: '', port: 0}
  let open: Promise<Resp> | undefined

  const drop = () => {
    open?.then((resp) => resp.close()).catch(() => {})
    open = undefined
  }
  cut.addEventListener('abort', drop, {once: true})

  async function attempt(args: string[]): Promise<RespReply> {
    const how = {timeoutMs, ...(password !== undefined && {password}), ...(tls && {tls})}
    open ??= openResp({...target, ...how})
    return await (await open).send(args)
  }

  /** Where the server says that it is to be asked. */
  async function follow(redirect: Redirect, args: string[]): Promise<RespReply | undefined> {
    seen.redirected()
    if (redirect.kind === 'ASK') return await askThere({...redirect.to, timeoutMs}, args)
    drop()
    target = redirect.to
    return undefined
  }

  async function asElsewhere(error: unknown): Promise<void> {
    if (cut.aborted) return
    seen.failed(reasonOf(error))
    if (!(error instanceof RespError)) {
      drop()
      turn += 1
      target = nodes[turn % nodes.length] ?? target
    }
    await sleep(AGAIN_MS, undefined, {signal: cut}).catch(() => {})
  }

  return {
    async ask(args) {
      while (!cut.aborted) {
        try {
          return await attempt(args)
        } catch (error) {
          const redirect = redirectOf(error)
          const answer = redirect ? await follow(redirect, args).catch(asElsewhere) : await asElsewhere(error)
          if (answer !== undefined) return answer
        }
      }
      return undefined
    },
    close: drop,
  }
}

type Redirect = {kind: 'MOVED' | 'ASK'; to: {host: string; port: number}}

/** `MOVED 3999 127.0.0.1:6381` [redis.io, cluster specification]. */
function redirectOf(error: unknown): Redirect | undefined {
  if (!(error instanceof RespError)) return undefined
  const [, kind, host, port] = /^(MOVED|ASK) \d+ (.*):(\d+)$/.exec(error.message) ?? []
  if (host === undefined) return undefined
  return {kind: kind === 'ASK' ? 'ASK' : 'MOVED', to: {host, port: Number(port)}}
}

async function askThere(to: RespTarget, args: string[]): Promise<RespReply> {
  const resp = await openResp(to)
  try {
    await resp.send(['ASKING'])
    return await resp.send(args)
  } finally {
    resp.close()
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RespError) return error.message.split(' ')[0] ?? 'ERR'
  return (error as {code?: string}).code ?? String(error)
}
