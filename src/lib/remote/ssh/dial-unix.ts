import type {Duplex} from 'node:stream'
import type {ClientChannel} from 'ssh2'
import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {channelStream} from './channel-stream.js'
import {exec} from './exec.js'
import {openChannel, wasRefused} from './open-channel.js'
import type {Session} from './session.js'
import {dialSocat} from './socat.js'
import {judgeSocket, parseProbe, probeCommand} from './socket-probe.js'
import {address, describe} from './target.js'

const PROBE_MS = 10_000

/**
 * Opens a stream to a unix socket on the host: forwarded by its sshd, or through socat where sshd forwards none.
 * @throws RemoteError `unreachable` or `refused` with what exactly is wrong: nothing was sent then.
 */
export async function dialUnix(session: Session, path: string, signal: AbortSignal): Promise<Duplex> {
  checkPath(path)
  try {
    const forwarded = await forward(session, path, signal)
    if (forwarded !== undefined) return channelStream(forwarded, session, `talking to ${printable(path)}`)
    const found = await probe(session, path, signal)
    if (found !== 'socat') throw found
    return await dialSocat(session, path, signal)
  } catch (error) {
    if (signal.aborted) throw stopped(session, path)
    if (error instanceof RemoteError && error.fault !== 'lost') throw error
    // Probing only reads: however the connection ended, nothing was sent to the socket.
    throw gone(session, path, error)
  }
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
async function forward(
  session: Session,
  path: string,
  signal: AbortSignal,
): Promise<ClientChannel | undefined> {
  try {
    return await openChannel(signal, (opened) => session.client.openssh_forwardOutStreamLocal(path, opened))
  } catch (error) {
    if (wasRefused(error)) return undefined
    throw error
  }
}

async function probe(session: Session, path: string, signal: AbortSignal): Promise<'socat' | RemoteError> {
  const asked = {path, user: session.target.user, host: describe(session.target)}
  try {
    const {stdout} = await exec(session, probeCommand(path), {signal, timeoutMs: PROBE_MS})
    return judgeSocket(parseProbe(stdout), asked)
  } catch (error) {
    const silent = error instanceof RemoteError && (error.class === 'no-exec' || error.class === 'time-out')
    if (silent) return judgeSocket(parseProbe(''), asked)
    throw error
  }
}

function stopped(session: Session, path: string): RemoteError {
  const says = `connecting to ${printable(path)} on ${address(session.target)} was stopped`
  return new RemoteError('unreachable', says, {class: 'called-off'})
}

function gone(session: Session, path: string, cause: unknown): RemoteError {
  const says = `${describe(session.target)} ended the connection before ${printable(path)} was reached`
  return new RemoteError('unreachable', says, {class: 'cut-off', cause})
}
