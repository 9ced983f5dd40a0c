import {createConnection, type NetConnectOpts, type Socket} from 'node:net'
import {userInfo} from 'node:os'
import type {Dial} from './dial.js'
import {RemoteError} from './fault.js'

/** Dials a unix socket on this machine. Half-close is kept: `end()` still lets the peer answer. */
export function dialUnix(path: string): Dial {
  return (signal) => connect({path}, `the socket ${path}`, signal)
}

/** Dials a TCP port. Half-close is kept, small writes are not delayed. */
export function dialTcp(host: string, port: number): Dial {
  return (signal) => connect({host, port, noDelay: true}, `${host}:${port}`, signal)
}

function connect(where: NetConnectOpts, name: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(interrupted(name))
    const socket = createConnection({...where, allowHalfOpen: true})
    const stop = () => settle(() => reject(interrupted(name)))
    const fail = (error: NodeJS.ErrnoException) => settle(() => reject(unreachable(name, error)))
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', stop)
      socket.off('error', fail)
      end()
      if (socket.connecting) socket.destroy()
    }
    signal.addEventListener('abort', stop, {once: true})
    socket.once('error', fail)
    socket.once('connect', () => settle(() => resolve(socket)))
  })
}

function interrupted(name: string): RemoteError {
  return new RemoteError('unreachable', `the connection to ${name} was called off before it stood`, {
    class: 'called-off',
  })
}

function unreachable(name: string, error: NodeJS.ErrnoException): RemoteError {
  const [kind, says, hint] = REASONS[error.code ?? ''] ?? [
    'no-connection',
    error.message,
    'Check the address in the inventory.',
  ]
  return new RemoteError('unreachable', `cannot connect to ${name}: ${says}`, {
    class: kind,
    hint: hint.replace('USER', userName()),
    cause: error,
  })
}

const SLOW = [
  'time-out',
  'no answer to the connection attempt',
  'A firewall may drop it, or the machine is down.',
] as const

const REASONS: Record<string, readonly [kind: string, says: string, hint: string]> = {
  ENOENT: [
    'no-such-socket',
    'no such file',
    'Check the path in the inventory, and that the service runs on this machine.',
  ],
  ENOTDIR: ['no-such-socket', 'a part of the path is not a directory', 'Check the path in the inventory.'],
  EACCES: [
    'no-permission',
    'permission denied',
    'The user "USER" may not open it: run as its owner, or join the group that may write to the socket.',
  ],
  ECONNREFUSED: [
    'nobody-listens',
    'refused, nobody listens there',
    'The service is stopped, or the file is left over from one that ended: start the service.',
  ],
  EAGAIN: ['busy', 'its queue of waiting connections is full', 'The service hangs or is overloaded.'],
  EHOSTUNREACH: ['no-route', 'no route to the host', 'Check the address and the network.'],
  ENETUNREACH: ['no-route', 'no route to the network', 'Check the address and the network.'],
  ENOTFOUND: ['no-such-host', 'the name does not resolve', 'Check the host name in the inventory.'],
  EAI_AGAIN: ['no-such-host', 'the name server does not answer', 'Check DNS, or use an address.'],
  ETIMEDOUT: SLOW,
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'of this process'
  }
}
