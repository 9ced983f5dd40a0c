import {RemoteError} from '../../remote/fault.js'
import {clean} from '../../text/clean.js'

/** A request that failed; `code` is Azure's own word: `AuthorizationFailed`. */
export class ArmError extends RemoteError {
  override name = 'ArmError'
  readonly code: string
  constructor(
    fault: RemoteError['fault'],
    code: string,
    message: string,
    more: {class?: string; hint?: string; cause?: unknown} = {},
  ) {
    super(fault, message, more)
    this.code = code
  }
}

export const WAITING = 'waiting-credentials'
const SIGN_IN =
  'Sign in again (az login, or the AZURE_* variables of a service principal); a run that has begun goes on by redeye runs resume.'

interface Meaning {
  class: string
  hint?: string
}

/** What the codes of Azure Resource Manager and Compute mean to us. */
const KNOWN: Readonly<Record<string, Meaning>> = {
  AuthorizationFailed: {
    class: 'no-permission',
    hint: 'docs/azure.md has a custom role with what redeye needs.',
  },
  ScopeLocked: {class: 'locked', hint: 'A lock of Azure is in the way: az lock list.'},
  ResourceNotFound: {class: 'not-found'},
  ResourceGroupNotFound: {class: 'not-found'},
  SubscriptionNotFound: {
    class: 'not-found',
    hint: 'Check the subscription, and which tenant you are signed in to.',
  },
}

/** Codes of a change that was not begun because another one is under way: it may be sent again later. */
const BUSY = new Set(['Conflict', 'AttachDiskWhileBeingDetached', 'OperationPreempted'])

/** Whether the thing was only in use by another operation. */
export function isBusy(error: unknown): error is ArmError {
  return error instanceof ArmError && error.class === 'busy'
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ArmError && error.class === 'not-found'
}

/** An answer that says no. `written`: the request could have changed something. */
export function saidNo(
  what: string,
  {status, code, message}: {status: number; code: string; message: string},
  written: boolean,
): ArmError {
  const text = `${what}: ${clean(code || `HTTP ${status}`)}${message ? `: ${clean(message)}` : ''}`
  if (status === 401) return new ArmError('refused', code, text, {class: WAITING, hint: SIGN_IN})
  if (status === 429) return new ArmError('refused', code, text, {class: 'throttled'})
  if (status === 408 || status >= 500)
    return new ArmError(written ? 'lost' : 'unreachable', code, text, {class: 'server-error'})
  const busy = status === 409 && (BUSY.has(code) || /another operation|in progress/i.test(message))
  const meaning = busy ? {class: 'busy'} : (KNOWN[code] ?? {class: status === 404 ? 'not-found' : 'azure'})
  return new ArmError('answered', code, text, meaning)
}

/** A request that got no answer. */
export function unanswered(what: string, cause: unknown, written: boolean, calledOff: boolean): ArmError {
  const {
    name = '',
    code = '',
    message = String(cause),
  } = cause as {name?: string; code?: string; message?: string}
  if (calledOff)
    return new ArmError(written ? 'lost' : 'unreachable', '', `${what}: called off`, {class: 'called-off'})
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|_SSL_/.test(code))
    return new ArmError('refused', code, `${what}: ${clean(message)}`, {
      class: 'tls',
      hint: 'Check endpoint and ca of this target in the inventory.',
      cause,
    })
  const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'].includes(code)
  const late = name === 'AbortError'
  const text = late ? 'no answer in time' : clean(message)
  return new ArmError(neverSent || !written ? 'unreachable' : 'lost', code, `${what}: ${text}`, {
    class: code || (late ? 'time-out' : 'cut-off'),
    ...(neverSent && {
      hint: 'Azure Resource Manager is not reached from here: look at network, proxy and endpoint.',
    }),
    cause,
  })
}

const SIGN_IN_ERRORS = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
])

/** Nothing was sent: there is no token. */
export function notSignedIn(what: string, error: Error): ArmError | undefined {
  if (!SIGN_IN_ERRORS.has(error.name)) return undefined
  return new ArmError('refused', error.name, `${what}: not signed in: ${clean(whyNot(error))}`, {
    class: WAITING,
    hint: SIGN_IN,
    cause: error,
  })
}

/** A chain of credentials says a page; what counts is the one that was there and was turned away, or that there was none. */
function whyNot(error: Error): string {
  const {errors = [error]} = error as Error & {errors?: Error[]}
  const turnedAway = errors.find(({name}) => name !== 'CredentialUnavailableError')
  if (!turnedAway) {
    const tried = errors.flatMap(({message}) => /\b(\w+Credential)\b/.exec(message)?.[1] ?? [])
    return `there is no credential (tried ${[...new Set(tried)].join(', ')})`
  }
  const [first = ''] = turnedAway.message.split('\n')
  return /AADSTS\d+:[^\n"\\]*/.exec(turnedAway.message)?.[0] ?? first
}

/** Anything that a client of the SDK throws, in our words. */
export function armError(what: string, error: unknown, written: boolean, calledOff: boolean): ArmError {
  if (error instanceof ArmError) return error
  const known = error instanceof Error ? notSignedIn(what, error) : undefined
  if (known) return known
  const {
    statusCode,
    code,
    message = String(error),
    response,
  } = error as {
    statusCode?: number
    code?: string
    message?: string
    response?: {bodyAsText?: string | null}
  }
  if (typeof statusCode !== 'number') return unanswered(what, error, written, calledOff)
  const said = bodyOf(response?.bodyAsText) ?? {code: code ?? '', message}
  return saidNo(what, {status: statusCode, ...said}, written)
}

/** `{"error": {"code", "message"}}` */
export function bodyOf(text: string | null | undefined): {code: string; message: string} | undefined {
  try {
    const {error} = JSON.parse(text ?? '') as {error?: {code?: unknown; message?: unknown}}
    return error ? {code: String(error.code ?? ''), message: String(error.message ?? '')} : undefined
  } catch {
    return undefined
  }
}
