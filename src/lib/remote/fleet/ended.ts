import {RemoteError} from '../fault.js'
import {connectFault, shown, unreachable} from './faults.js'

/** How far a connection came. In `session` it is signed in. */
export type Phase = 'greeting' | 'key-exchange' | 'sign-in' | 'session'

/** What the end of a connection means by how far it came; nothing was sent that matters. */
export function endedIn(phase: Phase, detail: string): RemoteError {
  switch (phase) {
    case 'greeting':
      if (/ECONNRESET|EPIPE/.test(detail)) return connectFault({code: 'ECONNRESET'})
      return unreachable(
        'handshake',
        `no SSH server answered: ${shown(detail)}`,
        'Check that this port is its sshd, and whether it limits connections (MaxStartups, fail2ban).',
      )
    case 'key-exchange':
      if (/no matching/.test(detail))
        return new RemoteError('refused', `no algorithm in common: ${shown(detail)}`, {
          class: 'no-algorithm',
          hint: 'Its SSH server is too old or too strict; the OpenSSH program may be able to: ssh -v to it.',
        })
      return unreachable('handshake', `the key exchange failed: ${shown(detail)}`)
    case 'sign-in':
      return unreachable('handshake', `the connection ended while signing in: ${shown(detail)}`)
    case 'session':
      return unreachable('cut-off', `the connection was lost: ${shown(detail)}`)
  }
}
