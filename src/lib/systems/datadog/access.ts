import {RemoteError} from '../../remote/fault.js'
import type {JsonAnswer} from '../../remote/http-json.js'

/** Where Datadog's API is, and the keys. */
export interface DatadogAccess {
  /** `https://api.datadoghq.com`. */
  url: string
  apiKey: string
  appKey: string
}

export function headersOf({apiKey, appKey}: DatadogAccess): Record<string, string> {
  return {'DD-API-KEY': apiKey, 'DD-APPLICATION-KEY': appKey}
}

/** @throws RemoteError `refused` when the keys are not accepted; `answered` for any other status than those */
export function mustBe(expected: readonly number[], {status, body}: JsonAnswer, what: string): void {
  if (expected.includes(status)) return
  if (status === 401 || status === 403)
    throw new RemoteError('refused', `Datadog does not accept the keys (status ${status})`, {
      hint: 'keys belong to one site: is DD_SITE right?',
    })
  throw new RemoteError('answered', `Datadog answered with status ${status} to ${what}${errorsOf(body)}`)
}

/** v1 has `{"errors": ["text"]}`, newer parts of v2 `{"errors": [{"title", "detail"}]}`. */
function errorsOf(body: unknown): string {
  const {errors} = (body ?? {}) as {errors?: unknown}
  if (!Array.isArray(errors)) return ''
  const texts = errors.map((one: unknown) =>
    typeof one === 'string' ? one : ((one as {detail?: string; title?: string}).detail ?? ''),
  )
  return `: ${texts.filter(Boolean).join('; ')}`
}
