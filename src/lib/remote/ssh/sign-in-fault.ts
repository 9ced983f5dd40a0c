import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {describe, type ResolvedTarget} from './target.js'

/** How far a connection has come, and what was learnt on the way. */
export interface Progress {
  phase: 'greeting' | 'key-exchange' | 'sign-in'
  /** The keys offered so far. */
  tried: string[]
  /** Keys that could not be offered, and why. */
  notes: string[]
  /** The methods the host still allows, once it has said so. */
  allowed?: string[] | undefined
  /** A key was accepted, but the host wants more. */
  partial?: boolean | undefined
  /** Why the host key was not accepted. */
  hostKey?: RemoteError
}

/** For `user@host:22 ... within 10 s`. */
export function sayPhase({phase}: Progress): string {
  switch (phase) {
    case 'greeting':
      return 'accepted the connection but did not complete an SSH greeting'
    case 'key-exchange':
      return 'did not finish the key exchange'
    case 'sign-in':
      return 'did not answer the sign-in'
  }
}

/** What an error of ssh2 before `ready` means. */
export function signInFault(
  target: ResolvedTarget,
  progress: Progress,
  error: Error & {level?: string; code?: unknown},
): RemoteError {
  if (progress.hostKey !== undefined) return progress.hostKey
  if (progress.phase === 'sign-in') return refusedSignIn(target, progress, error)
  const says = printable(error.message).slice(0, 200)
  const noMatch = /no matching (.+)/.exec(error.message)
  if (noMatch)
    return new RemoteError(
      'refused',
      `${describe(target)} and we have no ${printable(noMatch[1] ?? '')} in common`,
      {
        class: 'handshake',
        hint: 'Its SSH server is too old or too strict: SHA-1 host keys (ssh-rsa) and FIDO host keys are not supported.',
        cause: error,
      },
    )
  return new RemoteError(
    'unreachable',
    `${describe(target)} ended the connection before the key exchange: ${says}`,
    {
      class: 'handshake',
      hint: 'Check that this port is an SSH server, and whether it limits connections (MaxStartups, fail2ban).',
      cause: error,
    },
  )
}

function refusedSignIn(
  target: ResolvedTarget,
  {tried, notes, allowed, partial}: Progress,
  error: Error & {level?: string},
): RemoteError {
  const offered = tried.length > 0 ? `offered: ${tried.join(', ')}` : 'no key was offered'
  const evidence = [offered, ...notes].join('; ')
  const methods = printable((allowed ?? []).join(', '))
  if (partial === true)
    return signIn(
      `${describe(target)} accepted our key but also wants ${methods}, which is not supported (${evidence})`,
      'Allow publickey alone for this user in AuthenticationMethods of sshd_config.',
    )
  if (allowed?.includes('publickey') === false)
    return signIn(
      `${describe(target)} does not accept keys, only ${methods} (${evidence})`,
      'Set PubkeyAuthentication yes in its sshd_config; passwords and GSSAPI are not supported.',
    )
  if (error.level === 'client-authentication')
    return signIn(
      `${describe(target)} did not accept any key (${evidence})`,
      `Check the user name, and that ~${printable(target.user)}/.ssh/authorized_keys on the host has one of these keys.`,
    )
  return signIn(
    `${describe(target)} ended the sign-in: ${printable(error.message).slice(0, 200)} (${evidence})`,
    'If it was offered too many keys, set IdentityFile and IdentitiesOnly yes for this host.',
  )
}

function signIn(message: string, hint: string): RemoteError {
  return new RemoteError('refused', message, {class: 'sign-in', hint})
}
