import {execFile} from 'node:child_process'
import {mkdir, writeFile} from 'node:fs/promises'
import {userInfo} from 'node:os'
import {promisify} from 'node:util'
import {freePort} from './free-port.js'
import {startProcess, stopProcess} from './process.js'
import {makeKey} from './ssh-keys.js'

export interface LabDropbear {
  host: string
  port: number
  user: string
  /** `ssh-ed25519 AAAA...`. */
  hostKeyLine: string
  clientKeyFile: string
  pid: number
  stop(): Promise<void>
}

const HOST = '127.0.0.1'
const PROGRAM = '/usr/sbin/dropbear'
const KEY_PROGRAM = '/usr/bin/dropbearkey'

/** It looks for authorized keys at home and nowhere else, so it gets another home: its own view of the file system. */
const WITH_HOME = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'

/**
 * A real dropbear on loopback with keys of its own, for the user who runs this. Needs root.
 * @param dir everything it needs is made in here; the caller removes it
 * @throws with the end of its log when it does not start
 */
export async function startDropbear(dir: string): Promise<LabDropbear> {
  const {username, homedir} = userInfo()
  const home = `${dir}/home`
  await mkdir(`${home}/.ssh`, {recursive: true, mode: 0o700})
  const client = await makeKey(`${dir}/client`)
  await writeFile(`${home}/.ssh/authorized_keys`, `${client.line}\n`, {mode: 0o600})
  const {stdout} = await promisify(execFile)(KEY_PROGRAM, ['-t', 'ed25519', '-f', `${dir}/host`])
  const [hostKeyLine = ''] = /^ssh-ed25519 \S+/m.exec(stdout) ?? []
  const port = await freePort()
  const process = await startProcess(
    {
      name: 'dropbear',
      command: 'unshare',
      args: [
        '--mount',
        'sh',
        '-c',
        WITH_HOME,
        'sh',
        home,
        homedir,
        PROGRAM,
        '-F',
        '-E',
        '-s',
        '-r',
        `${dir}/host`,
        '-p',
        `${HOST}:${port}`,
        '-P',
        `${dir}/pid`,
      ],
      log: `${dir}/dropbear.log`,
      ready: {port},
    },
    {detached: false},
  )
  return {
    host: HOST,
    port,
    user: username,
    hostKeyLine,
    clientKeyFile: client.file,
    pid: process.pid,
    stop: () => stopProcess(process),
  }
}
