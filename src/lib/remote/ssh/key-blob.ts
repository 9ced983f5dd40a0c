import {createHash} from 'node:crypto'

/** The type a public key names itself (RFC 4253, 6.6: its first string), or `undefined` when it is malformed. */
export function keyType(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined
  const length = blob.readUInt32BE(0)
  if (length === 0 || length > 64 || blob.length < 4 + length) return undefined
  const type = blob.toString('latin1', 4, 4 + length)
  return /^[a-z0-9@.-]+$/.test(type) ? type : undefined
}

/** `SHA256:...` without padding, as ssh-keygen prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** `ssh-ed25519 AAAA...`. */
export function publicKeyLine(blob: Buffer): string {
  return `${keyType(blob) ?? 'unknown-type'} ${blob.toString('base64')}`
}

/** The key of a line such as a `.pub` file has, or `undefined`. */
export function parsePublicKeyLine(line: string): Buffer | undefined {
  const [type, base64 = ''] = line.trim().split(/\s+/)
  const blob = Buffer.from(base64, 'base64')
  return type !== undefined && keyType(blob) === type ? blob : undefined
}
