import {access} from 'node:fs/promises'
import type {AnyAuthMethod, ParsedKey} from 'ssh2'
import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {agentKeys, agentWith} from './agent.js'
import {fingerprint} from './key-blob.js'
import {type KeyFile, readKeyFile} from './key-file.js'
import {describe, type ResolvedTarget} from './target.js'

/** One key to offer, as ssh2 wants it, and how an error names it. */
export interface Attempt {
  method: AnyAuthMethod
  says: string
}

export interface Identities {
  attempts: Attempt[]
  /** What could not be used and why; shown when signing in fails. */
  notes: string[]
}

/**
 * The keys to offer, in OpenSSH's order: configured keys the agent holds, its other keys (unless only the configured ones may
 * be used), then configured keys read from their files, opened with the passphrase where they are encrypted.
 * @throws RemoteError `refused`, class `sign-in`, when there is none.
 */
export async function identities(
  target: ResolvedTarget,
  uid: number | undefined,
  signal: AbortSignal,
): Promise<Identities> {
  const files = await Promise.all(target.identityFiles.map((path) => readKeyFile(path, uid)))
  const {keys, problem} = await agentKeys(target.agentSocket, signal)
  const held = (file: KeyFile) => keys.find((key) => file.publicKey?.equals(key.getPublicSSH()))

  const configured = files.flatMap((file) => held(file) ?? [])
  const others = target.identitiesOnly ? [] : keys.filter((key) => !configured.includes(key))
  const fromFiles = await Promise.all(
    files.filter((file) => !held(file)).map((file) => unlocked(file, target.passphrase, signal)),
  )

  const attempts: Attempt[] = []
  for (const key of [...configured, ...others])
    attempts.push({
      method: {type: 'agent', username: target.user, agent: await agentWith(key, target.agentSocket ?? '')},
      says: `${printable(key.comment) || 'a key'} of the agent (${keyName(key)})`,
    })
  for (const {key, path} of fromFiles)
    if (key !== undefined)
      attempts.push({
        method: {type: 'publickey', username: target.user, key},
        says: `${printable(path)} (${keyName(key)})`,
      })

  const notes = [...(problem === undefined ? [] : [problem]), ...(await complaints(files, fromFiles))].map(
    printable,
  )
  if (attempts.length === 0) throw nothingToOffer(target, notes)
  return {attempts, notes}
}

async function unlocked(
  file: KeyFile,
  passphrase: ResolvedTarget['passphrase'],
  signal: AbortSignal,
): Promise<KeyFile> {
  if (file.unlock === undefined || passphrase === undefined) return file
  try {
    return await file.unlock(await inTime(passphrase(), signal))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {...file, problem: `${file.path} is encrypted, and there is no passphrase for it: ${why}`}
  }
}

function inTime<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error('it was not there in time'))
    if (signal.aborted) late()
    signal.addEventListener('abort', late, {once: true})
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
}

async function complaints(files: readonly KeyFile[], unheld: readonly KeyFile[]): Promise<string[]> {
  const missing = files.filter((file) => file.missing).map((file) => file.path)
  const certificates = await Promise.all(
    files.map(({path}) =>
      access(`${path}-cert.pub`).then(
        () => [`${path}-cert.pub is not used: certificates are not supported`],
        () => [],
      ),
    ),
  )
  return [
    ...unheld.flatMap((file) => file.problem ?? []),
    ...certificates.flat(),
    ...(missing.length > 0 ? [`not found: ${missing.join(', ')}`] : []),
  ]
}

function nothingToOffer(target: ResolvedTarget, notes: readonly string[]): RemoteError {
  const agent =
    target.agentSocket === undefined ? 'no ssh-agent is known (SSH_AUTH_SOCK)' : 'the agent has none'
  return new RemoteError(
    'refused',
    `there is no key to sign in to ${describe(target)} with: ${[agent, ...notes].join('; ')}`,
    {class: 'sign-in', hint: 'Start ssh-agent and run `ssh-add`, or set IdentityFile for this host.'},
  )
}

function keyName(key: ParsedKey): string {
  return `${key.type} ${fingerprint(key.getPublicSSH())}`
}
