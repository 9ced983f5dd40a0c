import type {PeerCertificate} from 'node:tls'
import {RemoteError} from '../../remote/fault.js'
import {clean} from '../../text/clean.js'

/** The server has another certificate than the pinned one. Nothing was sent. */
export function wrongPin(where: string, pin: string, seen: PeerCertificate): RemoteError {
  return new RemoteError(
    'refused',
    `${where}: its certificate has the thumbprint ${seen.fingerprint256}, where ${pin} is pinned; nothing was sent`,
    {
      class: 'thumbprint-mismatch',
      hint: `Somebody may be in between, or the certificate was renewed. Ask whoever runs it; if it was renewed: thumbprint: "${seen.fingerprint256}"`,
    },
  )
}

/** A certificate that was not accepted. @param seen undefined when it could not be looked at */
export function untrusted(
  where: string,
  target: string,
  code: string,
  why: string,
  seen?: PeerCertificate,
): RemoteError {
  const [kind, says] = REASONS[code] ?? ['untrusted-certificate', `cannot be trusted: ${clean(why)}`]
  const print = seen?.fingerprint256
  const whose = seen
    ? ` of ${clean(nameOf(seen.subject) || 'nobody')}, issued by ${clean(nameOf(seen.issuer) || 'nobody')},`
    : ''
  return new RemoteError('refused', `${where}: the certificate${whose} ${says}`, {
    class: kind,
    hint: print
      ? `Its SHA-256 thumbprint is ${print}. Compare it with what the console of the server shows; if it is the same, pin it in the inventory: vsphere: {${target}: {thumbprint: "${print}"}}. Or name the authority: ca: FILE.`
      : `Name its authority in the inventory: vsphere: {${target}: {ca: FILE}}, or pin its thumbprint.`,
  })
}

const PRIVATE = ['untrusted-certificate', 'is signed by an authority that is not known here'] as const
const REASONS: Readonly<Record<string, readonly [kind: string, says: string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['untrusted-certificate', 'is signed by itself'],
  SELF_SIGNED_CERT_IN_CHAIN: PRIVATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: PRIVATE,
  UNABLE_TO_GET_ISSUER_CERT: PRIVATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: PRIVATE,
  CERT_HAS_EXPIRED: ['expired-certificate', 'has expired'],
  CERT_NOT_YET_VALID: ['expired-certificate', 'is not valid yet: compare the clocks'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['wrong-name', 'is for another name'],
}

/** Whether a failed connection failed for its certificate. */
export function isCertificateFault(code: string): boolean {
  return code in REASONS || /CERT|SIGNATURE|ISSUER|CRL/.test(code)
}

function nameOf(subject: PeerCertificate['subject'] | undefined): string {
  const name = subject?.CN ?? subject?.O ?? ''
  return Array.isArray(name) ? name.join(', ') : name
}
