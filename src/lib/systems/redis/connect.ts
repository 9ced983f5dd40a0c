import {readFile} from 'node:fs/promises'
import {resolve} from 'node:path'
import {connectionFailed, turnedAway, unreadable, wrongNode} from './errors.js'
import {within} from './within.js'

/** TCP, TLS and sign-in together. */
const CONNECT_MS = 3000

export interface RedisAddress {
  host: string
  port: number
}

export interface RedisSignIn {
  user?: string
  /** Asked for when a connection is made; what it throws is thrown as it is. */
  password?: () => Promise<string>
  tls?: RedisTls
}

/** Paths of PEM files, read when a connection is made, and the name that the certificate must have. */
export interface RedisTls {
  ca?: string
  cert?: string
  key?: string
  servername?: string
  /** Relative paths are from here. */
  directory?: string
  /** What `~/` stands for. */
  home?: string
}

/** A connection whose other end has said that it is the right node of a cluster. */
export interface Link {
  send(args: string[]): Promise<unknown>
  /** Whether the server said this, as opposed to a failure on the way. */
  isReply(error: unknown): error is Error
}

/**
 * Signs in and asks who is there, which also tells whether the process answers at all.
 * @param id refuses any other node when given
 * @param cut ends the connection in whatever state it is, which the caller must do when this fails; it is aborted, with
 * the error, when the connection ends by itself later
 * @throws RemoteError `unreachable` or `refused`; what the password throws
 */
export async function connect(
  at: RedisAddress,
  signIn: RedisSignIn,
  id: string | undefined,
  cut: AbortController,
): Promise<Link> {
  const where = addressText(at)
  const password = await signIn.password?.()
  const tls = signIn.tls && (await readTls(where, signIn.tls))
  const {RedisClient, ErrorReply} = await import('@redis/client')
  const socket = {...at, connectTimeout: CONNECT_MS, reconnectStrategy: false as const, signal: cut.signal}
  const options = {
    RESP: 2 as const,
    socket: tls ? {...socket, ...tls, tls: true as const} : socket,
    ...(signIn.user !== undefined && {username: signIn.user}),
    ...(password !== undefined && {password}),
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled' as const,
  }
  // createClient makes a class of 400 methods for every new set of options, which takes longer than the sign-in.
  const client = RedisClient.factory({RESP: 2})(options)
  // Every error also rejects what waits for it; one that nobody waits for ends a connection that was made.
  let made = false
  client.on('error', (error) => made && cut.abort(error))
  cut.signal.addEventListener('abort', () => client.destroy(), {once: true})

  const isReply = (error: unknown): error is Error => error instanceof ErrorReply
  const hello = async () => {
    await client.connect()
    return String(await client.sendCommand(['CLUSTER', 'MYID']))
  }
  const found = await within(hello(), CONNECT_MS, cut.signal).catch((error: unknown) => {
    throw isReply(error) ? turnedAway(where, error.message) : connectionFailed(where, error)
  })
  if (id !== undefined && found !== id) throw wrongNode(where, id, found)
  made = true
  return {send: (args) => client.sendCommand(args), isReply}
}

/** `10.0.0.1:6379`, `[2001:db8::1]:6379` */
export function addressText({host, port}: RedisAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function readTls(where: string, {ca, cert, key, servername, directory = '.', home = '~'}: RedisTls) {
  const read = async (name: string) => {
    const path = name.startsWith('~/') ? resolve(home, name.slice(2)) : resolve(directory, name)
    return await readFile(path).catch((error: unknown) => {
      throw unreadable(where, path, error)
    })
  }
  return {
    ...(ca !== undefined && {ca: await read(ca)}),
    ...(cert !== undefined && {cert: await read(cert)}),
    ...(key !== undefined && {key: await read(key)}),
    ...(servername !== undefined && {servername}),
  }
}
