import {dirname} from 'node:path'
import type {Loaded} from '../../inventory/load.js'
import type {Ssh} from '../../inventory/ssh.js'
import {RemoteError} from '../../remote/fault.js'
import {resolve} from '../../remote/ssh/resolve.js'
import type {ResolvedTarget, SshTarget} from '../../remote/ssh/target.js'
import type {Environment} from '../environment.js'
import {secretValue} from '../secrets.js'

/** A host that the inventory reaches over SSH: `linux/web/web1`. */
export interface SshPlace {
  called: string
  ssh: Ssh
}

/** As OpenSSH would reach it, or why not. */
export type Reached = SshPlace & ({resolved: ResolvedTarget} | {problem: RemoteError})

const AT_ONCE = 8

export function sshPlaces({inventory: {haproxy, linux, receivers}}: Loaded): SshPlace[] {
  const of = <Group>(groups: Record<string, Group>, system: string, hosts: (group: Group) => SshPlace[]) =>
    Object.entries(groups).flatMap(([name, group]) =>
      hosts(group).map(({called, ssh}) => ({called: `${system}/${name}/${called}`, ssh})),
    )
  return [
    ...of(haproxy, 'haproxy', ({instances}) =>
      instances.flatMap(({name, ssh}) => (ssh ? [{called: name, ssh}] : [])),
    ),
    ...of(linux, 'linux', ({hosts}) => hosts.map(({name, ssh}) => ({called: name, ssh}))),
    ...of(receivers, 'receivers', ({bastions}) =>
      Object.entries(bastions).map(([called, ssh]) => ({called, ssh})),
    ),
  ]
}

/** Asks OpenSSH for its configuration of each; no host hears of it. */
export async function reachedBy(loaded: Loaded, at: Environment, signal: AbortSignal): Promise<Reached[]> {
  const reached: Reached[] = []
  const waiting = sshPlaces(loaded)
  const lane = async () => {
    for (let place = waiting.shift(); place; place = waiting.shift())
      reached.push(await reach(place, dirname(loaded.source), at, signal))
  }
  await Promise.all(Array.from({length: AT_ONCE}, lane))
  return reached.sort((a, b) => (a.called < b.called ? -1 : 1))
}

async function reach(
  place: SshPlace,
  directory: string,
  at: Environment,
  signal: AbortSignal,
): Promise<Reached> {
  const {passphrase, ...rest} = place.ssh
  const target: SshTarget = {
    ...rest,
    ...(passphrase && {passphrase: () => secretValue(passphrase, directory, at)}),
  }
  try {
    return {...place, resolved: await resolve(target, at, signal)}
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error
    return {...place, problem: error}
  }
}

/** A target and the hosts it is reached through. */
export function withJumps(target: ResolvedTarget): ResolvedTarget[] {
  return [...(target.jump ? withJumps(target.jump) : []), target]
}
