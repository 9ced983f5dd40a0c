import {execFile} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import {promisify} from 'node:util'

export type KeyKind = 'ed25519' | 'ecdsa' | 'rsa'

export interface LabKey {
  /** The private key; `.pub` is beside it. */
  file: string
  /** `ssh-ed25519 AAAA...`, without a comment. */
  line: string
  /** `SHA256:...`. */
  fingerprint: string
}

const command = promisify(execFile)

/** Makes a key pair with ssh-keygen. An empty passphrase leaves it unencrypted. */
export async function makeKey(file: string, kind: KeyKind = 'ed25519', passphrase = ''): Promise<LabKey> {
  const bits = kind === 'rsa' ? ['-b', '2048'] : []
  await command('ssh-keygen', ['-q', '-t', kind, ...bits, '-N', passphrase, '-C', 'lab', '-f', file])
  const {stdout} = await command('ssh-keygen', ['-l', '-f', `${file}.pub`])
  const [type = '', base64 = ''] = (await readFile(`${file}.pub`, 'utf8')).split(' ')
  return {file, line: `${type} ${base64.trim()}`, fingerprint: stdout.split(' ')[1] ?? ''}
}
