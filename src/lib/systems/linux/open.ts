import {openSsh, type SshDependencies, type SshHost} from '../../remote/ssh/open.js'
import type {SshTarget} from '../../remote/ssh/target.js'
import type {LinuxHost} from './host.js'

/** Of stdout and stderr together; what a host prints beyond it is an error. */
const MOST_OUTPUT = 4 * 2 ** 20

/** One host over SSH; nothing is connected before the first command. */
export function openLinux(name: string, target: SshTarget, around: SshDependencies): LinuxHost {
  let ssh: SshHost = openSsh(target, around)
  return {
    name,
    async run(command, options) {
      const {code, stdout, stderr} = await ssh.exec(command, {...options, maxOutput: MOST_OUTPUT})
      return {code, stdout, stderr}
    },
    reconnect() {
      ssh.close()
      ssh = openSsh(target, around)
    },
    close: () => ssh.close(),
  }
}
