import {RemoteError} from '../../remote/fault.js'
import {clean} from '../../text/clean.js'
import {decoder} from './decode.js'
import {encodeCall} from './encode.js'
import {type Shape, struct} from './shape.js'
import {type FaultBody, refusal, soapFault} from './soap-fault.js'
import type {Answer, Question, Transport} from './transport.js'
import type {Ref, Tree} from './tree.js'
import {loadXmlReader, type MakeXmlReader} from './xml-reader.js'

export interface Call<T> {
  self: Ref
  method: string
  /** In the order of the schema. */
  args: readonly Tree[]
  /** Shape of `returnval`. */
  returns: Shape<T>
  /** Changes something: never sent twice. */
  writes?: true
  /** Of a long-poll, milliseconds. */
  holdMs?: number
}

/** One call as it went over the wire. */
export interface Observed {
  method: string
  ms: number
  sentBytes: number
  bytes: number
  /** Class of the error it ended in. */
  fault?: string
}

export interface Wire {
  where: string
  transport: Transport
  /** Path of the URL. */
  path: string
  observe(call: Observed): void
}

export interface Said<T> {
  value: T
  cookie: string | undefined
}

/**
 * One SOAP call over HTTP.
 * @throws RemoteError: besides what the transport throws, `answered` for a fault, `lost` for an answer that is none
 */
export async function exchange<T>(
  {where, transport, path, observe}: Wire,
  call: Call<T>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Said<T | undefined>> {
  const {method, self, args, holdMs} = call
  const make = await loadXmlReader()
  const question: Question = {
    method: 'POST',
    path,
    headers: {'Content-Type': 'text/xml; charset=utf-8', ...headers},
    body: encodeCall(method, self, args),
    what: method,
    repeatable: call.writes !== true,
    ...(holdMs !== undefined && {holdMs}),
  }
  return await timed(question, observe, (count) =>
    transport.ask(question, signal, (answer) => understand(make, where, call, answer, count)),
  )
}

/** The text of a file on the server. @returns undefined when there is none */
export async function fetchText(
  {transport, observe, where}: Wire,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const question: Question = {
    method: 'GET',
    path,
    headers: {},
    body: '',
    what: `GET ${path}`,
    repeatable: true,
  }
  return await timed(question, observe, (count) =>
    transport.ask(question, signal, async ({status, body}) => {
      let text = ''
      for await (const chunk of body) {
        text += chunk
        count(Buffer.byteLength(chunk))
        if (text.length > MOST_TEXT) throw notXml(where, question.what, 'is too long')
      }
      return status === 200 ? text : undefined
    }),
  )
}

const MOST_TEXT = 1024 * 1024

async function timed<T>(
  {what, body}: Question,
  observe: (call: Observed) => void,
  ask: (count: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const from = performance.now()
  let bytes = 0
  let fault: string | undefined
  try {
    return await ask((more) => {
      bytes += more
    })
  } catch (error) {
    fault = (error instanceof RemoteError && (error.class ?? error.fault)) || 'bug'
    throw error
  } finally {
    const ms = performance.now() - from
    observe({
      method: what,
      ms,
      sentBytes: Buffer.byteLength(body),
      bytes,
      ...(fault !== undefined && {fault}),
    })
  }
}

async function understand<T>(
  make: MakeXmlReader,
  where: string,
  {method, returns}: Call<T>,
  {status, type, cookies, body}: Answer,
  count: (bytes: number) => void,
): Promise<Said<T | undefined>> {
  if (status !== 200 && status !== 500) throw noService(where, method, status)
  if (!/\bxml\b/i.test(type)) throw notXml(where, method, `is ${clean(type) || 'of no type'} instead of XML`)
  const response = `${method}Response`
  const read = decoder(
    make,
    'Envelope',
    struct({Body: struct({[response]: struct({returnval: returns}), Fault: soapFault})}),
  )
  const found = await decoded(where, method, read, body, count)
  const inside = found?.Body as {Fault?: Fault; [response: string]: unknown} | undefined
  if (inside?.Fault) throw refusal(where, method, inside.Fault.faultstring ?? '', inside.Fault.detail?.[0])
  const answer = inside?.[response] as {returnval: T | undefined} | undefined
  if (!answer) throw notXml(where, method, 'has no answer in it')
  return {value: answer.returnval, cookie: sessionCookie(cookies)}
}

type Fault = {faultstring?: string; detail?: FaultBody[]}

async function decoded<T>(
  where: string,
  method: string,
  read: {write(chunk: string): void; end(): T},
  body: AsyncIterable<string>,
  count: (bytes: number) => void,
): Promise<T> {
  for await (const chunk of body) {
    count(Buffer.byteLength(chunk))
    attempt(() => read.write(chunk))
  }
  return attempt(() => read.end())

  function attempt<R>(run: () => R): R {
    try {
      return run()
    } catch (error) {
      throw notXml(
        where,
        method,
        `cannot be read: ${clean(error instanceof Error ? error.message : String(error))}`,
      )
    }
  }
}

/** An answer that is none: what was asked for may have happened. */
function notXml(where: string, method: string, what: string): RemoteError {
  return new RemoteError('lost', `${where}: ${method}: the answer ${what}`, {
    class: 'garbled',
    hint: 'Check the url of this target: something other than vSphere may answer there.',
  })
}

function noService(where: string, method: string, status: number): RemoteError {
  return new RemoteError('answered', `${where}: ${method}: HTTP status ${status}`, {
    class: `http-${status}`,
    hint:
      status === 503
        ? 'The service behind the proxy is starting or stopped: wait some minutes, or look at vpxd or hostd.'
        : 'Check the url of this target: something other than vSphere may answer there.',
  })
}

/** As it came: real servers quote the value and want it back like that. */
function sessionCookie(cookies: readonly string[]): string | undefined {
  return cookies.find((one) => one.startsWith('vmware_soap_session='))?.split(';', 1)[0]
}
