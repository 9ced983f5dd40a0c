import {connect as connectTcp, type Socket} from 'node:net'
import {connect as connectTls} from 'node:tls'

export type RespReply = string | number | null | RespReply[]

/** What the server answers with `-`: `MOVED 42 127.0.1.1:7000`, `ERR ...`. */
export class RespError extends Error {
  override name = 'RespError'
}

export type RespTarget = ({host: string; port: number} | {path: string}) & {
  password?: string
  /** PEM texts. */
  tls?: {ca: string; cert: string; key: string; servername: string}
  /** An answer that takes longer ends the connection. */
  timeoutMs: number
}

export interface Resp {
  /** @throws RespError when the server says no, Error with a `code` when the connection fails */
  send(args: string[]): Promise<RespReply>
  close(): void
}

type Waiting = {resolve(reply: RespReply): void; reject(error: Error): void; timer: NodeJS.Timeout}

/** One connection that speaks RESP 2; nothing is ever sent twice. Signs in first when there is a password. */
export async function openResp(to: RespTarget): Promise<Resp> {
  const socket = to.tls && 'host' in to ? connectTls({...to, ...to.tls}) : connectTcp(to)
  const resp = converse(socket, to.timeoutMs)
  try {
    if (to.password !== undefined) await resp.send(['AUTH', to.password])
    return resp
  } catch (error) {
    resp.close()
    throw error
  }
}

function converse(socket: Socket, timeoutMs: number): Resp {
  const waiting: Waiting[] = []
  let rest: Buffer = Buffer.alloc(0)
  let broken: Error | undefined

  const end = (error: Error) => {
    broken ??= error
    for (const one of waiting.splice(0)) {
      clearTimeout(one.timer)
      one.reject(broken)
    }
    socket.destroy()
  }
  socket.setNoDelay(true)
  socket.on('error', end)
  socket.on('close', () => end(failure('closed')))
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    try {
      for (let parsed = parse(rest, 0); parsed; parsed = parse(rest, 0)) {
        rest = rest.subarray(parsed.end)
        answer(waiting.shift(), parsed.reply)
      }
    } catch (error) {
      end(error as Error)
    }
  })
  return {
    send: (args) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken)
        const timer = setTimeout(() => end(failure('time-out')), timeoutMs)
        waiting.push({resolve, reject, timer})
        socket.write(encode(args))
      }),
    close: () => end(failure('closed')),
  }
}

function answer(one: Waiting | undefined, reply: RespReply | RespError): void {
  clearTimeout(one?.timer)
  if (reply instanceof RespError) one?.reject(reply)
  else one?.resolve(reply)
}

function encode(args: readonly string[]): string {
  const bulks = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`)
  return `*${args.length}\r\n${bulks.join('')}`
}

type Parsed = {reply: RespReply | RespError; end: number}

/** The reply that starts here, or undefined while it is not complete [redis.io, RESP protocol spec]. */
function parse(buffer: Buffer, start: number): Parsed | undefined {
  const line = buffer.indexOf('\r\n', start)
  if (line < 0) return undefined
  const text = buffer.toString('utf8', start + 1, line)
  const end = line + 2
  switch (String.fromCharCode(buffer[start] ?? 0)) {
    case '+':
      return {reply: text, end}
    case '-':
      return {reply: new RespError(text), end}
    case ':':
      return {reply: Number(text), end}
    case '$':
      return parseBulk(buffer, end, Number(text))
    case '*':
      return parseArray(buffer, end, Number(text))
    default:
      throw new Error(`this is no RESP 2: ${JSON.stringify(buffer.toString('latin1', start, start + 20))}`)
  }
}

function parseBulk(buffer: Buffer, start: number, length: number): Parsed | undefined {
  if (length < 0) return {reply: null, end: start}
  const end = start + length + 2
  return buffer.length < end ? undefined : {reply: buffer.toString('utf8', start, end - 2), end}
}

function parseArray(buffer: Buffer, start: number, length: number): Parsed | undefined {
  const replies: RespReply[] = []
  let end = start
  for (let index = 0; index < length; index += 1) {
    const one = parse(buffer, end)
    if (!one) return undefined
    replies.push(one.reply instanceof RespError ? one.reply.message : one.reply)
    end = one.end
  }
  return {reply: length < 0 ? null : replies, end}
}

function failure(code: 'closed' | 'time-out'): Error {
  return Object.assign(new Error(code === 'closed' ? 'the connection was closed' : 'no answer in time'), {
    code,
  })
}
