import {z} from 'zod'
import {type SecretRef, secretRef} from './secret.js'

/** How to sign in to a host; what is absent comes from the OpenSSH configuration. */
export interface Ssh {
  host: string
  port?: number
  user?: string
  identityFiles?: string[]
  passphrase?: SecretRef
  hostKey?: string
  jump?: string[]
}

const host = z
  .string()
  .regex(/^[^\s/@-][^\s/@]*$/, {error: 'expected a host name, an address or a name of the ssh configuration'})
const HOST_KEY = /^SHA256:[A-Za-z0-9+/]{43}$|^(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+=*(?: .*)?$/
const JUMP = /^(?:[^\s@]+@)?(?:\[[0-9a-fA-F:.]+\]|[^\s:@[\]-][^\s:@[\]]*)(?::\d{1,5})?$/

/** A name of the ssh configuration, or the parts. */
export const ssh = z.union([
  host.transform((alias): Ssh => ({host: alias})),
  z
    .strictObject({
      host,
      port: z.int().min(1).max(65535).exactOptional(),
      user: z.string().min(1).exactOptional(),
      identity: z.array(z.string().min(1)).min(1).exactOptional(),
      passphrase: secretRef.meta({description: 'opens encrypted identities'}).exactOptional(),
      hostKey: z
        .string()
        .regex(HOST_KEY, {error: 'expected SHA256:... or a whole public key line (ssh-ed25519 AAAA...)'})
        .exactOptional(),
      jump: z
        .array(z.string().regex(JUMP, {error: 'expected [user@]host[:port]'}))
        .meta({description: 'hosts to go through, outermost first; [] for none'})
        .exactOptional(),
    })
    .transform(({identity, ...rest}): Ssh => ({...rest, ...(identity && {identityFiles: identity})})),
])

/** As it is written in the inventory. */
export function showSsh({identityFiles, ...rest}: Ssh): z.input<typeof ssh> {
  const {host: alias, ...more} = rest
  if (!identityFiles && Object.keys(more).length === 0) return alias
  return {...rest, ...(identityFiles && {identity: identityFiles})}
}
