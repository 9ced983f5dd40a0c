import {createPrivateKey, type KeyObject, sign} from 'node:crypto'
import type {ParsedKey} from 'ssh2'
import {RemoteError} from '../fault.js'
import {fingerprint, keyType} from '../ssh/key-blob.js'
import {type KeyFile, readKeyFile} from '../ssh/key-file.js'
import {type Agent, connectAgent} from './agent.js'
import {shown} from './faults.js'
import type {SignIn} from './messages.js'
import type {WireLibrary} from './wire.js'

/** One key to sign in with, parsed once for the whole run. */
export interface Signer {
  says: string
  key: ParsedKey
  /** What to call the signature where that differs from the key's type. */
  algorithm?: string
  sign(data: Buffer): Buffer | Promise<Buffer>
}

/** More than this, and hosts that allow six attempts would never see the right one anyway (sshd_config(5), MaxAuthTries). */
const MOST_KEYS = 6

/**
 * The keys to offer: key files first, since signing in this process costs 40 us and the agent has one answer at a time; then
 * what the agent holds.
 * @throws RemoteError `refused`, class `sign-in`, when there is none
 */
export async function signers(settings: SignIn, requests: number, library: WireLibrary): Promise<Signer[]> {
  const files = await Promise.all(settings.identityFiles.map((path) => readKeyFile(path, settings.uid)))
  const agent = await connectAgent(settings.agentSocket, requests)
  const held = await agent.keys()
  const inProcess = files.flatMap((file) => (file.key === undefined ? [] : [fileSigner(file, file.key)]))
  const wanted = settings.identitiesOnly
    ? held.filter((blob) => files.some((file) => file.key === undefined && file.publicKey?.equals(blob)))
    : held
  const found = [...inProcess, ...wanted.flatMap((blob) => agentSigner(agent, blob, library))].slice(
    0,
    MOST_KEYS,
  )
  if (found.length === 0) throw noKey(files, agent.problem)
  return found
}

/** Hashes by type of key (RFC 5656, 6.2.1; RFC 8332, 3); Ed25519 has its own. */
const HASHES: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
  'ssh-rsa': 'sha256',
}

/** The one of RFC 8332 that every server has which has any. */
const RSA = 'rsa-sha2-256'

function fileSigner(file: KeyFile, key: ParsedKey): Signer {
  // ssh2 parses the PEM again for every signature: twice the time of the signature itself.
  const secret: KeyObject = createPrivateKey(key.getPrivatePEM())
  const hash = HASHES[key.type] ?? null
  return {
    says: `${shown(file.path)} (${name(key.getPublicSSH())})`,
    key,
    ...(key.type === 'ssh-rsa' && {algorithm: RSA}),
    sign: (data) => sign(hash, data, secret),
  }
}

function agentSigner(agent: Agent, blob: Buffer, library: WireLibrary): Signer[] {
  const type = keyType(blob) ?? ''
  const parsed = library.parseKey(`${type} ${blob.toString('base64')}`)
  if (parsed instanceof Error) return []
  const key = (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey
  return [
    {
      says: `a key of the agent (${name(blob)})`,
      key,
      ...(type === 'ssh-rsa' && {algorithm: RSA}),
      sign: (data) => agent.sign(blob, data, type === 'ssh-rsa'),
    },
  ]
}

function name(blob: Buffer): string {
  return `${keyType(blob) ?? 'unknown'} ${fingerprint(blob)}`
}

function noKey(files: readonly KeyFile[], agentProblem: string | undefined): RemoteError {
  const reasons = files.map((file) => file.problem ?? (file.missing ? `${file.path} is not there` : ''))
  const because = [...reasons, agentProblem ?? 'no agent holds one'].filter((one) => one !== '').map(shown)
  return new RemoteError('refused', `there is no key to sign in with: ${because.join('; ')}`, {
    class: 'sign-in',
    hint: 'Name a key file with identity in the inventory, or start ssh-agent and run ssh-add.',
  })
}
