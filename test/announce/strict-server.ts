import {createServer, type IncomingHttpHeaders} from 'node:http'
import type {AddressInfo} from 'node:net'
import {onTestFinished} from 'vitest'

export interface Asked {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: unknown
}

/** `undefined` when nobody expects this; `'hang up'` when the answer gets lost. */
export type Answered = {status: number; body?: unknown} | 'hang up' | undefined

/** A server on loopback that answers what it was told to; anything else that is asked fails the test. */
export async function strictServer(
  answer: (asked: Asked) => Answered,
): Promise<{url: string; asked: Asked[]}> {
  const asked: Asked[] = []
  const unexpected: string[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
    asked.push(one)
    const answered = answer(one)
    if (answered === 'hang up') return void request.socket.destroy()
    if (answered === undefined) unexpected.push(`${one.method} ${one.path}`)
    const {status, body} = answered ?? {status: 404}
    response.writeHead(status, {'content-type': 'application/json'})
    response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    if (unexpected.length > 0) throw new Error(`nobody expected ${unexpected.join(', ')}`)
  })
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked}
}
