import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {onTestFinished} from 'vitest'

/** Answers GET /api/v1/monitor/ID as Datadog's API v1 does; anything else ends the test badly. */
export interface DatadogEndpoint {
  url: string
  /** What is answered from now on, or the status of an error. */
  says(state: string | number): void
  asked: number
}

export const KEYS = {DD_API_KEY: 'api-key-of-the-test', DD_APP_KEY: 'app-key-of-the-test'}

export async function datadogEndpoint(monitor: number): Promise<DatadogEndpoint> {
  let says: string | number = 'OK'
  const unexpected: string[] = []
  const server = createServer(({method, url, headers}, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
    const {'dd-api-key': api, 'dd-application-key': app} = headers
    if (api !== KEYS.DD_API_KEY || app !== KEYS.DD_APP_KEY) return answer(403, {errors: ['Forbidden']})
    if (method !== 'GET' || !url?.startsWith('/api/v1/monitor/')) {
      unexpected.push(`${method} ${url}`)
      return answer(404, {errors: ['Not found']})
    }
    endpoint.asked += 1
    if (url !== `/api/v1/monitor/${monitor}`) return answer(404, {errors: ['Monitor not found']})
    if (typeof says === 'number') return answer(says, {errors: ['server error']})
    return answer(200, {id: monitor, name: 'coverage', type: 'metric alert', overall_state: says})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    if (unexpected.length > 0) throw new Error(`Datadog was asked for ${unexpected.join(', ')}`)
  })
  const endpoint: DatadogEndpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    says: (state) => {
      says = state
    },
    asked: 0,
  }
  return endpoint
}
