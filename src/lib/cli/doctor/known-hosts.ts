import {readFile} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import type {Finding} from '../../engine/runbook.js'
import type {Loaded} from '../../inventory/load.js'
import {type KnownHosts, knownTypes, mergeKnownHosts, parseKnownHosts} from '../../remote/ssh/known-hosts.js'
import type {ResolvedTarget} from '../../remote/ssh/target.js'
import type {Environment} from '../environment.js'
import {alike, type Trouble} from './alike.js'
import {pass, type Question, refuse, warn} from './footing.js'
import {reachedBy, withJumps} from './ssh-targets.js'

const ASK_MS = 10_000
/** Lines shown that are not understood. */
const SHOWN = 5

/** Whether every host's key is known: the first contact is not for the night. No host is contacted. */
export const knownHosts: Question = async ({loaded, at}) => {
  if (!loaded) return []
  const reached = await reachedBy(loaded, at, AbortSignal.timeout(ASK_MS))
  const targets = reached.flatMap(({called, ...one}) =>
    'resolved' in one ? withJumps(one.resolved).map((target) => ({called, target})) : [],
  )
  const read = reader()
  const unknown: Trouble[] = []
  for (const {called, target} of targets)
    if (!isKnown(target, mergeKnownHosts(await Promise.all(target.knownHostsFiles.map(read.file)))))
      unknown.push({called, saw: unknownText(target), clear: firstContact(target)})
  const good = targets.length - unknown.length
  return [
    ...alike('key', 'refuse', unknown),
    ...read.troubles(),
    ...(good > 0 ? [pass('key', `${good} of ${targets.length} host keys are known or pinned`)] : []),
    ...(await pinned(loaded, at)),
  ]
}

function reader() {
  const known = new Map<string, Promise<KnownHosts>>()
  const troubles: Finding[] = []
  const open = async (path: string): Promise<KnownHosts> => {
    try {
      const hosts = parseKnownHosts(path, await readFile(path, 'utf8'))
      for (const {file, line, why} of hosts.ignored.slice(0, SHOWN))
        troubles.push(warn('file', `${file}, line ${line} is not used: ${why}`))
      return hosts
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'ENOTDIR')
        troubles.push(refuse('file', `${path} cannot be read: ${code}`, `ls -l ${path}`))
      return {entries: [], ignored: []}
    }
  }
  return {
    file(path: string) {
      const opened = known.get(path) ?? open(path)
      known.set(path, opened)
      return opened
    },
    troubles: () => troubles,
  }
}

function isKnown({hostKey, hostKeyAlias, host, port}: ResolvedTarget, known: KnownHosts): boolean {
  if (hostKey !== undefined) return true
  const [name, at] = hostKeyAlias === undefined ? [host, port] : [hostKeyAlias, 22]
  return knownTypes(known, name, at).length > 0
}

function unknownText({host, port}: ResolvedTarget): string {
  return `the host key of ${host}${port === 22 ? '' : ` port ${port}`} is neither known nor pinned, so it would be refused; compare the one it shows with: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub (on the host)`
}

/** OpenSSH shows the fingerprint, asks, and writes it down. */
function firstContact({host, port, user, jump}: ResolvedTarget): string {
  const at = (one: ResolvedTarget) => `${one.user}@${one.host}${one.port === 22 ? '' : `:${one.port}`}`
  const way = jump ? ` -J ${withJumps(jump).map(at).join(',')}` : ''
  return `ssh -o StrictHostKeyChecking=ask${way}${port === 22 ? '' : ` -p ${port}`} ${user}@${host} true`
}

/** Fleets pin their keys in a file of their own, by the ids of their list. */
async function pinned({inventory, source}: Loaded, at: Environment): Promise<Finding[]> {
  const {readPinnedKeys} = await import('../../remote/fleet/pinned-keys.js')
  const {loadFleet} = await import('../fleet.js')
  const findings: Finding[] = []
  for (const [name, target] of Object.entries(inventory.receivers)) {
    // A list that a program makes is not asked for: it may be slow, and belongs to somebody else.
    if (!('file' in target.hosts)) continue
    try {
      const {hosts} = await loadFleet(name, {inventory: source}, at)
      const keys = await readPinnedKeys(resolve(dirname(source), target.keys))
      const without = hosts.filter(({id, port}) => keys.of(id, port).length === 0).map(({id}) => id)
      findings.push(
        ...(without.length > 0
          ? alike(
              'pinned',
              'refuse',
              without.map((called) => ({
                called,
                saw: `no pinned key (receivers/${name})`,
                clear: `redeye receivers keys import FILE --fleet ${name}`,
              })),
            )
          : [pass('pinned', `receivers/${name}: all ${hosts.length} keys are pinned`)]),
      )
    } catch (error) {
      findings.push(
        refuse(
          'pinned',
          `receivers/${name}: ${(error as Error).message}`,
          `redeye receivers list --fleet ${name}`,
        ),
      )
    }
  }
  return findings
}
