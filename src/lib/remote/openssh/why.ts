import {access, readFile} from 'node:fs/promises'
import {printable} from '../../text/clean.js'

/**
 * Why a sign-in with these keys needs the OpenSSH program: certificates and FIDO keys are beyond ssh2. Empty where it does not.
 * @param identityFiles absolute paths of private keys
 */
export async function whyOpenssh(identityFiles: readonly string[]): Promise<string> {
  for (const file of identityFiles) {
    const hasCertificate = await access(`${file}-cert.pub`).then(
      () => true,
      () => false,
    )
    if (hasCertificate) return `${printable(file)} has a certificate`
    const type = await readFile(`${file}.pub`, 'utf8').catch(() => '')
    if (type.startsWith('sk-')) return `${printable(file)} is a FIDO key`
  }
  return ''
}
