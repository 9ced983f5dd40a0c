import type {ServerReading, Snapshot} from './snapshot.js'

/**
 * One HAProxy process, through its Runtime API. Reads are one connection each and are never repeated here.
 *
 * Every method throws RemoteError: `unreachable` when nothing was sent, `lost` when the answer did not come (for a
 * change: in doubt, look before repeating), `answered` with a class when HAProxy said no.
 */
export interface HaproxyInstance extends HaproxyReader, HaproxyWriter {
  /** Lets go of what is in flight. */
  close(): void
}

export interface HaproxyReader {
  /** Name in the inventory. */
  name: string
  /** The socket, for messages: `unix:/run/haproxy/admin.sock`. */
  where: string
  snapshot(signal: AbortSignal): Promise<Snapshot>
  /** @throws RemoteError `answered`, class `no-such-server` or `no-such-backend`. */
  server(backend: string, server: string, signal: AbortSignal): Promise<ServerReading>
  /** Sessions on this server now, oldest first. */
  sessions(backend: string, server: string, signal: AbortSignal): Promise<Session[]>
  getWeight(backend: string, server: string, signal: AbortSignal): Promise<Weight>
}

/** An accepted change is not a made one (an agent may undo it at once): read the server afterwards. */
export interface HaproxyWriter {
  setState(
    backend: string,
    server: string,
    state: 'ready' | 'drain' | 'maint',
    signal: AbortSignal,
  ): Promise<void>
  agent(backend: string, server: string, action: 'enable' | 'disable', signal: AbortSignal): Promise<void>
  shutdownSessions(backend: string, server: string, signal: AbortSignal): Promise<void>
  /** Sessions that the server gets at once; 0: any number. */
  setMaxconn(backend: string, server: string, sessions: number, signal: AbortSignal): Promise<void>
  /** `weight` is 0 to 256, or a percentage of the configured weight: `50%`. HAProxy rounds it down. */
  setWeight(backend: string, server: string, weight: string, signal: AbortSignal): Promise<void>
}

export type Session = {id: string; ageSec: number}
export type Weight = {now: number; initial: number}
