import type {HostSpec, Output} from './messages.js'
import {openPool, type PoolSettings} from './pool.js'

export type LinkHost = Pick<HostSpec, 'id' | 'address' | 'port' | 'via'>

export type LinkOptions = {
  /** What to do with a host that has no pinned key; refused unless said. A changed key is always refused. */
  unpinned?: 'refuse' | 'accept'
  /** Told once, with the key of an unpinned host that was accepted: `ssh-ed25519 AAAA...`. */
  onNewKey?(line: string): void
}

export type CommandOptions = {
  signal: AbortSignal
  /** Of the command; connecting has its own. */
  timeoutMs: number
  connectTimeoutMs: number
  /** Bytes of stdout and stderr together that are kept, the first ones; 64 Ki unless said. The rest is counted. */
  keepBytes?: number
  /** What it reads; over a SharedArrayBuffer, so that it is not copied for each host. It is then never sent ahead or again. */
  stdin?: Uint8Array<SharedArrayBuffer>
  /** It only reads. It may then be sent before the host has answered the sign-in, and again when a connection breaks. */
  repeatable?: boolean
}

/** One host over one connection, from the first command until it is let go of. */
export interface Link {
  /**
   * One command at a time; any exit code is a result.
   * @throws RemoteError `unreachable` and `refused`: nothing was sent, or only what may be sent again; `lost`: it was sent and
   * nobody knows.
   */
  run(command: string, options: CommandOptions): Promise<Output>
  /** The next command connects anew. */
  close(): void
}

export interface FleetPool {
  link(host: LinkHost, options?: LinkOptions): Link
  /** Signs in to a bastion, if that is not done yet. @throws RemoteError */
  bastion(name: string, timeoutMs: number, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export type FleetPoolSettings = PoolSettings & {
  /** The keys a host may show, as base64 of the raw blob. */
  pins(id: string, port: number): readonly string[]
}

const KEEP_BYTES = 64 * 1024
/**
 * Open hosts that are worth another thread. At 1.3 ms of CPU each and some round trips of 150 ms, so many keep one busy; a second
 * one costs an eighth more CPU in all, 100 ms to start, and 25 MB.
 */
const HOSTS_PER_THREAD = 512
/** Open hosts that are worth another connection to the bastion. */
const HOSTS_PER_CONNECTION = 16
const BASTION_CONNECTIONS = 4

/** Links to many hosts, spread over threads. Nothing is started before the first command. */
export function openFleetPool(settings: FleetPoolSettings): FleetPool {
  const pool = openPool(settings)
  const lockStep = new Set<string>()
  let links = 0
  let open = 0

  /** All channels of one connection to a bastion are in one thread. */
  const place = (host: LinkHost, number: number): {thread: number; lane: number} => {
    const wanted = (hosts: number) => Math.ceil((open + 1) / hosts)
    if (host.via === '')
      return {thread: number % Math.min(wanted(HOSTS_PER_THREAD), settings.threads), lane: 0}
    const lane = number % Math.min(wanted(HOSTS_PER_CONNECTION), BASTION_CONNECTIONS)
    return {thread: lane % settings.threads, lane}
  }
  return {
    link(host, {unpinned = 'refuse', onNewKey} = {}) {
      let current: {number: number; thread: number; lane: number} | undefined
      let before: Promise<unknown> = Promise.resolve()
      const begin = () => {
        const number = links++
        current = {number, ...place(host, number)}
        open++
        return current
      }
      const run: Link['run'] = async (command, options) => {
        const {number, thread, lane} = current ?? begin()
        const {id, address, port, via} = host
        const spec: HostSpec = {
          ...{id, address, port, via, lane},
          pins: settings.pins(id, port),
          unpinned,
          lockStep: lockStep.has(id),
        }
        const {signal, keepBytes = KEEP_BYTES, stdin, timeoutMs, connectTimeoutMs} = options
        const repeatable = options.repeatable === true && !stdin
        const limits = {timeoutMs, connectTimeoutMs, keepBytes, repeatable}
        const job = {link: number, host: spec, command, ...(stdin && {stdin}), ...limits}
        const result = await pool.run(thread, job, signal)
        if (result.lockStep) lockStep.add(id)
        if (result.newKey !== undefined && spec.pins.length === 0) onNewKey?.(result.newKey)
        return result.output as Output
      }
      return {
        run(command, options) {
          const result = before.then(() => run(command, options))
          before = result.catch(() => {})
          return result
        },
        close() {
          if (current === undefined) return
          pool.letGo(current.thread, current.number)
          current = undefined
          open--
        },
      }
    },
    async bastion(name, timeoutMs, signal) {
      await pool.bastion(0, name, timeoutMs, signal)
    },
    close: () => pool.close(),
  }
}
