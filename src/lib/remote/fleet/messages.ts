import type {RemoteError} from '../fault.js'

/** What passes between the thread that schedules and those that speak SSH; plain data, structured-cloned. */

export type HostSpec = {
  id: string
  /** Name or address. */
  address: string
  port: number
  /** The bastion it is reached through, and which of the connections to it; empty: none. */
  via: string
  lane: number
  /** The host keys it may show, as base64 of the raw blob. */
  pins: readonly string[]
  /** What to do with a host that has no pinned key. */
  unpinned: 'refuse' | 'accept'
  /** It does not take messages before it has answered the ones before: found out earlier. */
  lockStep: boolean
}

export type Job = {
  /** Also its slot in the shared flags. */
  job: number
  link: number
  host: HostSpec
  command: string
  /** Over shared memory: all hosts of a run get the same. */
  stdin?: Uint8Array
  timeoutMs: number
  connectTimeoutMs: number
  keepBytes: number
  /** It only reads: it may be sent ahead of sign-in, and again. */
  repeatable: boolean
}

export type ToThread =
  | {kind: 'run'; jobs: Job[]}
  | {kind: 'call-off'; jobs: number[]}
  | {kind: 'close'; links: number[]}
  /** Sign in to a bastion; answered as a job is. */
  | {kind: 'bastion'; job: number; name: string; timeoutMs: number}
  | {kind: 'end'}

export type FromThread = {kind: 'beat'} | {kind: 'results'; results: Result[]}

export type Result = {
  job: number
  output?: Output
  fault?: FaultRecord
  /** The host takes one message at a time. */
  lockStep?: boolean
  /** The key an unpinned host showed: `ssh-ed25519 AAAA...`. */
  newKey?: string
}

export type Output = {
  /** `null` when a signal ended the command. */
  code: number | null
  signal: string
  stdout: string
  stderr: string
  /** Bytes beyond what was kept. */
  dropped: number
}

/** A RemoteError as plain data: cloning would make a bare Error of it. */
export type FaultRecord = {fault: RemoteError['fault']; message: string; class?: string; hint?: string}

/** What a thread is started with. */
export type ThreadSettings = {
  signIn: SignIn
  bastions: Record<string, BastionSettings>
  /** One byte for each slot: 1 as soon as the command of that job was sent. */
  sent: SharedArrayBuffer
  /** Requests to the agent that may wait at the same time. */
  agentRequests: number
}

export type SignIn = {
  user: string
  /** Absolute paths. */
  identityFiles: readonly string[]
  /** No key of the agent beyond those of `identityFiles`. */
  identitiesOnly: boolean
  agentSocket?: string
  /** The local user's id: key files of other owners are then not held to be private. */
  uid?: number
}

/** A resolved target without its functions, or why it has none. */
export type BastionSettings = {target: string} | {fault: FaultRecord}
