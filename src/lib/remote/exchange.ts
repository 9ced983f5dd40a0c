import type {Duplex} from 'node:stream'
import type {Dial} from './dial.js'
import {RemoteError} from './fault.js'

export interface ExchangeLimits {
  connectMs: number
  /** From the moment the request was sent to the end of the answer. */
  answerMs: number
  /** A longer answer is cut off and counts as lost. */
  maxBytes: number
}

/**
 * One question, one answer, one connection: dials, writes the request, half-closes and reads to the end.
 * @throws RemoteError `unreachable` (or what the dial throws) before anything was sent, `lost` afterwards.
 */
export async function exchange(
  dial: Dial,
  request: string,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<string> {
  const stream = await connect(dial, limits.connectMs, signal)
  try {
    return await converse(stream, request, limits, signal)
  } finally {
    stream.destroy()
  }
}

function connect(dial: Dial, ms: number, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(calledOff('unreachable'))
    const giveUp = new AbortController()
    const quit = (reason: RemoteError) => {
      reject(reason)
      giveUp.abort()
      leave()
    }
    const stop = () => quit(calledOff('unreachable'))
    const timer = setTimeout(() => quit(noConnection(ms)), ms)
    const leave = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
    signal.addEventListener('abort', stop, {once: true})
    dial(giveUp.signal).then(
      (stream) => {
        leave()
        if (giveUp.signal.aborted) stream.on('error', () => {}).destroy()
        resolve(stream)
      },
      (error) => {
        leave()
        reject(error)
      },
    )
  })
}

function converse(
  stream: Duplex,
  request: string,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(calledOff('unreachable'))
    const chunks: Buffer[] = []
    let bytes = 0
    const lose = (error: RemoteError) => {
      leave()
      reject(error)
    }
    const stop = () => lose(calledOff('lost'))
    const timer = setTimeout(() => lose(noAnswer(limits.answerMs)), limits.answerMs)
    const leave = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
    signal.addEventListener('abort', stop, {once: true})
    stream.on('error', (error) => lose(cutOff(error.message, error)))
    stream.on('close', () => lose(cutOff('closed in the middle of the answer')))
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > limits.maxBytes) lose(tooLong(limits.maxBytes))
    })
    stream.on('end', () => {
      leave()
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
    stream.end(request)
  })
}

function calledOff(fault: 'unreachable' | 'lost'): RemoteError {
  const when = fault === 'lost' ? 'after the request was sent' : 'before anything was sent'
  return new RemoteError(fault, `the exchange was called off ${when}`, {class: 'called-off'})
}

function noConnection(ms: number): RemoteError {
  return new RemoteError('unreachable', `no connection within ${ms / 1000} s`, {
    class: 'time-out',
    hint: 'The machine is down, overloaded, or a firewall drops the packets.',
  })
}

function noAnswer(ms: number): RemoteError {
  return new RemoteError('lost', `no complete answer within ${ms / 1000} s`, {
    class: 'time-out',
    hint: 'The peer accepted the connection and hangs: look at its CPU and its log.',
  })
}

function cutOff(why: string, cause?: unknown): RemoteError {
  return new RemoteError('lost', `the connection was lost: ${why}`, {
    class: 'cut-off',
    hint: 'The peer may have been restarted or killed: look whether it runs.',
    cause,
  })
}

function tooLong(maxBytes: number): RemoteError {
  return new RemoteError('lost', `the answer is longer than ${maxBytes} bytes`, {class: 'too-long'})
}
