import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'

/** What OpenSSH's client says [sshconnect.c, sshconnect2.c, misc.c of 9.2 and 10.0], first match first. */
const SAYS: readonly [pattern: RegExp, fault: RemoteError['fault'], kind: string, message: string][] = [
  [/IDENTIFICATION HAS CHANGED|Host key .* mismatch/, 'refused', 'host-key', 'its host key has changed'],
  [
    /Host key verification failed|No \S+ host key is known/,
    'refused',
    'host-key',
    'its host key is not the pinned one',
  ],
  [/Permission denied|Too many authentication failures/, 'refused', 'sign-in', 'it did not let us sign in'],
  [/no matching/i, 'refused', 'no-algorithm', 'no algorithm in common'],
  [/Could not resolve hostname/, 'unreachable', 'dns', 'the name does not resolve'],
  [/Connection refused/, 'unreachable', 'refused-connection', 'the connection was refused'],
  [/No route to host|Network is unreachable/, 'unreachable', 'no-route', 'there is no route to it'],
  [/timed out|Operation timed out/i, 'unreachable', 'timeout', 'no answer to the connection attempt'],
]

const LONGEST = 200

/** Why no connection came to be: nothing was sent. */
export function notConnected(stderr: string): RemoteError {
  const said = printable(stderr.trim().split('\n').at(-1) ?? '').slice(0, LONGEST)
  const [, fault = 'unreachable', kind = 'handshake', message = 'ssh could not connect'] =
    SAYS.find(([pattern]) => pattern.test(stderr)) ?? []
  return new RemoteError(fault, said === '' ? message : `${message}: ${said}`, {class: kind})
}
