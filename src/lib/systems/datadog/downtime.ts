import {RemoteError} from '../../remote/fault.js'
import {getJson, sendJson} from '../../remote/http-json.js'
import {type DatadogAccess, headersOf, mustBe} from './access.js'

/** Silences monitors for a while; it always has an end. */
export interface DowntimeWish {
  /** `service:web AND env:prod`. */
  scope: string
  /** Of the monitors; every one where there are none. */
  monitorTags?: readonly string[] | undefined
  /** ISO 8601, UTC. */
  until: string
  /** Ends with the mark by which it is found again. */
  message: string
  mark: string
}

/** One that is in force. */
export interface Downtime {
  id: string
  /** ISO 8601, UTC; empty where Datadog does not say. */
  until: string
}

const path = ({url}: DatadogAccess, id = '') => `${url}/api/v2/downtime${id && `/${encodeURIComponent(id)}`}`

/**
 * Makes it, and gives its id. Where the answer is lost it is looked for by its mark, never made twice.
 * A downtime that is cancelled or expires while a monitor is in alert notifies: silence must not hide a real alert.
 * @throws RemoteError
 */
export async function createDowntime(
  access: DatadogAccess,
  wish: DowntimeWish,
  signal: AbortSignal,
): Promise<string> {
  const attributes = {
    scope: wish.scope,
    monitor_identifier: {monitor_tags: wish.monitorTags ?? ['*']},
    schedule: {start: null, end: wish.until},
    message: wish.message,
    display_timezone: 'UTC',
    notify_end_types: ['expired', 'canceled'],
    notify_end_states: ['alert', 'warn', 'no data'],
  }
  try {
    const answer = await sendJson(
      'POST',
      path(access),
      headersOf(access),
      {data: {type: 'downtime', attributes}},
      signal,
    )
    mustBe([200, 201], answer, `a downtime of ${wish.scope}`)
    const id = idOf((answer.body as {data?: unknown} | undefined)?.data)
    if (id !== undefined) return id
    throw new RemoteError('answered', 'Datadog answered without the id of the downtime')
  } catch (error) {
    if (!(error instanceof RemoteError) || error.fault !== 'lost') throw error
    const [found] = await findDowntimes(access, wish, AbortSignal.timeout(3000))
    if (found === undefined) throw error
    return found.id
  }
}

/** Those of this scope that are in force and whose message ends with the mark. @throws RemoteError */
export async function findDowntimes(
  access: DatadogAccess,
  {mark, scope}: Pick<DowntimeWish, 'mark' | 'scope'>,
  signal: AbortSignal,
): Promise<Downtime[]> {
  const answer = await getJson(`${path(access)}?current_only=true`, headersOf(access), signal)
  mustBe([200], answer, 'the question for downtimes')
  const {data = []} = (answer.body ?? {}) as {data?: Known[]}
  return data.flatMap((one) => {
    const {message, scope: of, schedule} = one.attributes ?? {}
    const id = idOf(one)
    if (id === undefined || of !== scope || !message?.endsWith(mark)) return []
    return [{id, until: schedule?.end ?? ''}]
  })
}

type Known = {attributes?: {message?: string | null; scope?: string; schedule?: {end?: string | null}}}

/** Moves its end. @throws RemoteError */
export async function extendDowntime(
  access: DatadogAccess,
  id: string,
  until: string,
  signal: AbortSignal,
): Promise<void> {
  const body = {data: {id, type: 'downtime', attributes: {schedule: {end: until}}}}
  mustBe([200], await sendJson('PATCH', path(access, id), headersOf(access), body, signal), 'a later end')
}

/** Ends it now; one that is gone already is no error. @throws RemoteError */
export async function cancelDowntime(access: DatadogAccess, id: string, signal: AbortSignal): Promise<void> {
  const answer = await sendJson('DELETE', path(access, id), headersOf(access), undefined, signal)
  mustBe([204, 404], answer, 'the end of a downtime')
}

function idOf(data: unknown): string | undefined {
  const {id} = (data ?? {}) as {id?: unknown}
  return typeof id === 'string' ? id : undefined
}
