import type {FleetHost} from './host.js'
import type {Manner} from './manner.js'

export interface ReceiversSystems {
  /** @throws when the inventory has no such fleet. */
  fleet(name: string): Promise<FleetLinks>
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms` or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Connections to the hosts of a fleet. SSH runs in threads of its own; the one that draws never does it. */
export interface FleetLinks {
  /** Nothing is connected yet. One link for each call; close it. */
  link(host: FleetHost): HostLink
  /** Signs in to each of these bastions once; the reason for those that do not answer. */
  bastions(names: readonly string[], signal: AbortSignal): Promise<{name: string; error: string}[]>
  /** Ids whose host key is not pinned. */
  unpinned(hosts: readonly FleetHost[]): Promise<string[]>
  /** How such hosts are signed in to: they share user and keys. */
  manner(host: FleetHost): Promise<Manner>
  /** What this process may use. */
  limits(): {fileDescriptors: number; threads: number}
  /** Lets go of everything. */
  close(): Promise<void>
}

/** One host over one connection, from the first command until close. */
export interface HostLink {
  /**
   * Runs one command line; connects first when there is no connection. Any exit code is a result.
   * @throws RemoteError `unreachable` with class `dns`, `timeout`, `refused-connection`, `no-route` or `bastion`; `refused` with
   * class `host-key` or `sign-in`: both before anything was sent. `lost` when it was sent and nobody knows.
   */
  run(command: string, options: RunOptions): Promise<RunResult>
  /** Lets go of the connection. The next command connects anew. */
  close(): void
}

export type RunOptions = {
  signal: AbortSignal
  /** Of the command; connecting has its own. */
  timeoutMs: number
  connectTimeoutMs: number
  /** Bytes of stdout and stderr together that are kept, the first ones; 64 Ki unless said. The rest is counted. */
  keepBytes?: number
  /** What it reads, shared by all hosts. */
  stdin?: Uint8Array<SharedArrayBuffer>
  /** It only reads: it may be sent before the sign-in is answered (three round trips less), and again when it was cut off. */
  repeatable?: boolean
}

export type RunResult = {
  /** `null` when a signal ended the command. */
  code: number | null
  signal: string
  stdout: string
  stderr: string
  /** Bytes beyond what was kept. */
  dropped: number
}
