import type {Duplex} from 'node:stream'
import {RemoteError} from '../fault.js'
import {connect} from '../ssh/connect.js'
import {limit} from '../ssh/limit.js'
import {openChannel} from '../ssh/open-channel.js'
import type {Session} from '../ssh/session.js'
import {unpackFault} from './fault-record.js'
import {bastionDown, behindBastion, notConnected} from './faults.js'
import {type Gate, gate, room} from './gate.js'
import type {BastionSettings, HostSpec} from './messages.js'
import {unpackTarget} from './sent-target.js'
import type {Stopper} from './stopper.js'
import type {Transport} from './transport.js'

/** Connections to bastions, each carrying many hosts. */
export interface Bastions {
  /** @throws RemoteError `unreachable`; class `bastion` when it is the bastion that does not serve */
  dial(host: HostSpec, limitMs: number, stopper: Stopper): Promise<Transport>
  /** Signs in, if it is not. @throws RemoteError */
  check(name: string, limitMs: number): Promise<void>
  close(): void
}

/** Half of the 1024 files that many distributions let a process have; each channel takes two of sshd's. */
const CHANNELS = 500

/** A bastion that failed is not asked again for so long: thousands of hosts may wait for it. */
const REST_MS = 5000

type Lane = {
  room: Gate
  session?: Session
  opening?: Promise<Session>
  failed?: {fault: RemoteError; at: number}
}

export function bastions(settings: Record<string, BastionSettings>, uid: number | undefined): Bastions {
  const lanes = new Map<string, Lane>()
  const ending = new AbortController()
  const laneOf = (name: string, number: number) => {
    const key = `${name}\n${number}`
    let lane = lanes.get(key)
    if (lane === undefined) {
      lane = {room: gate(CHANNELS)}
      lanes.set(key, lane)
    }
    return lane
  }
  const signIn = async (name: string, limitMs: number) => {
    const setting = settings[name]
    if (setting === undefined) throw bastionDown(name, 'the inventory does not have it')
    if ('fault' in setting) throw unpackFault(setting.fault)
    return connect(unpackTarget(setting.target), uid, limit(limitMs, ending.signal))
  }
  const open = (name: string, lane: Lane, limitMs: number): Promise<Session> => {
    if (lane.session?.alive()) return Promise.resolve(lane.session)
    if (lane.failed !== undefined && performance.now() - lane.failed.at < REST_MS)
      return Promise.reject(lane.failed.fault)
    lane.opening ??= signIn(name, limitMs)
      .then(
        (session) => {
          lane.session = session
          return session
        },
        (error: unknown) => {
          const fault = bastionDown(name, error instanceof Error ? error.message : String(error))
          lane.failed = {fault, at: performance.now()}
          throw fault
        },
      )
      .finally(() => {
        delete lane.opening
      })
    return lane.opening
  }

  return {
    async dial(host, limitMs, stopper) {
      const lane = laneOf(host.via, host.lane)
      await room(lane.room, stopper)
      try {
        const session = await open(host.via, lane, limitMs)
        const stream = await forward(session, host, limitMs, stopper)
        stream.once('close', () => lane.room.leave())
        return {
          stream,
          whyGone: () => (session.alive() ? undefined : bastionDown(host.via, 'its connection has ended')),
        }
      } catch (error) {
        lane.room.leave()
        throw error
      }
    },
    check: async (name, limitMs) => void (await open(name, laneOf(name, 0), limitMs)),
    close() {
      ending.abort()
      for (const lane of lanes.values()) lane.session?.close()
    },
  }
}

async function forward(session: Session, host: HostSpec, limitMs: number, stopper: Stopper): Promise<Duplex> {
  const stop = new AbortController()
  stopper.enter(limitMs, (why) =>
    stop.abort(notConnected(why, limitMs, `the bastion ${host.via} got no answer from it`)),
  )
  try {
    return await openChannel(stop.signal, (opened) =>
      session.client.forwardOut('127.0.0.1', 0, host.address, host.port, opened),
    )
  } catch (error) {
    if (error instanceof RemoteError) throw error
    if (!session.alive()) throw bastionDown(host.via, 'its connection has ended')
    throw behindBastion(host.via, error as Error)
  } finally {
    stopper.leave()
  }
}
