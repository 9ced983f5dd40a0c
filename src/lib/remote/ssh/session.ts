import type {Duplex} from 'node:stream'
import type {AuthHandlerMiddleware, Client} from 'ssh2'
import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import type {HostKeyPolicy} from './host-key.js'
import type {Identities} from './identities.js'
import {cutShort, type Limit} from './limit.js'
import {type Progress, sayPhase, signInFault} from './sign-in-fault.js'
import {describe, type ResolvedTarget} from './target.js'

/** A connection that is signed in. */
export interface Session {
  client: Client
  target: ResolvedTarget
  /** False from the moment the connection is known to be gone. */
  alive(): boolean
  /** What to throw for an exchange that the end of the connection cut off. */
  lost(doing: string): RemoteError
  close(): void
}

const KEEPALIVE_MS = 5000
const KEEPALIVES_MISSED = 3

/**
 * Key exchange, host key check and sign-in on a fresh transport. On failure the transport is closed.
 * @throws RemoteError `unreachable`; `refused`, class `host-key` or `sign-in`.
 */
export async function establish(
  transport: Duplex,
  target: ResolvedTarget,
  policy: HostKeyPolicy,
  keys: Identities,
  limit: Limit,
): Promise<Session> {
  const {default: ssh2} = await import('ssh2')
  const client = new ssh2.Client()
  const progress: Progress = {phase: 'greeting', tried: [], notes: [...keys.notes]}
  const session = watch(client, transport, target)
  await new Promise<void>((resolve, reject) => {
    const fail = (error: RemoteError) => {
      limit.signal.removeEventListener('abort', stop)
      reject(error)
      transport.destroy()
    }
    const stop = () => fail(cutShort(limit, describe(target), sayPhase(progress)))
    if (limit.signal.aborted) return stop()
    limit.signal.addEventListener('abort', stop, {once: true})
    client.on('handshake', () => {
      progress.phase = 'sign-in'
    })
    client.once('ready', () => {
      limit.signal.removeEventListener('abort', stop)
      resolve()
    })
    client.on('error', (error: Error & {level?: string}) => {
      // One key that cannot sign: ssh2 goes on with the next one.
      if (error.level === 'agent' || /^Error signing data/.test(error.message))
        progress.notes.push(printable(error.message))
      else fail(signInFault(target, progress, error))
    })
    client.once('close', () => fail(signInFault(target, progress, new Error('the connection was closed'))))
    client.connect({
      sock: transport,
      username: target.user,
      readyTimeout: 0,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVES_MISSED,
      // Servers that are not OpenSSH may forward to unix sockets too.
      strictVendor: false,
      algorithms: {serverHostKey: policy.algorithms},
      hostVerifier: (blob: Buffer) => {
        progress.phase = 'key-exchange'
        const refusal = policy.refusal(blob)
        if (refusal !== undefined) progress.hostKey = refusal
        return refusal === undefined
      },
      authHandler: offerKeys(keys, progress),
    })
  })
  return session
}

/** One key after the other, without asking first what the host allows: that would be a round trip. */
function offerKeys(keys: Identities, progress: Progress): AuthHandlerMiddleware {
  let next = 0
  return (allowed: string[] | null, partial: boolean | null, offer) => {
    progress.allowed = allowed ?? progress.allowed
    progress.partial = partial ?? progress.partial
    const pointless = progress.partial === true || progress.allowed?.includes('publickey') === false
    const attempt = pointless ? undefined : keys.attempts[next++]
    if (attempt !== undefined) progress.tried.push(attempt.says)
    // `false`: nothing left, which the declared type has forgotten.
    offer(attempt?.method ?? (false as never))
  }
}

function watch(client: Client, transport: Duplex, target: ResolvedTarget): Session {
  let alive = true
  let why = 'the connection was closed'
  // Listening first: ssh2 ends its channels as if the peer had, right after it emits this.
  client.on('close', () => {
    alive = false
  })
  client.on('end', () => {
    alive = false
    transport.destroy()
  })
  client.on('error', (error) => {
    why = printable(error.message).slice(0, 200)
  })
  return {
    client,
    target,
    // A transport that can no longer be written to has ended, though its end may not have been announced yet.
    alive: () => alive && transport.writable,
    lost: (doing) =>
      new RemoteError('lost', `the connection to ${describe(target)} was lost while ${doing} (${why})`, {
        class: 'cut-off',
        hint: 'What was sent may have taken effect: look at the host before you repeat it.',
      }),
    close() {
      alive = false
      client.end()
      transport.destroy()
    },
  }
}
