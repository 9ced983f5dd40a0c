import type {IncomingMessage} from 'node:http'
import {Agent, request} from 'node:https'
import {RemoteError} from '../../remote/fault.js'
import {clean} from '../../text/clean.js'
import type {SecureDial} from './secure-dial.js'
import type {Address} from './target.js'

export interface Limits {
  connectMs: number
  /** Without a single byte of the answer. */
  silenceMs: number
  /** Of one answer. */
  maxBytes: number
}

export const LIMITS: Limits = {connectMs: 10_000, silenceMs: 60_000, maxBytes: 512 * 1024 * 1024}

export interface Question {
  method: 'GET' | 'POST'
  path: string
  headers: Readonly<Record<string, string>>
  body: string
  /** Says what it is in messages. */
  what: string
  /** May be sent again when the connection it was sent on turns out to have been closed before. */
  repeatable: boolean
  /** Of a long-poll: how long the server may keep silent on purpose. It gets a connection of its own. */
  holdMs?: number
}

export interface Answer {
  status: number
  type: string
  cookies: readonly string[]
  /** The text as it arrives. @throws RemoteError `lost` */
  body: AsyncIterable<string>
}

export interface Transport {
  /**
   * @param read must read the body to its end, or throw
   * @throws RemoteError `unreachable` or `refused` when nothing was sent, `lost` afterwards; what `read` throws
   */
  ask<T>(question: Question, signal: AbortSignal, read: (answer: Answer) => Promise<T>): Promise<T>
  close(): void
}

/** Connections that are idle for longer are closed by us: a write on one that the server just closed would be in doubt. */
const IDLE_MS = 10_000
const SOCKETS = 8

export function openTransport({host, port, where}: Address, secure: SecureDial, limits: Limits): Transport {
  const agents = {calls: agentOver(secure, SOCKETS), polls: agentOver(secure, Number.POSITIVE_INFINITY)}

  return {
    async ask(question, signal, read) {
      for (;;) {
        const sent = {value: false, stale: false}
        const silenceMs = limits.silenceMs + (question.holdMs ?? 0)
        const watch = watchdog(silenceMs, signal)
        let message: IncomingMessage | undefined
        try {
          message = await begin(question, watch.signal, sent)
          return await read(answerOf(message, watch, limits.maxBytes, `${where}: ${question.what}`))
        } catch (error) {
          message?.destroy()
          if (sent.stale && question.repeatable && !signal.aborted) continue
          throw failure(
            error,
            `${where}: ${question.what}`,
            sent.value,
            signal,
            watch.silent() ? silenceMs : undefined,
          )
        } finally {
          watch.stop()
        }
      }
    },
    close() {
      agents.calls.destroy()
      agents.polls.destroy()
      secure.close()
    },
  }

  function begin(
    question: Question,
    signal: AbortSignal,
    sent: {value: boolean; stale: boolean},
  ): Promise<IncomingMessage> {
    const {method, path, headers, body, holdMs} = question
    return new Promise((resolve, reject) => {
      const agent = holdMs === undefined ? agents.calls : agents.polls
      const length = {'Content-Length': String(Buffer.byteLength(body))}
      const outgoing = request({host, port, agent, method, path, signal, headers: {...headers, ...length}})
      outgoing.once('socket', () => {
        sent.value = true
      })
      outgoing.once('response', resolve)
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        sent.stale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        reject(error)
      })
      outgoing.end(body)
    })
  }
}

/** An agent whose connections are handed over only when their certificate has been accepted. */
function agentOver(secure: SecureDial, maxSockets: number): Agent {
  const agent = new Agent({keepAlive: true, maxSockets, timeout: IDLE_MS})
  agent.createConnection = (_options, made) => {
    secure.dial().then(
      (socket) => made?.(null, socket),
      // Node.js takes no stream beside an error.
      (error) => (made as (error: Error) => void)(error),
    )
    return undefined
  }
  return agent
}

interface Watchdog {
  signal: AbortSignal
  heard(): void
  silent(): boolean
  stop(): void
}

/** Ends an exchange that is called off, or in which nothing is heard for too long. */
function watchdog(ms: number, signal: AbortSignal): Watchdog {
  const end = new AbortController()
  let silent = false
  const late = () => {
    silent = true
    end.abort()
  }
  const timer = setTimeout(late, ms)
  const off = () => end.abort()
  signal.addEventListener('abort', off, {once: true})
  if (signal.aborted) off()
  return {
    signal: end.signal,
    heard() {
      timer.refresh()
    },
    silent: () => silent,
    stop() {
      clearTimeout(timer)
      signal.removeEventListener('abort', off)
    },
  }
}

function answerOf(message: IncomingMessage, watch: Watchdog, maxBytes: number, what: string): Answer {
  message.setEncoding('utf8')
  return {
    status: message.statusCode ?? 0,
    type: message.headers['content-type'] ?? '',
    cookies: message.headers['set-cookie'] ?? [],
    body: chunks(message, watch, maxBytes, what),
  }
}

async function* chunks(message: IncomingMessage, watch: Watchdog, maxBytes: number, what: string) {
  let bytes = 0
  for await (const chunk of message as AsyncIterable<string>) {
    watch.heard()
    bytes += Buffer.byteLength(chunk)
    if (bytes > maxBytes)
      throw new RemoteError('lost', `${what}: the answer is longer than ${maxBytes} bytes`, {
        class: 'too-long',
      })
    yield chunk
  }
}

function failure(
  error: unknown,
  what: string,
  sent: boolean,
  signal: AbortSignal,
  silentMs?: number,
): unknown {
  if (error instanceof RemoteError) return error
  const fault = sent ? 'lost' : 'unreachable'
  const when = sent ? 'after it was sent' : 'before anything was sent'
  if (signal.aborted) return new RemoteError(fault, `${what}: called off ${when}`, {class: 'called-off'})
  if (silentMs !== undefined)
    return new RemoteError(fault, `${what}: nothing heard for ${silentMs / 1000} s`, {
      class: 'time-out',
      hint: 'The server accepts connections and hangs, or has too much to do: look at its health.',
      cause: error,
    })
  const {code, message} = error as NodeJS.ErrnoException
  if (code === undefined) return error
  return new RemoteError(fault, `${what}: the connection was lost: ${clean(message)}`, {
    class: 'cut-off',
    hint: 'The server may have been restarted, or something on the way cut the connection.',
    cause: error,
  })
}
