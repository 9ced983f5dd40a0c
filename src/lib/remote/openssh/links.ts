import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {RemoteError} from '../fault.js'
import type {Link, LinkHost, LinkOptions} from '../fleet/fleet-pool.js'
import type {OpensshWay} from './arguments.js'
import {runShared} from './command.js'
import {type Master, openMaster} from './master.js'

export type OpensshSettings = {
  user: string
  identityFiles: readonly string[]
  bastions: Readonly<Record<string, NonNullable<OpensshWay['via']>>>
  /** The keys a host may show, as `ssh-ed25519 AAAA...`. */
  pins(id: string, port: number): readonly string[]
  /** The whole environment of the program. */
  env: Readonly<Record<string, string | undefined>>
}

export interface OpensshLinks {
  link(host: LinkHost, options: LinkOptions): Link
  close(): Promise<void>
}

const KEEP_BYTES = 64 * 1024

/** Hosts by the OpenSSH program: what ssh2 cannot do, at the price of processes. One connection for each host, too. */
export function opensshLinks(settings: OpensshSettings): OpensshLinks {
  const open = new Set<Master>()
  let directory: Promise<string> | undefined
  let links = 0
  // Control sockets must be short of 104 bytes.
  const dir = () => {
    directory ??= mkdtemp(join(tmpdir(), 'redeye-ssh-'))
    return directory
  }
  return {
    link(host, options) {
      const number = links++
      return linkTo(host, options, settings, async (suffix) => join(await dir(), `${number}${suffix}`), open)
    },
    async close() {
      for (const master of open) master.close()
      open.clear()
      if (directory) await rm(await directory, {recursive: true, force: true})
    },
  }
}

function linkTo(
  host: LinkHost,
  {unpinned = 'refuse', onNewKey}: LinkOptions,
  {user, identityFiles, bastions, pins, env}: OpensshSettings,
  path: (suffix: string) => Promise<string>,
  open: Set<Master>,
): Link {
  let master: Master | undefined
  let before: Promise<unknown> = Promise.resolve()

  const connected = async (connectTimeoutMs: number, signal: AbortSignal): Promise<Master> => {
    if (master?.alive()) return master
    const known = pins(host.id, host.port)
    if (known.length === 0 && unpinned === 'refuse')
      throw new RemoteError('refused', 'no host key is pinned for it', {class: 'host-key'})
    const via = host.via === '' ? undefined : bastions[host.via]
    if (host.via !== '' && !via)
      throw new RemoteError('unreachable', `there is no bastion ${host.via}`, {class: 'bastion'})
    const file = await path('.keys')
    await writeFile(file, known.map((key) => `${host.id} ${key}\n`).join(''), {mode: 0o600})
    const way: OpensshWay = {
      address: host.address,
      port: host.port,
      user,
      identityFiles,
      knownHosts: {file, alias: host.id, accept: known.length === 0},
      ...(via && {via}),
      connectTimeoutMs,
    }
    const fresh = await openMaster(way, await path('.sock'), env, signal)
    if (known.length === 0) {
      const [, ...key] = (await readFile(file, 'utf8')).trim().split(' ')
      onNewKey?.(key.join(' '))
    }
    open.add(fresh)
    master = fresh
    return fresh
  }
  const run: Link['run'] = async (text, options) => {
    const {signal, timeoutMs, connectTimeoutMs, keepBytes = KEEP_BYTES, stdin} = options
    const shared = await connected(connectTimeoutMs, signal)
    const command = {text, timeoutMs, keepBytes, signal, ...(stdin && {stdin})}
    return await runShared(shared, host.address, command, env)
  }
  return {
    run(text, options) {
      const result = before.then(() => run(text, options))
      before = result.catch(() => {})
      return result
    },
    close() {
      if (!master) return
      open.delete(master)
      master.close()
      master = undefined
    },
  }
}
