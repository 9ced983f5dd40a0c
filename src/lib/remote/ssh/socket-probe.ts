import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {quote} from './quote.js'

/** What a host says about a unix socket, as the user we are there. */
export interface SocketProbe {
  /** The host runs our commands at all. */
  ran: boolean
  exists: boolean
  socket: boolean
  writable: boolean
  /** The kernel knows a listener of this name; false also where it is in another mount or network namespace. */
  listening: boolean
  socat: boolean
  /** The outermost directory on the way that we may not enter. */
  blockedBy?: string
  /** `srw-rw---- 1 haproxy haproxy`. */
  owner?: string
}

/** One line, absolute paths and builtins: it must work in any login shell and with any PATH. */
const SCRIPT = [
  'p=$1; echo redeye-probe',
  '[ -e "$p" ] && echo exists',
  '[ -S "$p" ] && echo socket',
  '[ -w "$p" ] && echo writable',
  'command -v socat >/dev/null 2>&1 && echo socat',
  'o=$(ls -ld -- "$p" 2>/dev/null) && echo "owner $o"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
  'd=${p%/*}; b=; while [ -n "$d" ]; do [ -d "$d" ] && [ ! -x "$d" ] && b=$d; d=${d%/*}; done; [ -n "$b" ] && echo "blocked $b"',
  '[ -r /proc/net/unix ] && while read -r _ _ _ f _ _ _ q; do [ "$f" = 00010000 ] && [ "$q" = "$p" ] && echo listening; done </proc/net/unix',
  'exit 0',
].join('; ')

export function probeCommand(path: string): string {
  return `/bin/sh -c ${quote(SCRIPT)} sh ${quote(path)}`
}

export function parseProbe(stdout: string): SocketProbe {
  const lines = stdout.split('\n')
  const after = (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1)
  const owner = /^\S+ +\d+ \S+ +\S+/.exec(after('owner') ?? '')?.[0]
  const blockedBy = after('blocked')
  return {
    ran: lines.includes('redeye-probe'),
    exists: lines.includes('exists'),
    socket: lines.includes('socket'),
    writable: lines.includes('writable'),
    listening: lines.includes('listening'),
    socat: lines.includes('socat'),
    ...(blockedBy !== undefined && {blockedBy}),
    ...(owner !== undefined && {owner}),
  }
}

/**
 * What to do after the host refused to forward to a socket, for which it gives one reason whatever the cause: try socat, or
 * say what is wrong. Pure.
 */
export function judgeSocket(
  probe: SocketProbe,
  asked: {path: string; user: string; host: string},
): 'socat' | RemoteError {
  const path = printable(asked.path)
  const user = printable(asked.user)
  const host = asked.host
  if (!probe.ran)
    return new RemoteError(
      'refused',
      `${host} does not forward to ${path}, and runs no command for ${user} that would tell why`,
      {
        class: 'no-forwarding',
        hint: 'Set AllowStreamLocalForwarding yes in its sshd_config; check ForceCommand.',
      },
    )
  if (probe.blockedBy !== undefined)
    return noPermission(
      `${user} may not enter ${printable(probe.blockedBy)} on ${host}, where ${path} would be`,
      user,
    )
  if (!probe.exists)
    return new RemoteError('unreachable', `there is no socket ${path} on ${host}`, {
      class: 'no-such-socket',
      hint: `Check that the service runs there and which path its configuration has: ls -l ${path}`,
    })
  if (!probe.socket)
    return new RemoteError('unreachable', `${path} on ${host} is not a socket`, {
      class: 'no-such-socket',
      hint: 'Correct the path in the inventory.',
    })
  if (!probe.writable) {
    const owner = probe.owner === undefined ? '' : ` (${printable(probe.owner)})`
    return noPermission(`${user} may not connect to ${path} on ${host}${owner}`, user)
  }
  if (probe.socat) return 'socat'
  const disabled = 'forwarding to unix sockets is disabled in its sshd'
  return new RemoteError(
    'refused',
    `${host} does not forward to ${path}: ${probe.listening ? disabled : `nobody listens there, or ${disabled}`}; socat is not installed`,
    {
      class: 'no-forwarding',
      hint: 'Set AllowStreamLocalForwarding yes in its sshd_config, or install socat on it.',
    },
  )
}

function noPermission(message: string, user: string): RemoteError {
  return new RemoteError('refused', message, {
    class: 'no-permission',
    hint: `Add ${user} to the group that owns it, or sign in as a user who may.`,
  })
}
