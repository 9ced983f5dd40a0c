import {readFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {packFault} from '../../remote/fleet/fault-record.js'
import {type FleetPool, openFleetPool} from '../../remote/fleet/fleet-pool.js'
import type {BastionSettings, SignIn} from '../../remote/fleet/messages.js'
import type {PinnedKeys} from '../../remote/fleet/pinned-keys.js'
import {packTarget} from '../../remote/fleet/sent-target.js'
import type {OpensshLinks} from '../../remote/openssh/links.js'
import {keyType} from '../../remote/ssh/key-blob.js'
import {resolve, type Surroundings} from '../../remote/ssh/resolve.js'
import type {SshTarget} from '../../remote/ssh/target.js'
import type {FleetLinks} from './fleet.js'
import type {FleetHost} from './host.js'
import {hostLink, type Ways} from './host-link.js'
import {type Manner, mannerOf} from './manner.js'

export type FleetSettings = {
  /** As the ssh configuration says of the first host unless given; the same for the whole fleet. */
  user?: string
  /** Absolute paths; only these keys are used then. */
  identityFiles?: readonly string[]
  keys: PinnedKeys
  /** By the names that hosts have in `via`. */
  bastions: Readonly<Record<string, SshTarget>>
  /** What to do with a host that has no pinned key: refused unless said. Accepted ones are pinned in `keys` from then on. */
  unpinned?: 'refuse' | 'accept'
  /** Told of every host that was accepted without a pinned key. */
  onNewKey?(host: FleetHost, line: string): void
  /** Threads that speak SSH; as many as cores, at most 8, unless said. */
  threads?: number
}

export type FleetSurroundings = Surroundings & {
  /** The local user's id: key files of other owners are then not held to be private. */
  uid?: number
}

const MOST_THREADS = 8
const BASTION_MS = 10_000
const RESOLVE_MS = 10_000

/** Connections to the hosts of a fleet. Nothing is read and nothing is started before the first command. */
export function openFleet(settings: FleetSettings, around: FleetSurroundings): FleetLinks {
  const threads = settings.threads ?? Math.min(availableParallelism(), MOST_THREADS)
  const {keys, unpinned = 'refuse'} = settings
  let signingIn: Promise<SignIn> | undefined
  let opening: Promise<FleetPool> | undefined
  let openingSlow: Promise<OpensshLinks> | undefined
  let manner: Promise<Manner> | undefined
  const signIn = (address: string) => {
    signingIn ??= signInOf(settings, around, address, AbortSignal.timeout(RESOLVE_MS))
    return signingIn
  }
  const pool = (address: string) => {
    opening ??= signIn(address).then((how) => openPool(settings, around, threads, how))
    return opening
  }
  const slow = (address: string) => {
    openingSlow ??= signIn(address).then((how) => openOpenssh(settings, around, how))
    return openingSlow
  }
  const mannerAt = (address: string) => {
    manner ??= signIn(address).then(mannerOf)
    return manner
  }
  return {
    link(host) {
      const {address} = host
      const ways: Ways = {
        pool: () => pool(address),
        openssh: () => slow(address),
        onlyOpenssh: async () => (await mannerAt(address)).openssh !== '',
      }
      return hostLink(host, ways, {unpinned, onNewKey: (line) => pinned(host, line)})
    },
    async bastions(names, signal) {
      const [first] = names
      if (first === undefined) return []
      const opened = await pool(settings.bastions[first]?.host ?? first)
      const asked = names.map(async (name) => ({name, error: await failure(opened, name, signal)}))
      return (await Promise.all(asked)).filter(({error}) => error !== '')
    },
    unpinned: async (hosts) =>
      hosts.filter((one) => keys.of(one.id, one.port).length === 0).map(({id}) => id),
    limits: () => ({fileDescriptors: mostFiles(), threads}),
    manner: ({address}) => mannerAt(address),
    async close() {
      await Promise.all([(await opening)?.close(), (await openingSlow)?.close()])
    },
  }

  function pinned(host: FleetHost, line: string): void {
    keys.add(host.id, host.port, line)
    settings.onNewKey?.(host, line)
  }
}

async function openPool(
  settings: FleetSettings,
  around: FleetSurroundings,
  threads: number,
  signIn: SignIn,
): Promise<FleetPool> {
  const signal = AbortSignal.timeout(RESOLVE_MS)
  const bastions = Object.entries(settings.bastions).map(async ([name, target]) => [
    name,
    await bastionSettings(target, around, signal),
  ])
  return openFleetPool({
    signIn,
    bastions: Object.fromEntries(await Promise.all(bastions)) as Record<string, BastionSettings>,
    threads,
    pins: (id, port) => settings.keys.of(id, port),
  })
}

/** Bastions are then reached as the ssh configuration says, with the keys that its known_hosts has. */
async function openOpenssh(
  {bastions, keys}: FleetSettings,
  {env}: FleetSurroundings,
  {user, identityFiles}: SignIn,
): Promise<OpensshLinks> {
  const {opensshLinks} = await import('../../remote/openssh/links.js')
  const vias = Object.entries(bastions).map(([name, {host, port, user, identityFiles = []}]) => [
    name,
    {host, identityFiles, ...(port !== undefined && {port}), ...(user !== undefined && {user})},
  ])
  return opensshLinks({
    user,
    identityFiles,
    bastions: Object.fromEntries(vias) as Parameters<typeof opensshLinks>[0]['bastions'],
    pins: (id, port) =>
      keys.of(id, port).map((base64) => `${keyType(Buffer.from(base64, 'base64')) ?? ''} ${base64}`),
    env,
  })
}

async function signInOf(
  {user, identityFiles}: FleetSettings,
  around: FleetSurroundings,
  address: string,
  signal: AbortSignal,
): Promise<SignIn> {
  const uid = around.uid === undefined ? {} : {uid: around.uid}
  if (user !== undefined && identityFiles !== undefined) {
    // Nothing is left to ask the ssh configuration for, and asking costs as much as fifty hosts.
    const agentSocket = around.env.SSH_AUTH_SOCK
    return {user, identityFiles, identitiesOnly: true, ...(agentSocket && {agentSocket}), ...uid}
  }
  const resolved = await resolve(
    {
      host: address,
      jump: [],
      ...(user !== undefined && {user}),
      ...(identityFiles !== undefined && {identityFiles: [...identityFiles]}),
    },
    around,
    signal,
  )
  return {
    user: resolved.user,
    identityFiles: resolved.identityFiles,
    identitiesOnly: resolved.identitiesOnly,
    ...(resolved.agentSocket !== undefined && {agentSocket: resolved.agentSocket}),
    ...uid,
  }
}

async function bastionSettings(
  target: SshTarget,
  around: Surroundings,
  signal: AbortSignal,
): Promise<BastionSettings> {
  try {
    return {target: await packTarget(await resolve(target, around, signal))}
  } catch (error) {
    return {fault: packFault(error)}
  }
}

async function failure(pool: FleetPool, name: string, signal: AbortSignal): Promise<string> {
  return pool.bastion(name, BASTION_MS, signal).then(
    () => '',
    (error: Error) => error.message,
  )
}

/** Open files this process may have; proc(5), /proc/PID/limits. Elsewhere what most systems allow at least. */
function mostFiles(): number {
  try {
    const [, soft] =
      /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft === undefined ? 1024 : soft === 'unlimited' ? 1_000_000 : Number(soft)
  } catch {
    return 1024
  }
}
