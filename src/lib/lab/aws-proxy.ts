import {createServer, type IncomingMessage, request, type ServerResponse} from 'node:http'
import {type AwsAnswer, type AwsCall, readCall} from './aws-call.js'
import type {AwsOverlay} from './aws-overlay.js'

/** A call that was made, and how it was answered. */
export interface AwsSeen {
  service: string
  action: string
  params: AwsCall['params']
  json: unknown
  dryRun: boolean
  accessKey: string
  /** 0 when the connection was cut. */
  status: number
  /** The simulator does not know the action, and no overlay answered it. */
  unknown: boolean
  atMs: number
}

export interface AwsProxy {
  /** `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`. */
  endpoint: string
  /** In the order in which they came. */
  calls(): AwsSeen[]
  forget(): void
  /** In place of those before. */
  lay(overlays: readonly AwsOverlay[]): void
  /** Added to the `Date` of every answer. */
  skew(ms: number): void
  close(): Promise<void>
}

/** Stands in front of the simulator, so that overlays can show what it does not. */
export async function startAwsProxy(port: number, upstreamPort: number): Promise<AwsProxy> {
  let overlays: readonly AwsOverlay[] = []
  let seen: AwsSeen[] = []
  let skewMs = 0
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(500, {'content-type': 'text/plain'}).end(`overlay: ${error}`)
    })
  })
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await bodyOf(incoming)
    const call = readCall(incoming.method ?? 'GET', incoming.url ?? '/', incoming.headers, body)
    const {service, action, params, json, dryRun, accessKey} = call
    const record = {
      service,
      action,
      params,
      json,
      dryRun,
      accessKey,
      status: 0,
      unknown: false,
      atMs: Date.now(),
    }
    seen.push(record)
    const last = async (passed: AwsCall) => {
      const answer = await forward(passed, upstreamPort)
      record.unknown = answer.status >= 500 && (answer.headers['content-type'] ?? '').startsWith('text/html')
      return answer
    }
    const answer = await answerTo(call, overlays, last)
    if (answer.cut) {
      incoming.socket.destroy()
      return
    }
    record.status = answer.status
    const date = new Date(Date.now() + skewMs).toUTCString()
    outgoing.writeHead(answer.status, {...answer.headers, date}).end(answer.body)
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls: () => [...seen],
    forget: () => {
      seen = []
    },
    lay: (some) => {
      overlays = some
    },
    skew: (ms) => {
      skewMs = ms
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answerTo(
  call: AwsCall,
  overlays: readonly AwsOverlay[],
  last: (call: AwsCall) => Promise<AwsAnswer>,
): Promise<AwsAnswer> {
  const [first, ...rest] = overlays
  if (!first) return await last(call)
  return await first.handle(call, (changed = call) => answerTo(changed, rest, last))
}

/** Hands the request on as it came. */
function forward({method, path, headers, body}: AwsCall, port: number): Promise<AwsAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({host: '127.0.0.1', port, method, path, headers, agent: false}, (answer) => {
      bodyOf(answer).then((got) => {
        const {'transfer-encoding': _, connection: _connection, ...kept} = answer.headers
        const flat = Object.entries(kept).map(([name, value]) => [name, String(value)])
        const length = method === 'HEAD' ? {} : {'content-length': String(got.length)}
        resolve({
          status: answer.statusCode ?? 500,
          headers: {...Object.fromEntries(flat), ...length},
          body: got,
        })
      }, reject)
    })
    asked.once('error', reject).end(body)
  })
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
