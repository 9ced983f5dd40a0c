import type {Permission} from './permission.js'

export type Instance = {
  id: string
  /** Its Name tag; the id when it has none. */
  name: string
  /** pending, running, stopping, stopped, shutting-down, terminated */
  state: string
  stateReason: {code: string; message: string} | null
  /** The last start, in whole seconds: a reboot leaves it. */
  launchedMs: number
  type: string
  zone: string
  privateIp: string | null
  publicIp: string | null
  /** All of its addresses: targets of the type `ip` are named by these. */
  addresses: string[]
  spot: boolean
  /** Its root disk is lost when it stops. */
  ephemeralRoot: boolean
  hostId: string | null
}

/** `ok`, `impaired`, `initializing`, `insufficient-data`, `not-applicable`; `unknown` when nothing is said. */
export type Checks = {
  system: string
  instance: string
  ebs: string
  /** ISO 8601: since when one of them fails. */
  impairedSince: string | null
  events: {code: string; description: string; notBefore: string | null}[]
}

export type Protection = {
  apiStop: boolean
  /** `stop` or `terminate`: what happens when its own operating system shuts it down. */
  onShutdown: string
}

/** What was posted to its console at its last start, stop or reboot. */
export type ConsolePost = {
  /** ISO 8601. */
  at: string | null
  /** SHA-256 of the text. */
  digest: string
}

export type InstanceAction = 'StopInstances' | 'StartInstances' | 'RebootInstances'

export interface InstanceReader {
  /** By id (`i-...`) or Name tag; those that are terminated only by id. All that fit. */
  findInstances(named: string, signal: AbortSignal): Promise<Instance[]>
  /** @throws RemoteError of the class `no-such-instance` */
  instance(id: string, signal: AbortSignal): Promise<Instance>
  checks(id: string, signal: AbortSignal): Promise<Checks>
  protection(id: string, signal: AbortSignal): Promise<Protection>
  /** Its elastic addresses. */
  elasticIps(id: string, signal: AbortSignal): Promise<string[]>
  consolePost(id: string, signal: AbortSignal): Promise<ConsolePost>
  /** Whether the type has disks that are lost when it stops, and the zones that have the type. */
  typeOf(type: string, signal: AbortSignal): Promise<{ephemeralDisks: boolean; zones: string[]}>
  /** `Online`, `ConnectionLost`, `Inactive`; null when Systems Manager does not know it, or may not be asked. */
  ping(id: string, signal: AbortSignal): Promise<string | null>
  /** Asks with DryRun: nothing is done. */
  may(action: InstanceAction, id: string, signal: AbortSignal): Promise<Permission>
}

export interface InstanceWriter {
  stop(id: string, force: boolean, signal: AbortSignal): Promise<void>
  start(id: string, signal: AbortSignal): Promise<void>
  /** The service says nothing, also not whether it happened. Sent once. */
  reboot(id: string, signal: AbortSignal): Promise<void>
}
