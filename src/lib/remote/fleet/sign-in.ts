import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import type {HostSpec} from './messages.js'
import type {Signer} from './signers.js'
import type {Wire, WireHandlers} from './wire.js'

export type SignInParts = {host: HostSpec; user: string; signers: readonly Signer[]}

export type SignInEvents = {
  /** Signed in, if the host agrees: what needs no answer may follow at once. */
  sendAhead(): void
  done(): void
  refused(fault: RemoteError): void
}

type SignInHandlers = Pick<WireHandlers, 'SERVICE_ACCEPT' | 'USERAUTH_SUCCESS' | 'USERAUTH_FAILURE'>

/**
 * Offers the keys, each with its signature at once: asking first whether a key would do costs a round trip (RFC 4252, 7).
 * Ahead of the answer only the first one, on a fresh connection that is given up when that was wrong.
 */
export function startSignIn(
  parts: SignInParts,
  events: SignInEvents,
): {start(wire: Wire): void; handlers: SignInHandlers} {
  const {host, signers} = parts
  const lockStep = host.lockStep
  let next = 0
  let over = false
  const offer = (wire: Wire, then?: () => void) => {
    const signer = signers[next++]
    if (signer === undefined) return refuse('')
    wire.authPK(parts.user, signer.key, signer.algorithm, (data, done) => {
      const signature = signer.sign(data)
      const use = (ready: Buffer) => {
        if (over) return
        done(ready)
        then?.()
      }
      if (Buffer.isBuffer(signature)) use(signature)
      else signature.then(use, (error: Error) => refuse(`${signer.says}: ${printable(error.message)}`))
    })
  }
  const refuse = (detail: string) => {
    if (over) return
    over = true
    events.refused(signInRefused(parts, detail))
  }
  return {
    start(wire) {
      wire.service('ssh-userauth')
      if (!lockStep) offer(wire, events.sendAhead)
    },
    handlers: {
      SERVICE_ACCEPT: (wire) => {
        if (lockStep) offer(wire)
      },
      USERAUTH_SUCCESS: () => {
        if (over || next === 0) return
        over = true
        events.done()
      },
      USERAUTH_FAILURE: (wire, methods, partial) => {
        if (over) return
        const pointless = partial || !methods.includes('publickey')
        if (pointless || !lockStep || next >= signers.length) refuse(partial ? wantsMore(methods) : '')
        else offer(wire)
      },
    },
  }
}

function wantsMore(methods: readonly string[]): string {
  return `it accepted the key, but also wants ${printable(methods.join(', ')).slice(0, 100)}`
}

export function signInRefused({user, signers}: SignInParts, detail: string): RemoteError {
  const offered = signers.map((signer) => signer.says).join(', ')
  const more = detail === '' ? '' : `; ${detail}`
  return new RemoteError(
    'refused',
    `it did not let ${printable(user)} sign in; offered: ${offered}${more}`.slice(0, 600),
    {
      class: 'sign-in',
      hint: `Check the user name, and that ~${printable(user)}/.ssh/authorized_keys there has one of these keys.`,
    },
  )
}
