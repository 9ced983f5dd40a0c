import type {Inventory} from '../inventory/schema.js'
import type {Ssh} from '../inventory/ssh.js'
import type {SshTarget} from '../remote/ssh/target.js'
import type {HaproxyInstance} from '../systems/haproxy/instance.js'
import type {Environment} from './environment.js'
import {secretValue} from './secrets.js'

/** For a dial that may have to connect and sign in first, through jump hosts. */
const SSH_DIAL_MS = 15_000

type Instance = Inventory['haproxy'][string]['instances'][number]

/**
 * One instance of a group, over its own socket or over SSH; nothing is dialled yet.
 * @param directory of the inventory: secrets are relative to it
 * @param keep is told what must be closed
 */
export async function openHaproxy(
  one: Instance,
  directory: string,
  at: Environment,
  keep: (open: {close(): void}) => void,
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
