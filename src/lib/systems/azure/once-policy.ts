import type {PipelinePolicy} from '@azure/core-rest-pipeline'
import {ArmError, unanswered} from './errors.js'

/** A longer `Retry-After` is not waited for in silence. */
const LONGEST_WAIT_MS = 120_000
/** For one answer, from the first byte sent. */
const ANSWER_MS = 60_000

/**
 * Stands below the SDK's own retries [src: ts-http-runtime exponentialRetryStrategy], which send any request again after a reset connection
 * or a 5xx. A read may be repeated; a change whose fate is not known must not: it leaves here as an error that is not retried. A 429 was
 * not carried out, so the SDK may wait and send it again, within reason.
 */
export function oncePolicy(seen: (headers: Iterable<[string, string]>) => void): PipelinePolicy {
  return {
    name: 'redeyeOncePolicy',
    async sendRequest(request, next) {
      request.timeout = ANSWER_MS
      const written = request.method !== 'GET'
      const what = `${request.method} ${new URL(request.url).pathname.split('/').slice(-2).join('/')}`
      const response = await next(request).catch((error: unknown) => {
        if (!written) throw error
        throw unanswered(what, error, true, request.abortSignal?.aborted === true)
      })
      seen(response.headers)
      if (written && response.status >= 500)
        throw new ArmError('lost', `HTTP ${response.status}`, `${what}: HTTP ${response.status}`, {
          class: 'server-error',
        })
      const waitMs = Number(response.headers.get('retry-after') ?? 0) * 1000
      if (response.status === 429 && waitMs > LONGEST_WAIT_MS)
        throw new ArmError(
          'refused',
          'TooManyRequests',
          `${what}: throttled: Azure asks to wait ${Math.round(waitMs / 1000)} s`,
          {class: 'throttled', hint: `Try again in ${Math.ceil(waitMs / 60_000)} minutes.`},
        )
      return response
    },
  }
}
