import {execFile} from 'node:child_process'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {createServer, type Server} from 'node:https'
import type {AddressInfo, Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {promisify} from 'node:util'

/** What is not to be had from a working server: broken bytes on the wire. Speaks only what it is told to. */
export interface Endpoint {
  url: string
  /** PEM file: its own certificate is the authority. */
  ca: string
  /** Requests that came, in their order: the SOAP method or the path, and the body. */
  seen: {what: string; body: string; headers: IncomingMessage['headers']}[]
  /** Decrypted bytes that came, of whatever kind. */
  received(): number
  stop(): Promise<void>
}

export type Reply = (response: ServerResponse, body: string) => void
/** By SOAP method: answers are used up in order, the last one stays. What is not here is a failure of the test. */
export type Script = Record<string, Reply | Reply[]>

/** @param names of the certificate, as `subjectAltName` has them */
export async function startEndpoint(script: Script, names = 'IP:127.0.0.1'): Promise<Endpoint> {
  const dir = await mkdtemp(`${tmpdir()}/ve-`)
  const [key, cert] = [`${dir}/key.pem`, `${dir}/cert.pem`]
  const subject = ['-subj', '/CN=endpoint', '-addext', `subjectAltName=${names}`]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    ...curve,
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    ...subject,
  ])
  const seen: Endpoint['seen'] = []
  const sockets = new Set<Socket>()
  let bytes = 0
  const server = createServer({key: await readFile(key), cert: await readFile(cert)}, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const what = /<Body><(\w+) /.exec(body)?.[1] ?? request.url ?? ''
      seen.push({what, body, headers: request.headers})
      answer(script, what, response, body)
    })
  })
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
  })
  await listen(server)
  const {port} = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${port}/sdk`,
    ca: cert,
    seen,
    received: () => bytes,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(dir, {recursive: true, force: true})
    },
  }
}

function answer(script: Script, what: string, response: ServerResponse, body: string): void {
  const reply = script[what] ?? DEFAULTS[what]
  const next = Array.isArray(reply) ? (reply.length > 1 ? reply.shift() : reply[0]) : reply
  if (next) next(response, body)
  else response.writeHead(501).end(`nobody expects ${what}`)
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

/** An XSI prefix in front of `type`, as servers of different makers write it. */
export function envelope(inside: string, xsi = 'xsi'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:${xsi}="http://www.w3.org/2001/XMLSchema-instance">
<soapenv:Body>${inside}</soapenv:Body></soapenv:Envelope>`
}

/** `<METHODResponse><returnval>…` */
export function returning(method: string, ...values: string[]): Reply {
  const inside = values.map((one) => `<returnval>${one}</returnval>`).join('')
  return text(envelope(`<${method}Response xmlns="urn:vim25">${inside}</${method}Response>`))
}

export function text(body: string, {status = 200, type = 'text/xml; charset=utf-8'} = {}): Reply {
  return (response) => void response.writeHead(status, {'Content-Type': type}).end(body)
}

export function fault(name: string, inside = '', said = ''): Reply {
  const detail = `<detail><${name}Fault xmlns="urn:vim25" xsi:type="${name}">${inside}</${name}Fault></detail>`
  const whole = `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${said}</faultstring>${detail}</soapenv:Fault>`
  return text(envelope(whole), {status: 500})
}

const ref = (name: string, type: string) => `<${name} type="${type}">${type}</${name}>`
const content = [
  ref('rootFolder', 'Folder'),
  ref('propertyCollector', 'PropertyCollector'),
  ref('viewManager', 'ViewManager'),
  '<about><fullName>Scripted</fullName><apiVersion>8.0.1.0</apiVersion><apiType>VirtualCenter</apiType><instanceUuid>u</instanceUuid></about>',
  ref('sessionManager', 'SessionManager'),
].join('')

/** Real servers quote the value of the cookie. */
export const COOKIE = 'vmware_soap_session="52a8-&-b1"'

/** What every session begins and ends with. */
const DEFAULTS: Script = {
  '/sdk/vimServiceVersions.xml': (response) => void response.writeHead(404).end(),
  RetrieveServiceContent: returning('RetrieveServiceContent', content),
  Login(response, body) {
    response.setHeader('Set-Cookie', `${COOKIE}; Path=/; HttpOnly; Secure`)
    returning('Login', '<key>session-1</key><userName>VSPHERE.LOCAL\\ops</userName>')(response, body)
  },
  Logout: returning('Logout'),
}
