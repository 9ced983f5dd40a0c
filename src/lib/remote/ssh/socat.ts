import type {Duplex} from 'node:stream'
import type {ClientChannel} from 'ssh2'
import {RemoteError} from '../fault.js'
import {printable} from '../redact.js'
import {channelStream} from './channel-stream.js'
import {quote} from './quote.js'
import type {Session} from './session.js'
import {describe} from './target.js'

/** How long socat waits for the answer after we have closed our side; its own default is half a second. */
const ANSWER_SECONDS = 600
/** What `-d -d` prints once it is connected. */
const CONNECTED = 'starting data transfer loop'

/**
 * Reaches a unix socket through socat on the host. Resolves when socat says that it is connected.
 * @throws RemoteError `unreachable`: it could not.
 */
export function dialSocat(session: Session, path: string, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const command = `exec socat -d -d -t ${ANSWER_SECONDS} - ${quote(`UNIX-CONNECT:${escapeAddress(path)}`)}`
    session.client.exec(command, (error, channel) => {
      if (error) return reject(unreachable(session, path, error.message))
      const stop = () =>
        settle(() => channel.destroy(), new RemoteError('unreachable', 'stopped', {class: 'called-off'}))
      const settle = (then: () => void, failure?: RemoteError) => {
        signal.removeEventListener('abort', stop)
        then()
        if (failure !== undefined) reject(failure)
      }
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop, {once: true})
      const said = listen(channel, () =>
        settle(() => resolve(channelStream(channel, session, `talking to ${printable(path)}`, 'exitCode'))),
      )
      channel.once('close', () => settle(() => {}, unreachable(session, path, said())))
    })
  })
}

/** Calls back when socat is connected, and keeps the end of what it says. */
function listen(channel: ClientChannel, connected: () => void): () => string {
  let said = ''
  channel.stderr.on('data', (chunk: Buffer) => {
    const before = said.includes(CONNECTED)
    said = (said + chunk.toString()).slice(-4000)
    if (!before && said.includes(CONNECTED)) connected()
  })
  return () => said
}

/** `socat[12] E connect(5, AF=1 "/run/x", 8): Connection refused`. */
function unreachable(session: Session, path: string, said: string): RemoteError {
  const reason = / E .*: ([^:\n]+)$/m.exec(said)?.[1] ?? (said.trim().split('\n').at(-1) || 'no reason given')
  const refused = reason === 'Connection refused'
  return new RemoteError(
    'unreachable',
    `nothing answers at ${printable(path)} on ${describe(session.target)}: ${printable(reason).slice(0, 200)}`,
    {
      class: refused ? 'nobody-listens' : 'no-such-socket',
      hint: refused
        ? 'The socket is a left-over: start the service that makes it, then try again.'
        : 'Connect by hand on the host to see more: socat - UNIX-CONNECT:PATH',
    },
  )
}

/** In socat's address syntax many characters separate or group (socat(1), ADDRESS SPECIFICATIONS). */
function escapeAddress(path: string): string {
  return path.replace(/[^\p{L}\p{N}_./-]/gu, '\\$&')
}
