import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {type FleetOptions, type LabFleet, startFleet} from '../../../src/lib/lab/fleet.js'
import {type LabSshd, type SshdOptions, startSshd} from '../../../src/lib/lab/sshd.js'
import {RemoteError} from '../../../src/lib/remote/fault.js'
import {
  type CommandOptions,
  type FleetPool,
  type FleetPoolSettings,
  type LinkHost,
  openFleetPool,
} from '../../../src/lib/remote/fleet/fleet-pool.js'
import {type PinnedKeys, parsePinnedKeys, readPinnedKeys} from '../../../src/lib/remote/fleet/pinned-keys.js'

/** Everything a test file starts, stopped in reverse. */
export class Room {
  readonly dir: string
  readonly #ends: (() => unknown)[] = []

  private constructor(dir: string) {
    this.dir = dir
    this.#ends.push(() => rm(dir, {recursive: true, force: true}))
  }

  static async make(): Promise<Room> {
    return new Room(await mkdtemp(join(tmpdir(), 'redeye-fleet-')))
  }

  async fleet(options: Omit<FleetOptions, 'dir'>): Promise<LabFleet> {
    const fleet = await startFleet({...options, dir: join(this.dir, 'fleet')})
    this.onEnd(() => fleet.stop())
    return fleet
  }

  async sshd(name: string, options: Omit<SshdOptions, 'dir'> = {}): Promise<LabSshd> {
    const sshd = await startSshd({...options, dir: join(this.dir, name)})
    this.onEnd(() => sshd.stop())
    return sshd
  }

  /** A pool with this key and nothing else of the machine's. */
  pool(user: string, keyFile: string, keys: PinnedKeys, more: Partial<FleetPoolSettings> = {}): FleetPool {
    const uid = userInfo().uid
    const pool = openFleetPool({
      signIn: {user, identityFiles: [keyFile], identitiesOnly: true, uid},
      bastions: {},
      threads: 2,
      pins: (id, port) => keys.of(id, port),
      ...more,
    })
    this.onEnd(() => pool.close())
    return pool
  }

  async fleetPool(fleet: LabFleet, more: Partial<FleetPoolSettings> = {}): Promise<FleetPool> {
    return this.pool(fleet.user, fleet.keyFile, await readPinnedKeys(fleet.keysFile), more)
  }

  onEnd(end: () => unknown): void {
    this.#ends.push(end)
  }

  async end(): Promise<void> {
    for (const end of this.#ends.reverse()) await end()
  }
}

export function hostOf(fleet: LabFleet, number: number): LinkHost {
  const row = fleet.rows[number]
  if (row === undefined) throw new Error(`the lab has no host ${number}`)
  return {id: row.id, address: row.address, port: row.port, via: ''}
}

/** The lab's sshd as a host of a fleet, and its pinned key. */
export function sshdHost(sshd: LabSshd): {host: LinkHost; keys: PinnedKeys} {
  return {
    host: {id: 'real', address: sshd.host, port: sshd.port, via: ''},
    keys: parsePinnedKeys(`[real]:${sshd.port} ${sshd.hostKeyLine}\n`),
  }
}

export function limits(more: Partial<CommandOptions> = {}): CommandOptions {
  return {signal: new AbortController().signal, timeoutMs: 20_000, connectTimeoutMs: 20_000, ...more}
}

/** `unreachable timeout`, for comparing. */
export async function faultOf(promise: Promise<unknown>): Promise<string> {
  const fault = await thrownBy(promise)
  return `${fault.fault} ${fault.class ?? ''}`
}

export async function thrownBy(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.then(
    (value) => new Error(`no error, but ${JSON.stringify(value).slice(0, 200)}`),
    (thrown) => thrown,
  )
  if (error instanceof RemoteError) return error
  throw error
}

/** Bytes that all threads see. */
export function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}
