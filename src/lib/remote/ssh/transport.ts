import {connect, type Socket} from 'node:net'
import type {Duplex} from 'node:stream'
import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {cutShort, type Limit} from './limit.js'
import {openChannel} from './open-channel.js'
import type {Session} from './session.js'
import {describe, type ResolvedTarget} from './target.js'

/** @throws RemoteError `unreachable`. */
export function connectTcp(target: ResolvedTarget, limit: Limit): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (limit.signal.aborted) return reject(cutShort(limit, describe(target), 'was not reached'))
    // Without noDelay every small packet of the handshake waits for the peer's delayed acknowledgement: 85 ms a host.
    const socket = connect({host: target.host, port: target.port, family: target.family, noDelay: true})
    const settle = (settled: () => void) => {
      limit.signal.removeEventListener('abort', stop)
      socket.removeAllListeners()
      // Whoever gets the socket listens for later errors; a destroyed one may still have one to report.
      socket.on('error', () => {})
      settled()
    }
    const stop = () =>
      settle(() => {
        socket.destroy()
        reject(cutShort(limit, describe(target), 'did not answer'))
      })
    limit.signal.addEventListener('abort', stop, {once: true})
    socket.once('connect', () => settle(() => resolve(socket)))
    socket.once('error', (error) => settle(() => reject(connectFault(target, error))))
  })
}

/** The same through a jump host we are signed in to. @throws RemoteError `unreachable`. */
export async function connectThrough(jump: Session, target: ResolvedTarget, limit: Limit): Promise<Duplex> {
  try {
    return await openChannel(limit.signal, (opened) =>
      jump.client.forwardOut('127.0.0.1', 0, target.host, target.port, opened),
    )
  } catch (error) {
    if (limit.signal.aborted) throw cutShort(limit, describe(target), 'was not reached by its jump host')
    throw forwardFault(jump, target, error as Error)
  }
}

const REASONS: Readonly<Record<string, {says: string; class: string; hint: string}>> = {
  ECONNREFUSED: {
    says: 'refused the connection: nothing listens on this port',
    class: 'nobody-listens',
    hint: 'Check the port and whether sshd runs there.',
  },
  ENOTFOUND: {
    says: 'has no address: the name is not known',
    class: 'no-such-host',
    hint: 'Check the spelling and the resolver.',
  },
  EAI_AGAIN: {
    says: 'has no address: the resolver does not answer',
    class: 'no-such-host',
    hint: 'Check the DNS of this machine.',
  },
  EHOSTUNREACH: {
    says: 'cannot be reached: no route to the host',
    class: 'no-route',
    hint: 'Check the network or the VPN.',
  },
  ENETUNREACH: {
    says: 'cannot be reached: no route to its network',
    class: 'no-route',
    hint: 'Check the network or the VPN.',
  },
  ETIMEDOUT: {
    says: 'did not answer',
    class: 'time-out',
    hint: 'Check the address, and whether the host is up.',
  },
}

function connectFault(target: ResolvedTarget, error: NodeJS.ErrnoException): RemoteError {
  // With several addresses tried, Node reports them together.
  const first =
    error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : error
  const code = first?.code ?? error.code ?? 'unknown'
  const reason = REASONS[code]
  return new RemoteError(
    'unreachable',
    `${describe(target)} ${reason?.says ?? `could not be connected to: ${code}`}`,
    {
      class: reason?.class ?? 'unreachable',
      ...(reason !== undefined && {hint: reason.hint}),
      cause: error,
    },
  )
}

/** Reason codes: RFC 4254, 5.1. */
function forwardFault(jump: Session, target: ResolvedTarget, error: Error & {reason?: unknown}): RemoteError {
  const forbidden = error.reason === 1
  const says = forbidden
    ? `does not forward connections to ${printable(target.host)}:${target.port}`
    : `could not connect to ${printable(target.host)}:${target.port} (${printable(error.message)})`
  return new RemoteError('unreachable', `the jump host ${describe(jump.target)} ${says}`, {
    class: forbidden ? 'no-forwarding' : 'behind-jump',
    hint: forbidden
      ? 'Allow it in sshd_config of the jump host: AllowTcpForwarding yes, PermitOpen any.'
      : `Run on the jump host: nc -zv ${printable(target.host)} ${target.port}`,
    cause: error,
  })
}
