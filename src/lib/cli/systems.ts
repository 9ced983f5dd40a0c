import {dirname} from 'node:path'
import type {Inventory} from '../inventory/schema.js'
import type {Ssh} from '../inventory/ssh.js'
import type {SshHost} from '../remote/ssh/open.js'
import type {SshTarget} from '../remote/ssh/target.js'
import type {HaproxySystems} from '../systems/haproxy/group.js'
import type {HaproxyInstance} from '../systems/haproxy/instance.js'
import type {Environment} from './environment.js'
import {inventoryOf} from './inventory.js'
import {secretValue} from './secrets.js'
import {UsageError} from './usage-error.js'

/** For a dial that may have to connect and sign in first, through jump hosts. */
const SSH_DIAL_MS = 15_000

/** Every system that runbooks reach, built from the inventory when it is first asked for. */
export interface Systems extends HaproxySystems {
  /** Lets go of every connection. */
  close(): void
}

export function openSystems(explicit: string | undefined, at: Environment): Systems {
  const groups = new Map<string, Promise<HaproxyInstance[]>>()
  const open: {close(): void}[] = []
  return {
    haproxy(group) {
      const known = groups.get(group) ?? openGroup(group)
      groups.set(group, known)
      return known
    },
    async httpStatus(url, signal) {
      const {httpStatus} = await import('../remote/http-status.js')
      return await httpStatus(url, signal)
    },
    close() {
      for (const one of open) one.close()
    },
  }

  async function openGroup(group: string): Promise<HaproxyInstance[]> {
    const {inventory, source} = await inventoryOf(explicit, at)
    const target = inventory.haproxy[group]
    if (!target) throw new UsageError(`${source} has no haproxy target ${group}`)
    const instances = await Promise.all(
      target.instances.map((one) => openOne(one, dirname(source), at, (host) => open.push(host))),
    )
    open.push(...instances)
    return instances
  }
}

type Instance = Inventory['haproxy'][string]['instances'][number]

async function openOne(
  one: Instance,
  directory: string,
  at: Environment,
  keep: (host: SshHost) => void,
): Promise<HaproxyInstance> {
  const [{openInstance}, {dialTcp, dialUnix}] = await Promise.all([
    import('../systems/haproxy/open.js'),
    import('../remote/local-socket.js'),
  ])
  const {socket} = one
  if (socket.kind === 'tcp') return openInstance(one, dialTcp(socket.host, socket.port))
  if (!one.ssh) return openInstance(one, dialUnix(socket.path))
  const {openSsh} = await import('../remote/ssh/open.js')
  const host = openSsh(sshTarget(one.ssh, directory, at), {
    home: at.home,
    user: at.user,
    env: at.env,
    ...(at.uid !== undefined && {uid: at.uid}),
  })
  keep(host)
  return openInstance(one, host.dialUnix(socket.path), SSH_DIAL_MS)
}

function sshTarget({passphrase, ...target}: Ssh, directory: string, at: Environment): SshTarget {
  if (!passphrase) return target
  return {...target, passphrase: () => secretValue(passphrase, directory, at)}
}
