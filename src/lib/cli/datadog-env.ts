import type {DatadogAccess} from '../systems/datadog/access.js'
import {secrets} from './secrets.js'
import {UsageError} from './usage-error.js'

const SITE = 'datadoghq.com'

/**
 * As Datadog's own tools have it: DD_API_KEY, DD_APP_KEY, DD_SITE, or the same with DATADOG_; DATADOG_HOST is the whole URL of the
 * API, as datadogpy reads it.
 * @throws UsageError without keys
 */
export function datadogAccess(env: Readonly<Record<string, string | undefined>>): DatadogAccess {
  const of = (name: string) => env[`DD_${name}`] || env[`DATADOG_${name}`]
  const [apiKey, appKey] = [of('API_KEY'), of('APP_KEY')]
  if (!apiKey || !appKey)
    throw new UsageError('to ask Datadog, DD_API_KEY and DD_APP_KEY must be set in the environment')
  secrets.add(apiKey)
  secrets.add(appKey)
  const url = env.DATADOG_HOST || `https://api.${of('SITE') || SITE}`
  return {url: url.replace(/\/+$/, ''), apiKey, appKey}
}
