import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import type {Why} from './stopper.js'

/**
 * What goes wrong with a host of a fleet. The messages leave the host out: whoever shows them names it, and equal ones are
 * grouped.
 */

const LONGEST = 200

export function shown(text: string): string {
  return printable(text).slice(0, LONGEST)
}

/** Nothing was sent that matters. */
export function unreachable(kind: string, message: string, hint?: string): RemoteError {
  return new RemoteError('unreachable', message, {class: kind, ...(hint !== undefined && {hint})})
}

export function calledOff(): RemoteError {
  return unreachable('called-off', 'called off before anything was sent')
}

/** For limits that ran out or were no longer wanted while connecting. */
export function notConnected(why: Why, ms: number, phase: string): RemoteError {
  if (why === 'called-off') return calledOff()
  return unreachable(
    'timeout',
    `${phase} within ${ms / 1000} s`,
    'The host is off, its uplink is down or slow, or a firewall drops the packets.',
  )
}

const NO_ROUTE = [
  'no-route',
  'there is no route to it',
  'Check the network of this machine, and the VPN.',
] as const
const NO_NAME = [
  'dns',
  'the name does not resolve',
  'Check the address in the inventory, and the resolver.',
] as const

/** By the error code of the system. */
const CONNECTING: Readonly<Record<string, readonly [kind: string, says: string, hint: string]>> = {
  ECONNREFUSED: [
    'refused-connection',
    'the connection was refused: nothing listens on that port',
    'Check the port, and that sshd runs there.',
  ],
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ENOTFOUND: NO_NAME,
  ENODATA: NO_NAME,
  EAI_AGAIN: NO_NAME,
  ETIMEDOUT: [
    'timeout',
    'no answer to the connection attempt',
    'The host is off, or a firewall drops the packets.',
  ],
  ECONNRESET: [
    'handshake',
    'the connection was reset',
    'Something in between, or its sshd, turns connections away.',
  ],
  EMFILE: [
    'local-limit',
    'this process has no file descriptors left',
    'Raise `ulimit -n`, or lower --width.',
  ],
  EADDRNOTAVAIL: ['local-limit', 'this machine has no ports left', 'Lower --width.'],
}

export function connectFault(error: {code?: string | undefined; message?: string}): RemoteError {
  const [kind, says, hint] = CONNECTING[error.code ?? ''] ?? [
    'no-connection',
    `it could not be connected to: ${shown(error.code ?? error.message ?? '')}`,
  ]
  return unreachable(kind, says, hint)
}

/** What a bastion said when it could not connect to the host (RFC 4254, 5.1), in the words of strerror(3). */
export function behindBastion(bastion: string, error: Error & {reason?: unknown}): RemoteError {
  if (error.reason === 1)
    return unreachable(
      'bastion',
      `the bastion ${bastion} does not forward to this address`,
      'Allow it in its sshd_config: AllowTcpForwarding yes, PermitOpen any.',
    )
  const said = error.message.toLowerCase()
  const code = said.includes('refused')
    ? 'ECONNREFUSED'
    : said.includes('route') || said.includes('unreachable')
      ? 'EHOSTUNREACH'
      : said.includes('timed out')
        ? 'ETIMEDOUT'
        : said.includes('name') || said.includes('resolve')
          ? 'ENOTFOUND'
          : undefined
  if (code === undefined)
    return unreachable('no-connection', `the bastion ${bastion} could not connect: ${shown(error.message)}`)
  const fault = connectFault(Object.assign(new Error(code), {code}))
  return unreachable(fault.class ?? '', `from the bastion ${bastion}: ${fault.message}`, fault.hint)
}

export function bastionDown(bastion: string, why: string): RemoteError {
  return unreachable('bastion', `the bastion ${bastion} does not serve: ${why}`, `Try: ssh ${bastion} true`)
}

/** The command may have run. */
export function lost(kind: string, message: string): RemoteError {
  return new RemoteError('lost', message, {
    class: kind,
    hint: 'It may have taken effect, or still run there: look at the host before you repeat it.',
  })
}

export function commandStopped(why: Why, ms: number): RemoteError {
  return why === 'timeout'
    ? lost('timeout', `the command did not end within ${ms / 1000} s`)
    : lost('called-off', 'the command was no longer waited for')
}

export function noExec(said: string): RemoteError {
  return new RemoteError('refused', `the host does not run commands: ${shown(said)}`, {
    class: 'no-exec',
    hint: 'Check MaxSessions, ForceCommand and the login shell of this user on the host.',
  })
}
