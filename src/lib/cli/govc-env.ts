import {UsageError} from './usage-error.js'

type Env = Readonly<Record<string, string | undefined>>

/** Name of the target that the environment describes. */
export const GOVC = 'govc'

/** Whether the environment names a vCenter. An inventory with vsphere targets goes before it. */
export function impliesVsphere(env: Env): boolean {
  return (env.GOVC_URL ?? '') !== ''
}

export interface GovcTarget {
  /** Without user and password. */
  url: string
  user: string
  password: string
  /** Paths. */
  ca: string[]
  thumbprint?: string
  insecure: boolean
}

/**
 * What govc would connect to [src: govmomi 0.56]. User and password go before those in the URL, and a value that is the
 * path of a readable file stands for its content. A pin is looked up by `host:port` in the files of known hosts.
 * @param read the text of a file; undefined when it cannot be read
 * @throws UsageError when the environment cannot be meant
 */
export function govcTarget(env: Env, read: (path: string) => string | undefined): GovcTarget {
  const url = parseUrl(env.GOVC_URL ?? '')
  const user = contentOr(env.GOVC_USERNAME, read) || decodeURIComponent(url.username)
  const password = contentOr(env.GOVC_PASSWORD, read) || decodeURIComponent(url.password)
  if (user === '' || password === '') throw unnamed(user === '' ? 'GOVC_USERNAME' : 'GOVC_PASSWORD')
  const insecure = /^(?:1|true)$/i.test(env.GOVC_INSECURE ?? '')
  const thumbprint = pinOf(hostPort(url), paths(env.GOVC_TLS_KNOWN_HOSTS), read)
  url.username = ''
  url.password = ''
  return {
    url: url.href,
    user,
    password,
    ca: paths(env.GOVC_TLS_CA_CERTS),
    ...(thumbprint !== undefined && {thumbprint}),
    insecure,
  }
}

/** `vc.example.net`, `user:pass@vc.example.net`, `https://vc.example.net/sdk` */
function parseUrl(text: string): URL {
  const url = URL.parse(/^\w+:\/\//.test(text) ? text : `https://${text}`)
  if (url?.protocol !== 'https:' || url.hostname === '')
    // The value may hold a password.
    throw new UsageError('GOVC_URL is not the https address of a vCenter', [
      'redeye speaks https only: GOVC_URL=https://vc.example.net/sdk',
    ])
  url.pathname = url.pathname === '/' ? '/sdk' : url.pathname.replace(/\/$/, '')
  return url
}

function contentOr(value: string | undefined, read: (path: string) => string | undefined): string {
  if (value === undefined || value === '') return ''
  return read(value)?.trim() ?? value
}

function paths(list: string | undefined): string[] {
  return (list ?? '').split(':').filter((one) => one !== '')
}

function hostPort(url: URL): string {
  return `${url.hostname}:${url.port || '443'}`
}

/** Lines are `host:port thumbprint`; the last one counts. */
function pinOf(
  host: string,
  files: readonly string[],
  read: (path: string) => string | undefined,
): string | undefined {
  const lines = files.flatMap((path) => (read(path) ?? '').split(/\r?\n/))
  return lines
    .map((line) => line.trim().split(/\s+/))
    .findLast(([known = '', pin]) => pin !== undefined && (known === host || `${known}:443` === host))?.[1]
}

function unnamed(variable: string): UsageError {
  return new UsageError(`GOVC_URL is set, but ${variable} is not`, [
    `set ${variable} (a value, or the path of a file that holds it), or write a vsphere target into the inventory`,
  ])
}
