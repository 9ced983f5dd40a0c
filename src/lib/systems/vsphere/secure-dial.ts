import {readFile} from 'node:fs/promises'
import * as net from 'node:net'
import * as tls from 'node:tls'
import {RemoteError} from '../../remote/fault.js'
import {isCertificateFault, untrusted, wrongPin} from './certificate-fault.js'
import type {Address, VsphereTarget, VsphereTls} from './target.js'
import {fits} from './thumbprint.js'

export interface SecureDial {
  /** A connection whose other end has shown the right certificate. @throws RemoteError `unreachable` or `refused`: nothing was sent */
  dial(): Promise<tls.TLSSocket>
  /** Ends the connections that are being made. */
  close(): void
}

export function secureDial(
  target: VsphereTarget,
  {host, port, where}: Address,
  connectMs: number,
): SecureDial {
  const {name, tls: wanted} = target
  const making = new Set<tls.TLSSocket>()
  let options: Promise<tls.ConnectionOptions> | undefined

  return {
    async dial() {
      options ??= optionsOf(where, host, port, wanted)
      const found = await options
      try {
        return await connect(found)
      } catch (error) {
        const {code = '', message} = error as NodeJS.ErrnoException
        if (error instanceof RemoteError) throw error
        if (!isCertificateFault(code)) throw notConnected(where, code, message, connectMs)
        throw untrusted(where, name, code, message, await lookAt(found))
      }
    },
    close() {
      for (const socket of making) socket.destroy(new Error('closed'))
    },
  }

  function connect(found: tls.ConnectionOptions): Promise<tls.TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = tls.connect(found)
      making.add(socket)
      const timer = setTimeout(() => socket.destroy(new TimedOut()), connectMs)
      const settle = () => {
        clearTimeout(timer)
        making.delete(socket)
      }
      socket.once('error', (error) => {
        settle()
        reject(error)
      })
      socket.once('close', () => {
        settle()
        reject(new Error('closed before TLS stood'))
      })
      socket.once('secureConnect', () => {
        settle()
        const {thumbprint} = wanted
        const seen = socket.getPeerCertificate()
        if (thumbprint === undefined || fits(thumbprint, seen)) return resolve(socket)
        socket.destroy()
        reject(wrongPin(where, thumbprint, seen))
      })
    })
  }

  /** The certificate that was not accepted, to show it: over a connection of its own, on which nothing is sent. */
  async function lookAt(found: tls.ConnectionOptions): Promise<tls.PeerCertificate | undefined> {
    return await new Promise((resolve) => {
      const socket = tls.connect({...found, rejectUnauthorized: false})
      making.add(socket)
      const end = (seen?: tls.PeerCertificate) => {
        clearTimeout(timer)
        making.delete(socket)
        socket.destroy()
        resolve(seen)
      }
      const timer = setTimeout(end, connectMs)
      socket.once('error', () => end())
      socket.once('secureConnect', () => end(socket.getPeerCertificate()))
    })
  }
}

async function optionsOf(
  where: string,
  host: string,
  port: number,
  wanted: VsphereTls,
): Promise<tls.ConnectionOptions> {
  const {ca, thumbprint, servername, insecure} = wanted
  const sni = servername ?? (net.isIP(host) ? undefined : host)
  return {
    host,
    port,
    // The pin is compared before anything is sent.
    rejectUnauthorized: thumbprint === undefined && insecure !== true,
    ...(sni !== undefined && {servername: sni}),
    // Made once: reading hundreds of authorities for each connection would cost more than the connection.
    secureContext: tls.createSecureContext(
      thumbprint !== undefined || insecure === true
        ? {}
        : {ca: ca ? await readAll(where, ca) : systemAuthorities()},
    ),
    ALPNProtocols: ['http/1.1'],
  }
}

/** What Node.js brings along and, where it can tell (22.15), what this machine has of its own. */
function systemAuthorities(): string[] {
  const get: typeof tls.getCACertificates | undefined = tls.getCACertificates
  return get ? [...new Set([...get('default'), ...get('system')])] : [...tls.rootCertificates]
}

async function readAll(where: string, paths: readonly string[]): Promise<Buffer[]> {
  return await Promise.all(
    paths.map((path) =>
      readFile(path).catch((error: NodeJS.ErrnoException) => {
        throw new RemoteError('refused', `${where}: cannot read ${path}: ${error.code ?? error.message}`, {
          class: 'unreadable-ca',
          hint: 'Check ca of this target in the inventory: it names a PEM file.',
        })
      }),
    ),
  )
}

class TimedOut extends Error {
  code = 'ETIMEDOUT'
}

function notConnected(where: string, code: string, message: string, connectMs: number): RemoteError {
  const [kind, says, hint] = HINTS[code] ?? [
    /^ERR_SSL|EPROTO/.test(code) ? 'tls' : 'no-connection',
    message,
    'The server closed the connection at once: look at its log, and whether the port speaks TLS.',
  ]
  const text = code === 'ETIMEDOUT' ? `no connection within ${connectMs / 1000} s` : says
  return new RemoteError('unreachable', `${where}: ${text}`, {class: kind, hint})
}

const UNKNOWN = [
  'no-such-host',
  'the name does not resolve',
  'Check the host name in the url of the target.',
] as const
const NO_ROUTE = ['no-route', 'no route to it', 'Check the address and the network.'] as const
const HINTS: Readonly<Record<string, readonly [kind: string, says: string, hint: string]>> = {
  ECONNREFUSED: [
    'nobody-listens',
    'refused, nobody listens there',
    'The service is down, or the port is another one.',
  ],
  ETIMEDOUT: ['time-out', '', 'The machine is down, overloaded, or a firewall drops the packets.'],
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ENOTFOUND: UNKNOWN,
  EAI_AGAIN: ['no-such-host', 'the name server does not answer', 'Check DNS, or use an address.'],
}
