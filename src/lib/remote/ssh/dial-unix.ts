import type {Duplex} from 'node:stream'
import type {ClientChannel} from 'ssh2'
import {RemoteError} from '../fault.js'
import {printable} from '../redact.js'
import {channelStream} from './channel-stream.js'
import {exec} from './exec.js'
import type {Session} from './session.js'
import {dialSocat} from './socat.js'
import {judgeSocket, parseProbe, probeCommand} from './socket-probe.js'
import {address, describe} from './target.js'

const PROBE_MS = 5000

/**
 * Opens a stream to a unix socket on the host: forwarded by its sshd, or through socat where sshd forwards none.
 * @throws RemoteError `unreachable` or `refused` with what exactly is wrong: nothing was sent then.
 */
export async function dialUnix(session: Session, path: string, signal: AbortSignal): Promise<Duplex> {
  checkPath(path)
  const forwarded = await forward(session, path, signal)
  if (forwarded !== undefined) return channelStream(forwarded, session, `talking to ${printable(path)}`)
  const found = await probe(session, path, signal)
  if (found !== 'socat') throw found
  return dialSocat(session, path, signal)
}

/** @throws RemoteError `refused`, class `usage`, for what cannot be the path of a socket (unix(7)). */
export function checkPath(path: string): void {
  const wrong = !path.startsWith('/')
    ? 'is not absolute'
    : Buffer.byteLength(path) > 107
      ? 'is longer than the 107 bytes a socket path may have'
      : /[\p{C}\\]/u.test(path)
        ? 'has control characters or backslashes'
        : undefined
  if (wrong !== undefined)
    throw new RemoteError('refused', `the socket path "${printable(path)}" ${wrong}`, {class: 'usage'})
}

/** `undefined`: the host said no, for whatever reason. */
function forward(session: Session, path: string, signal: AbortSignal): Promise<ClientChannel | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(stopped(session, path))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, {once: true})
    session.client.openssh_forwardOutStreamLocal(path, (error, channel) => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) channel?.destroy()
      else if (!error) resolve(channel)
      else if (session.alive()) resolve(undefined)
      else reject(gone(session, path))
    })
  })
}

async function probe(session: Session, path: string, signal: AbortSignal): Promise<'socat' | RemoteError> {
  const asked = {path, user: session.target.user, host: describe(session.target)}
  try {
    const {stdout} = await exec(session, probeCommand(path), {signal, timeoutMs: PROBE_MS})
    return judgeSocket(parseProbe(stdout), asked)
  } catch (error) {
    // A probe only reads: whatever happened to it, nothing was sent to the socket.
    if (signal.aborted) return stopped(session, path)
    if (!session.alive()) return gone(session, path)
    if (error instanceof RemoteError) return judgeSocket(parseProbe(''), asked)
    throw error
  }
}

function stopped(session: Session, path: string): RemoteError {
  const says = `connecting to ${printable(path)} on ${address(session.target)} was stopped`
  return new RemoteError('unreachable', says, {class: 'called-off'})
}

function gone(session: Session, path: string): RemoteError {
  const says = `${describe(session.target)} ended the connection before ${printable(path)} was reached`
  return new RemoteError('unreachable', says, {class: 'cut-off'})
}
