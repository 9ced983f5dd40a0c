import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {createServer as createTcpServer} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'

export type AppServerInput = {
  /** Sent back in the `x-server` header and the body. */
  name: string
  port: number
  /** Echoes what it gets and holds the connection. */
  tcpPort: number
  /**
   * How it is: `ok`, or `fail` (`/health` answers 503), or `hang` (`/health` alone is answered), or `slow 2000` (every other
   * answer takes so many milliseconds). Read anew for every request.
   */
  healthFile: string
  latencyMs: number
}

/**
 * A small application behind the load balancer: `/health`, `/slow?ms=N` (anywhere below any prefix), and a fast
 * answer to everything else. It never closes an idle connection by itself.
 */
export async function serveApp(input: AppServerInput): Promise<void> {
  const http = createServer((request, response) => {
    answer(input, request, response).catch(() => response.destroy())
  })
  http.keepAliveTimeout = 0
  http.listen(input.port, '127.0.0.1')
  const tcp = createTcpServer((socket) => socket.on('error', () => {}).pipe(socket))
  tcp.listen(input.tcpPort, '127.0.0.1')
  await Promise.all([once(http, 'listening'), once(tcp, 'listening')])
}

async function answer(
  input: AppServerInput,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://app')
  const says = await readFile(input.healthFile, 'utf8').catch(() => '')
  request.resume()
  if (url.pathname === '/health') {
    const failing = says.includes('fail')
    response.writeHead(failing ? 503 : 200).end(failing ? 'failing\n' : 'ok\n')
    return
  }
  if (says.includes('hang')) return
  const slow = /slow (\d+)/.exec(says)?.[1]
  await sleep(
    url.pathname.endsWith('/slow') ? Number(url.searchParams.get('ms')) : Number(slow ?? input.latencyMs),
  )
  response.writeHead(200, {'x-server': input.name}).end(`${input.name}\n`)
}
