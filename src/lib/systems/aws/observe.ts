import type {Caller} from './errors.js'

/** As far as calls have shown it. */
export interface Observed extends Caller {
  /** Where requests went that did not go to AWS. */
  endpoint: string | null
  expiresAtMs: number | null
}

/** Of all partitions [src: partitions.json of the SDK, dnsSuffix and dualStackDnsSuffix]. */
const DOMAINS = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'api.aws',
  'api.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'csp.hci.ic.gov',
  'cloud.adc-e.uk',
  'api.aws.ic.gov',
  'api.aws.hci.ic.gov',
  'api.aws.scloud',
  'api.cloud-aws.adc-e.uk',
]

/** Whether a host belongs to AWS, and not to an endpoint that somebody has put in its place. */
export function isOfAws(hostname: string): boolean {
  return DOMAINS.some((domain) => hostname.endsWith(`.${domain}`))
}

/** What every client of the SDK has, as far as it is used here. */
export interface AnyClient {
  // biome-ignore lint/suspicious/noExplicitAny: the stack's own types differ by service
  middlewareStack: {add(middleware: any, options: any): void}
  config: {credentials?: unknown}
  destroy(): void
}

type Identity = {expiration?: Date; $source?: Record<string, unknown>}

/** Sees where each request goes, what time it is there, and whose credentials sign it. */
export function observe(client: AnyClient, seen: Observed): void {
  const credentials = client.config.credentials as (() => Promise<Identity>) | undefined
  client.middlewareStack.add(
    (next: (args: unknown) => Promise<{response?: unknown}>) => async (args: {request?: unknown}) => {
      const {protocol, hostname, port} = (args.request ?? {}) as {
        protocol?: string
        hostname?: string
        port?: number
      }
      if (hostname !== undefined && !isOfAws(hostname))
        seen.endpoint = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`
      // They are there by now, and kept: this asks nobody.
      Object.assign(seen, sourceOf(await credentials?.().catch(() => undefined)))
      const result = await next(args)
      const {headers} = (result.response ?? {}) as {headers?: Record<string, string>}
      const theirs = Date.parse(headers?.date ?? '')
      if (!Number.isNaN(theirs)) seen.skewMs = theirs - Math.floor(Date.now() / 1000) * 1000
      return result
    },
    {step: 'deserialize', priority: 'low', name: 'observe', override: true},
  )
}

function sourceOf(identity: Identity | undefined): Pick<Observed, 'credentials' | 'expiresAtMs'> {
  const source = Object.keys(identity?.$source ?? {})
  const named = source.some((one) => /SSO|LOGIN/.test(one))
    ? 'sso'
    : source.includes('CREDENTIALS_ENV_VARS')
      ? 'environment'
      : 'other'
  return {
    credentials: identity === undefined ? 'unknown' : named,
    expiresAtMs: identity?.expiration?.getTime() ?? null,
  }
}
