import {readFile, stat} from 'node:fs/promises'
import type {ParsedKey} from 'ssh2'
import {parsePublicKeyLine} from './key-blob.js'

/** One identity file: what it is good for, or why it is not. */
export interface KeyFile {
  path: string
  /** Names the key among those of the agent. */
  publicKey?: Buffer
  /** Ready to sign. */
  key?: ParsedKey
  /** Why it cannot sign by itself, with what to do. */
  problem?: string
  missing?: boolean
  /** It is encrypted; the same file opened with a passphrase, or with why that does not open it. */
  unlock?(passphrase: string): Promise<KeyFile>
}

/**
 * Reads an identity file once. Like OpenSSH, ignores a private key that others can read (where `uid` is given: only when we
 * own it), and takes a public key as the name of a key that the agent holds.
 */
export async function readKeyFile(path: string, uid: number | undefined): Promise<KeyFile> {
  let text: string
  let mode: number
  let owner: number
  try {
    text = await readFile(path, 'utf8')
    ;({mode, uid: owner} = await stat(path))
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? {path, missing: true} : {path, problem: `${path} cannot be read: ${code}`}
  }
  const direct = parsePublicKeyLine(text)
  if (direct !== undefined)
    return {path, publicKey: direct, problem: `${path} is a public key; the agent lacks it`}
  const publicKey = (await besides(path)) ?? publicPart(text)
  const known = {path, ...(publicKey !== undefined && {publicKey})}
  const open = (mode & 0o077) !== 0 && (uid === undefined || uid === owner)
  if (open) return {...known, problem: `${path} can be read by others and is ignored (chmod 600 ${path})`}
  return {...known, ...(await parse(path, text, publicKey))}
}

async function parse(
  path: string,
  text: string,
  publicKey: Buffer | undefined,
  passphrase?: string,
): Promise<Omit<KeyFile, 'path'>> {
  const {default: ssh2} = await import('ssh2')
  const parsed: unknown = ssh2.utils.parseKey(text, passphrase)
  const key = (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | Error
  const type = publicKey === undefined ? '' : publicKey.toString('latin1', 4, 4 + publicKey.readUInt32BE(0))
  if (type.startsWith('sk-')) return {problem: `${path} is a FIDO key; those are not supported`}
  if (!(key instanceof Error)) {
    if (!key.isPrivateKey()) return {problem: `${path} holds no private key`}
    return {key, publicKey: key.getPublicSSH()}
  }
  if (passphrase !== undefined)
    return {
      problem: `${path} is encrypted, and the passphrase given for it does not open it (to try one: ssh-keygen -y -f ${path})`,
    }
  if (/encrypted/i.test(key.message))
    return {
      problem: `${path} is encrypted and no agent holds it (ssh-add ${path})`,
      unlock: async (given) => ({
        path,
        ...(publicKey !== undefined && {publicKey}),
        ...(await parse(path, text, publicKey, given)),
      }),
    }
  return {problem: `${path} is not a usable key (${key.message})`}
}

async function besides(path: string): Promise<Buffer | undefined> {
  try {
    return parsePublicKeyLine(await readFile(`${path}.pub`, 'utf8'))
  } catch {
    return undefined
  }
}

/** The public key that the openssh-key-v1 format carries in the clear (OpenSSH, PROTOCOL.key). */
function publicPart(text: string): Buffer | undefined {
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)-----END/.exec(text) ?? []
  if (body === undefined) return undefined
  const data = Buffer.from(body, 'base64')
  let at = 'openssh-key-v1\0'.length
  const next = () => {
    const from = at + 4
    at = from + data.readUInt32BE(at)
    return data.subarray(from, at)
  }
  try {
    for (const _ of ['cipher', 'kdf', 'kdf options']) next()
    at += 4
    const key = next()
    return key.length > 4 ? key : undefined
  } catch {
    return undefined
  }
}
