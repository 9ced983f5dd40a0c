import {RemoteError} from '../fault.js'
import {fingerprint, keyType, publicKeyLine} from '../ssh/key-blob.js'
import type {HostSpec} from './messages.js'

export type Verdict = {trusted: true; newKey?: string} | {trusted: false; fault: RemoteError}

/**
 * Whether a host may go on with the key it shows. A host with pinned keys must show one of them: any other key, also one of
 * another type, is refused whatever else was allowed.
 */
export function checkHostKey({pins, unpinned, id}: HostSpec, blob: Buffer): Verdict {
  if (pins.length > 0)
    return pins.includes(blob.toString('base64'))
      ? {trusted: true}
      : {trusted: false, fault: changed(pins, blob)}
  if (unpinned === 'accept') return {trusted: true, newKey: publicKeyLine(blob)}
  return {
    trusted: false,
    fault: refused(
      `no host key is pinned for it; it showed ${shown(blob)}`,
      `Compare on the host itself with \`${onHost(blob)}\`, then pin it: redeye receivers keys (${id}).`,
    ),
  }
}

function changed(pins: readonly string[], blob: Buffer): RemoteError {
  const known = pins.map((pin) => shown(Buffer.from(pin, 'base64'))).join(', ')
  return refused(
    `its host key has changed: it showed ${shown(blob)}, pinned is ${known}; this is another machine, a reinstalled one, or somebody in between`,
    `Compare on the host itself with \`${onHost(blob)}\` before its key is pinned anew.`,
  )
}

function shown(blob: Buffer): string {
  return `${keyType(blob) ?? 'a key of an unknown type'} ${fingerprint(blob)}`
}

/** The command that shows the same fingerprint where nobody can be in between. */
function onHost(blob: Buffer): string {
  const kind = /ed25519|ecdsa|rsa/.exec(keyType(blob) ?? '')?.[0] ?? '*'
  return `ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub`
}

function refused(message: string, hint: string): RemoteError {
  return new RemoteError('refused', message, {class: 'host-key', hint})
}
