import {RemoteError} from '../../remote/fault.js'

/** How a call failed, and whether the same call may succeed when it is made again. */
export interface Failed {
  error: RemoteError
  /** `throttled`: it was not done. `transient`: nobody knows. `page`: as that, but hardly worth many attempts. */
  again: 'no' | 'throttled' | 'transient' | 'page'
}

/** What is known of the caller, for sentences. */
export interface Caller {
  profile: string | null
  /** Where the credentials came from; `unknown` before they were first got. */
  credentials: 'environment' | 'sso' | 'other' | 'unknown'
  skewMs: number
}

/** [src: API references of EC2, ELB, Auto Scaling, RDS, S3 and Systems Manager, common errors] */
const THROTTLED = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'SlowDown',
  'BandwidthLimitExceeded',
])
const SIGNED_OUT = new Set([
  'RequestExpired',
  'ExpiredToken',
  'ExpiredTokenException',
  'AuthFailure',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'RequestTimeTooSkewed',
  'MissingAuthenticationToken',
  'IncompleteSignature',
])
const DENIED = /^(UnauthorizedOperation|AccessDenied(Exception)?|Forbidden|403)$/
const TRANSIENT =
  /^(InternalError|InternalFailure|InternalServiceError|InternalServerError|ServiceUnavailable|Unavailable|RequestTimeout|InternalServiceException)$/
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
const CUT_OFF = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'])
const SKEWED_MS = 4 * 60_000

/** What an error of the SDK means. @param what service and action: `ec2 StopInstances` */
export function failedCall(thrown: unknown, what: string, caller: Caller): Failed {
  const error = thrown as Partial<Error> & {
    code?: string
    tokenIsExpired?: boolean
    $metadata?: {httpStatusCode?: number}
    $response?: {statusCode?: number}
  }
  const {name = '', message = String(thrown)} = error
  const fail = (
    fault: RemoteError['fault'],
    says: string,
    again: Failed['again'],
    more: {class?: string; hint?: string} = {},
  ): Failed => ({error: new RemoteError(fault, `${what}: ${says}`, {...more, cause: thrown}), again})

  if (/^(Credentials|Token)ProviderError$/.test(name)) {
    const hint = signInHint(caller, /\bsso\b/i.test(message))
    return fail('refused', `there are no credentials: ${oneLine(message)}`, 'no', {class: 'signed-out', hint})
  }
  if (/^Region (is missing|not accepted)/.test(message))
    return fail('refused', 'no region is set', 'no', {
      class: 'no-region',
      hint: `set AWS_REGION, or write region into the profile${caller.profile === null ? '' : ` ${caller.profile}`} or the inventory`,
    })
  const code = error.code ?? name
  if (NOT_CONNECTED.has(code) || /without establishing a connection/.test(message))
    return fail('unreachable', `no connection: ${oneLine(message)}`, 'transient')
  if (CUT_OFF.has(code) || /socket hang up/.test(message))
    return fail('lost', `the connection was cut: ${oneLine(message)}`, 'transient')

  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode
  if (/Deserialization error|parse error/i.test(message))
    return fail(
      status !== undefined && status < 500 ? 'answered' : 'lost',
      `HTTP ${status ?? '?'} with a page that is no answer of AWS; is the endpoint right?`,
      'page',
    )
  if (SIGNED_OUT.has(name)) {
    const skewed = Math.abs(caller.skewMs) > SKEWED_MS
    const hint = skewed
      ? `this clock differs from theirs by ${Math.round(caller.skewMs / 1000)} s: look at NTP here`
      : signInHint(caller, false)
    const says = /Expired/.test(name) ? 'the credentials have expired' : 'the credentials are not accepted'
    return fail('refused', `${says} (${name})`, 'no', {class: 'signed-out', hint})
  }
  if (THROTTLED.has(name)) return fail('answered', `throttled (${name})`, 'throttled', {class: kebab(name)})
  // The answer to HEAD has no body that could say more.
  if (DENIED.test(name) || (status === 403 && name.startsWith('Unknown')))
    return fail('answered', `not permitted: ${withoutEncoded(message)}`, 'no', {
      class: 'not-permitted',
      hint: `give ${caller.profile ?? 'the caller'} the permission ${permissionOf(what)}`,
    })
  if (
    TRANSIENT.test(name) ||
    (status !== undefined && status >= 500 && /^(Unknown|Unknown.*|\d+)$/.test(name))
  )
    return fail('lost', `HTTP ${status ?? '?'} (${name})`, 'transient')
  return fail('answered', `${oneLine(message)} (${name})`, 'no', {class: kebab(name)})
}

/** `InvalidInstanceID.NotFound` is `invalid-instance-id-not-found`. */
export function kebab(code: string): string {
  return code
    .replaceAll('.', '-')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
}

function signInHint({profile, credentials}: Caller, sso: boolean): string {
  const login = `aws sso login${profile === null ? '' : ` --profile ${profile}`}`
  if (sso || credentials === 'sso') return login
  if (credentials === 'environment') return 'put fresh keys into AWS_ACCESS_KEY_ID and its companions'
  return profile === null
    ? 'sign in (aws sso login, or AWS_PROFILE, or keys in the environment)'
    : `renew the credentials of the profile ${profile} (${login}, where it is of SSO)`
}

/** `ec2 StopInstances` is `ec2:StopInstances`. */
function permissionOf(what: string): string {
  return what.replace(' ', ':')
}

/** What is encoded is for `aws sts decode-authorization-message`, and fills a screen. */
function withoutEncoded(message: string): string {
  return oneLine(message.replace(/\s*Encoded authorization failure message:[\s\S]*/, ''))
}

function oneLine(message: string): string {
  return message
    .replace(/\s*\n[\s\S]*/, '')
    .replace(/\.$/, '')
    .slice(0, 300)
}
