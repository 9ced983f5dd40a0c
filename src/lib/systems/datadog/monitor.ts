import {RemoteError} from '../../remote/fault.js'
import {getJson} from '../../remote/http-json.js'

/** Where Datadog's API is, and the keys that may read monitors. */
export interface DatadogAccess {
  /** `https://api.datadoghq.com`. */
  url: string
  apiKey: string
  appKey: string
}

/**
 * The overall state of a monitor: `OK`, `Alert`, `Warn`, `No Data` ... [Datadog API v1, GET monitor]. It goes on changing while
 * notifications are muted.
 * @throws RemoteError `unreachable`; `refused` when the keys are not accepted; `answered` for anything that is no monitor
 */
export async function monitorState(
  {url, apiKey, appKey}: DatadogAccess,
  id: number,
  signal: AbortSignal,
): Promise<string> {
  const {status, body} = await getJson(
    `${url}/api/v1/monitor/${id}`,
    {'DD-API-KEY': apiKey, 'DD-APPLICATION-KEY': appKey},
    signal,
  )
  if (status === 401 || status === 403)
    throw new RemoteError('refused', `Datadog does not accept the keys (status ${status})`, {
      hint: 'keys belong to one site: is DD_SITE right?',
    })
  if (status === 404) throw new RemoteError('answered', `Datadog has no monitor ${id}`)
  const state = (body as {overall_state?: unknown} | undefined)?.overall_state
  if (status !== 200 || typeof state !== 'string')
    throw new RemoteError('answered', `Datadog answered with status ${status} and no state of monitor ${id}`)
  return state
}
