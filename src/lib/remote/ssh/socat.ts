import type {Duplex} from 'node:stream'
import type {ClientChannel} from 'ssh2'
import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {channelStream} from './channel-stream.js'
import {openChannel} from './open-channel.js'
import {quote} from './quote.js'
import type {Session} from './session.js'
import {describe} from './target.js'

/** How long socat waits for the answer after we have closed our side; its own default is half a second. */
const ANSWER_SECONDS = 600
/** What `-d -d` prints once it is connected. */
const CONNECTED = 'starting data transfer loop'

/**
 * Reaches a unix socket through socat on the host. Resolves when socat says that it is connected.
 * @throws RemoteError `unreachable`: it could not. The signal's reason when that aborts.
 */
export async function dialSocat(session: Session, path: string, signal: AbortSignal): Promise<Duplex> {
  const address = quote(`UNIX-CONNECT:${escapeAddress(path)}`)
  const command = `exec socat -d -d -t ${ANSWER_SECONDS} - ${address}`
  const channel = await openChannel(signal, (opened) => session.client.exec(command, opened))
  try {
    await connected(channel, signal, (said) => unreachable(session, path, said))
  } catch (error) {
    channel.destroy()
    throw error
  }
  return channelStream(channel, session, `talking to ${printable(path)}`, 'exitCode')
}

function connected(
  channel: ClientChannel,
  signal: AbortSignal,
  failed: (said: string) => RemoteError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, {once: true})
    let said = ''
    channel.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000)
      if (!said.includes(CONNECTED)) return
      signal.removeEventListener('abort', stop)
      resolve()
    })
    // Not the end of the channel: that waits for somebody to read stdout.
    channel.stderr.once('end', () => {
      signal.removeEventListener('abort', stop)
      reject(failed(said))
    })
  })
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
