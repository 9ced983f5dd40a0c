import {sendJson} from '../../remote/http-json.js'
import {type DatadogAccess, headersOf, mustBe} from './access.js'

export interface DatadogEvent {
  title: string
  text: string
  tags: readonly string[]
  severity: 'info' | 'success' | 'warning' | 'error'
  /** Events with the same one are shown together. */
  aggregationKey: string
}

/** Characters; a longer text is refused [Datadog API v1, POST events]. */
const LONGEST_TEXT = 4000

/** @throws RemoteError */
export async function postEvent(
  access: DatadogAccess,
  event: DatadogEvent,
  signal: AbortSignal,
): Promise<void> {
  const body = {
    title: event.title.slice(0, 100),
    text: event.text.slice(0, LONGEST_TEXT),
    tags: event.tags,
    alert_type: event.severity,
    aggregation_key: event.aggregationKey,
    source_type_name: 'redeye',
  }
  const answer = await sendJson('POST', `${access.url}/api/v1/events`, headersOf(access), body, signal)
  mustBe([200, 202], answer, 'an event')
}
