import {afterEach} from 'vitest'
import {type TcpClients, tcpClients} from '../runbooks/haproxy/clients.js'
import type {Desk} from './desk.js'

/** A drain of this server waits for as long as somebody is connected to it. */
export const BUSY = 'tcpapp/s2'
export const WAITS = `haproxy drain ${BUSY} --yes --poll 50ms --settle 2 --timeout 50s`
export const WAITING = `start wait until ${BUSY} is idle`

export interface Busy {
  /** Connects clients to both servers of `tcpapp`. */
  connect(): Promise<TcpClients>
}

/** Clients for one test each; they are gone after it. */
export function busy(at: Desk): Busy {
  const connected: TcpClients[] = []
  afterEach(() => {
    for (const one of connected.splice(0)) one.end()
  })
  return {
    async connect() {
      const [lb1] = at.lab().instances
      const clients = await tcpClients(lb1?.places.tcpPort ?? 0, 4)
      connected.push(clients)
      return clients
    },
  }
}
