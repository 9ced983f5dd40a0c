import {RemoteError} from '../../remote/fault.js'
import {getJson} from '../../remote/http-json.js'
import {type DatadogAccess, headersOf, mustBe} from './access.js'

/**
 * The overall state of a monitor: `OK`, `Alert`, `Warn`, `No Data` ... [Datadog API v1, GET monitor]. It goes on changing while
 * notifications are muted.
 * @throws RemoteError `unreachable`; `refused` when the keys are not accepted; `answered` for anything that is no monitor
 */
export async function monitorState(access: DatadogAccess, id: number, signal: AbortSignal): Promise<string> {
  const answer = await getJson(`${access.url}/api/v1/monitor/${id}`, headersOf(access), signal)
  if (answer.status === 404) throw new RemoteError('answered', `Datadog has no monitor ${id}`)
  mustBe([200], answer, `the question for monitor ${id}`)
  const state = (answer.body as {overall_state?: unknown} | undefined)?.overall_state
  if (typeof state !== 'string')
    throw new RemoteError('answered', `Datadog answered without a state of monitor ${id}`)
  return state
}
