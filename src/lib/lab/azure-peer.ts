import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {createServer} from 'node:https'
import {type Answer, refusal} from './azure-answer.js'
import {LAB_TENANT} from './azure-estate.js'
import {type Fault, type Faults, faults} from './azure-faults.js'
import {type ArmRequest, actionOf, notAuthorized, route, scopeLocked} from './azure-routes.js'
import {type Tokens, tokens} from './azure-tokens.js'
import {type AzureWorld, azureWorld} from './azure-world.js'

/** Paths of PEM files, and of the secret of the one service principal. */
export type AzurePeerInput = {port: number; cert: string; key: string; secret: string}

/** One request, as it came. */
export type Seen = {
  at: number
  method: string
  path: string
  query: string
  requestId: string
  status: number
}

export interface AzurePeer {
  world: AzureWorld
  tokens: Tokens
  faults: Faults
  seen: Seen[]
  /** Requests that the peer does not know. */
  unexpected: string[]
  close(): Promise<void>
}

/** Azure Resource Manager and the sign-in in front of it, over TLS on loopback. */
export async function serveAzure(
  {port, cert, key, secret}: AzurePeerInput,
  control: (peer: AzurePeer, body: string) => Promise<Answer>,
): Promise<AzurePeer> {
  const text = (path: string) => readFile(path, 'utf8')
  const server = createServer({cert: await text(cert), key: await text(key)}, (request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  const peer: AzurePeer = {
    world: azureWorld(),
    tokens: tokens(LAB_TENANT, (await text(secret)).trim()),
    faults: faults(),
    seen: [],
    unexpected: [],
    async close() {
      peer.world.operations.clear()
      server.closeAllConnections()
      server.close()
    },
  }
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return peer

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin = `https://${request.headers.host}`
    const url = new URL(request.url ?? '/', origin)
    const body = await textOf(request)
    if (url.pathname === '/_lab') return write(response, await control(peer, body), origin)
    const signIn = peer.tokens.answer(request.method ?? '', url.pathname, body, origin)
    if (signIn) return write(response, signIn, origin)
    const asked: ArmRequest = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      body: body === '' ? undefined : JSON.parse(body),
      requestId: String(request.headers['x-ms-client-request-id'] ?? ''),
    }
    const fault = peer.faults.take(`${asked.method} ${asked.path}`)
    if (fault?.cut === 'before') return void request.socket.destroy()
    const given = fault?.reply ?? arm(peer, asked, request.headers.authorization, fault)
    const {method, path, requestId} = asked
    peer.seen.push({at: Date.now(), method, path, query: url.search, requestId, status: given.status})
    if (fault?.cut === 'after') return void request.socket.destroy()
    write(response, {...given, headers: {...given.headers, ...fault?.headers}}, origin)
  }
}

function arm(peer: AzurePeer, asked: ArmRequest, authorization: string | undefined, fault?: Fault): Answer {
  const turnedAway = peer.tokens.check(authorization)
  if (turnedAway) return turnedAway
  if (!asked.query.has('api-version'))
    return refusal(400, 'MissingApiVersionParameter', 'The api-version query parameter is required.')
  const {estate} = peer.world
  const action = actionOf(asked)
  if (estate.denied.some((one) => one.toLowerCase() === action.toLowerCase()))
    return notAuthorized(action, asked.path)
  const locked = estate.locks.some(
    ({scope, level}) =>
      `${asked.path}/`.startsWith(`${scope}/`) &&
      (level === 'ReadOnly' ? asked.method !== 'GET' : asked.method === 'DELETE'),
  )
  if (locked) return scopeLocked(asked.path)
  peer.world.script = fault?.operation ?? {}
  const given = route(peer.world, asked)
  if (given) return given
  peer.unexpected.push(`${asked.method} ${asked.path}`)
  return refusal(400, 'LabUnexpected', `the peer does not know ${asked.method} ${asked.path}`)
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

/** `{origin}` stands for where the peer was asked. */
function write(response: ServerResponse, {status, headers = {}, body}: Answer, origin: string): void {
  const fill = (text: string) => text.replaceAll('{origin}', origin)
  const filled = Object.entries(headers).map(([name, value]) => [name, fill(value)] as const)
  response.writeHead(status, {
    ...(body !== undefined && {'content-type': 'application/json; charset=utf-8'}),
    'x-ms-ratelimit-remaining-subscription-reads': '11998',
    ...Object.fromEntries(filled),
  })
  response.end(body === undefined ? '' : fill(JSON.stringify(body)))
}
