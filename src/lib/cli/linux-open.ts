import {dirname} from 'node:path'
import type {Ssh} from '../inventory/ssh.js'
import type {SshTarget} from '../remote/ssh/target.js'
import type {LinuxHost} from '../systems/linux/host.js'
import type {Environment} from './environment.js'
import {inventoryIfAny} from './inventory.js'
import {mustBeKnown} from './linux-known.js'
import {secretValue} from './secrets.js'

/**
 * One host as the inventory says, or by its name in the ssh configuration; nothing is connected yet.
 * @throws UsageError when neither knows it
 */
export async function openLinuxHost(
  name: string,
  explicit: string | undefined,
  at: Environment,
): Promise<LinuxHost> {
  const loaded = await inventoryIfAny(explicit, at)
  const groups = Object.values(loaded?.inventory.linux ?? {})
  const entry = groups.flatMap(({hosts}) => hosts).find((one) => one.name === name)
  if (!entry) await mustBeKnown(name, [], at)
  const {openLinux} = await import('../systems/linux/open.js')
  const ssh = entry?.ssh ?? {host: name}
  return openLinux(name, targetOf(ssh, loaded ? dirname(loaded.source) : at.cwd, at), {
    home: at.home,
    user: at.user,
    env: at.env,
    ...(at.uid !== undefined && {uid: at.uid}),
  })
}

function targetOf({passphrase, ...target}: Ssh, directory: string, at: Environment): SshTarget {
  if (!passphrase) return target
  return {...target, passphrase: () => secretValue(passphrase, directory, at)}
}
