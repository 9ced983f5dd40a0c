import {execFile} from 'node:child_process'
import {writeFile} from 'node:fs/promises'
import {promisify} from 'node:util'

/** Paths of PEM files, and the name in the certificate. Servers and clients of a lab use the same one. */
export interface LabCertificates {
  ca: string
  cert: string
  key: string
  servername: string
}

/** A private authority and a certificate of it for one name (or `IP:ADDRESS`), valid for a day; by openssl. */
export async function makeCertificates(dir: string, servername = 'redis.lab'): Promise<LabCertificates> {
  const [ca, caKey, cert, key] = [
    `${dir}/ca.pem`,
    `${dir}/ca.key`,
    `${dir}/redis.pem`,
    `${dir}/redis.key`,
  ] as const
  const [request, names] = [`${dir}/redis.csr`, `${dir}/redis.ext`]
  await writeFile(
    names,
    `subjectAltName=${servername.startsWith('IP:') ? servername : `DNS:${servername}`}\n`,
  )
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await openssl('req', '-x509', ...fresh, '-days', '1', '-subj', '/CN=lab', '-keyout', caKey, '-out', ca)
  await openssl(
    'req',
    ...fresh,
    '-subj',
    `/CN=${servername.replace('IP:', '')}`,
    '-keyout',
    key,
    '-out',
    request,
  )
  const sign = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '1', '-extfile', names]
  await openssl('x509', '-req', '-in', request, ...sign, '-out', cert)
  return {ca, cert, key, servername}
}

async function openssl(...args: string[]): Promise<void> {
  await promisify(execFile)('openssl', args)
}
