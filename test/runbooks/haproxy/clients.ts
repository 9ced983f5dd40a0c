import {request} from 'node:http'
import {createConnection, type Socket} from 'node:net'
import type {HaproxyDaemon} from '../../../src/lib/lab/haproxy.js'
import {until} from '../../../src/lib/lab/until.js'
import {calm, instanceOf} from '../../lab/running-lab.js'

/**
 * Requests that take `ms`, sent one by one until one of them is on this server. Resolves to the status codes of all
 * of them, once they have ended (0: the connection broke).
 */
export async function slowRequests(
  at: HaproxyDaemon,
  [backend, server]: [string, string],
  ms: number,
): Promise<() => Promise<number[]>> {
  const answers: Promise<number>[] = []
  const there = await until(
    async () => {
      if ((await sessions(at, backend, server)) > 0) return true
      answers.push(status(`http://127.0.0.1:${at.places.httpPort}/${backend}/slow?ms=${ms}`))
      return false
    },
    5000,
    100,
  )
  if (!there) throw new Error(`no slow request reached ${backend}/${server}`)
  return () => Promise.all(answers)
}

export async function sessions(at: HaproxyDaemon, backend: string, server: string): Promise<number> {
  return (await instanceOf(at.places.socketPath).server(backend, server, calm)).server.sessions
}

function status(url: string): Promise<number> {
  return new Promise((resolve) => {
    request(url, {agent: false}, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0)).on('error', () => resolve(0))
    })
      .on('error', () => resolve(0))
      .end()
  })
}

export interface TcpClients {
  /** Connections that the other side has closed. */
  closed(): number
  end(): void
}

/** Connections that have sent something and got it back, and then stay open. */
export async function tcpClients(port: number, count: number): Promise<TcpClients> {
  let closed = 0
  const sockets = await Promise.all(
    Array.from({length: count}, async () => {
      const socket = await echoed(port)
      socket
        .on('error', () => {})
        .on('close', () => {
          closed += 1
        })
      return socket
    }),
  )
  return {
    closed: () => closed,
    end: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

function echoed(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({port, host: '127.0.0.1'}, () => socket.write('hello\n'))
    socket.once('data', () => resolve(socket)).once('error', reject)
  })
}
