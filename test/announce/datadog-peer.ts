import {expect} from 'vitest'
import {KEYS} from '../systems/datadog/endpoint.js'
import {type Answered, type Asked, strictServer} from './strict-server.js'

export interface Downtime {
  id: string
  status: 'active' | 'canceled'
  scope: string
  message: string
  /** Of the schedule, as it was set and moved. */
  ends: string[]
}

export interface DatadogPeer {
  env: Record<string, string>
  asked: Asked[]
  downtimes: Downtime[]
  events: {title: string; text: string; tags: string[]; alert_type: string; aggregation_key: string}[]
  /** What happens to the next request of this kind instead. */
  fault(kind: 'create' | 'cancel' | 'extend' | 'event', answered: Answered | 'lose the answer'): void
}

/** The events of v1 and the downtimes of v2, with their shapes [Datadog API], as strict as the real one. */
export async function datadogPeer(): Promise<DatadogPeer> {
  const downtimes: Downtime[] = []
  const events: DatadogPeer['events'] = []
  const faults = new Map<string, Answered | 'lose the answer'>()

  function create(body: unknown): Answered {
    const {data} = body as {data: {type: string; attributes: Record<string, unknown>}}
    expect(data.type).toBe('downtime')
    const {scope, message, schedule, monitor_identifier: monitors, ...others} = data.attributes
    expect(monitors).toMatchObject({monitor_tags: [expect.any(String)]})
    expect(others).toEqual({
      display_timezone: 'UTC',
      notify_end_types: ['expired', 'canceled'],
      notify_end_states: ['alert', 'warn', 'no data'],
    })
    const {start, end} = schedule as {start: null; end: string}
    expect(start).toBeNull()
    expect(Date.parse(end)).toBeGreaterThan(Date.now())
    const id = `00000000-0000-0000-0000-${String(downtimes.length).padStart(12, '0')}`
    downtimes.push({id, status: 'active', scope: String(scope), message: String(message), ends: [end]})
    return {status: 200, body: {data: {type: 'downtime', id, attributes: {status: 'active', scope}}}}
  }

  const server = await strictServer(({method, path, headers, body}) => {
    if (headers['dd-api-key'] !== KEYS.DD_API_KEY) return {status: 403, body: {errors: ['Forbidden']}}
    const [, id] = /^\/api\/v2\/downtime\/(.+)$/.exec(path) ?? []
    const kind =
      path === '/api/v1/events' ? 'event' : {POST: 'create', DELETE: 'cancel', PATCH: 'extend'}[method]
    const fault = faults.get(kind ?? '')
    faults.delete(kind ?? '')
    if (fault === 'lose the answer') create(body)
    if (fault) return fault === 'lose the answer' ? 'hang up' : fault
    if (method === 'POST' && path === '/api/v1/events') {
      events.push(body as DatadogPeer['events'][number])
      return {status: 202, body: {status: 'ok'}}
    }
    if (method === 'POST' && path === '/api/v2/downtime') return create(body)
    if (method === 'GET' && path === '/api/v2/downtime?current_only=true')
      return {
        status: 200,
        body: {
          data: downtimes
            .filter(({status}) => status === 'active')
            .map(({id, message, scope, ends}) => ({
              id,
              attributes: {message, scope, schedule: {end: ends.at(-1)}},
            })),
        },
      }
    const known = downtimes.find((one) => one.id === id)
    if (!known) return id === undefined ? undefined : {status: 404, body: {errors: ['Downtime not found']}}
    if (method === 'DELETE') {
      known.status = 'canceled'
      return {status: 204}
    }
    if (method !== 'PATCH') return undefined
    const {data} = body as {data: {id: string; attributes: {schedule: {end: string}}}}
    expect(data.id).toBe(id)
    known.ends.push(data.attributes.schedule.end)
    return {status: 200, body: {data: {id}}}
  })
  return {
    env: {...KEYS, DATADOG_HOST: server.url},
    asked: server.asked,
    downtimes,
    events,
    fault: (kind, answered) => void faults.set(kind, answered),
  }
}
