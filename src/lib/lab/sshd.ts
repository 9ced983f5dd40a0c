import {execFile} from 'node:child_process'
import {access, chmod, mkdir, writeFile} from 'node:fs/promises'
import {userInfo} from 'node:os'
import {promisify} from 'node:util'
import {freePort} from './free-port.js'
import {startProcess, stopProcess} from './process.js'
import {type KeyKind, makeKey} from './ssh-keys.js'

export interface SshdOptions {
  /** Everything it needs is made in here; the caller removes it. */
  dir: string
  /** Who may sign in: the user who runs this, unless said. */
  user?: string
  allowStreamLocal?: boolean
  allowTcpForwarding?: boolean
  /** Kinds of host keys; Ed25519 alone unless said. */
  hostKeys?: [KeyKind, ...KeyKind[]]
  /** Lines of sshd_config. The first value of a keyword counts, and these come first. */
  extraConfig?: string[]
}

export interface LabSshd {
  host: string
  port: number
  user: string
  /** Of the first host key: `ssh-ed25519 AAAA...`. */
  hostKeyLine: string
  /** Of the first host key: `SHA256:...`. */
  fingerprint: string
  clientKeyFile: string
  /** Knows exactly this host. */
  knownHostsFile: string
  /** An OpenSSH client configuration that reaches it as `lab`. */
  configFile: string
  pid: number
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/** A real sshd on loopback with keys of its own, in the foreground. @throws with the end of its log when it does not start. */
export async function startSshd(options: SshdOptions): Promise<LabSshd> {
  const {dir, user = userInfo().username} = options
  await mkdir(dir, {recursive: true, mode: 0o700})
  const [kind, ...kinds] = options.hostKeys ?? ['ed25519']
  const first = await makeKey(`${dir}/host_${kind}`, kind)
  const others = await Promise.all(kinds.map((one) => makeKey(`${dir}/host_${one}`, one)))
  const client = await makeKey(`${dir}/client`)
  await writeFile(`${dir}/authorized_keys`, `${client.line}\n`, {mode: 0o600})
  await makePrivilegeSeparationDir()

  const port = await freePort()
  const sshd = await findSshd()
  const hostKeys = [first, ...others]
  await writeFile(
    `${dir}/sshd_config`,
    serverConfig(
      options,
      port,
      user,
      hostKeys.map((key) => key.file),
    ),
  )
  const penalties = await lenientWithLoopback(sshd, `${dir}/sshd_config`)
  const process = await startProcess(
    {
      name: 'sshd',
      command: sshd,
      args: ['-D', '-e', '-f', `${dir}/sshd_config`, ...penalties],
      log: `${dir}/sshd.log`,
      ready: {port},
    },
    {detached: false},
  )

  const knownHostsFile = `${dir}/known_hosts`
  const configFile = `${dir}/ssh_config`
  const lines = hostKeys.map((key) => `[${HOST}]:${port} ${key.line}\n`)
  await writeFile(knownHostsFile, lines.join(''))
  await writeFile(configFile, clientConfig({port, user, key: client.file, knownHostsFile}))
  return {
    host: HOST,
    port,
    user,
    hostKeyLine: first.line,
    fingerprint: first.fingerprint,
    clientKeyFile: client.file,
    knownHostsFile,
    configFile,
    pid: process.pid,
    stop: () => stopProcess(process),
  }
}

function serverConfig(options: SshdOptions, port: number, user: string, hostKeys: string[]): string {
  return [
    ...(options.extraConfig ?? []),
    `Port ${port}`,
    `ListenAddress ${HOST}`,
    ...hostKeys.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${options.dir}/authorized_keys`,
    `PidFile none`,
    `AllowUsers ${user}`,
    // The directory is a temporary one, which nobody vouches for up to the root.
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'PrintMotd no',
    'UseDNS no',
    'MaxStartups 200',
    'MaxSessions 200',
    `AllowStreamLocalForwarding ${options.allowStreamLocal === false ? 'no' : 'yes'}`,
    `AllowTcpForwarding ${options.allowTcpForwarding === false ? 'no' : 'yes'}`,
    '',
  ].join('\n')
}

function clientConfig(at: {port: number; user: string; key: string; knownHostsFile: string}): string {
  return [
    'Host lab',
    `  HostName ${HOST}`,
    `  Port ${at.port}`,
    'Host *',
    `  User ${at.user}`,
    `  IdentityFile ${at.key}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${at.knownHostsFile}`,
    '  GlobalKnownHostsFile none',
    '',
  ].join('\n')
}

/** sshd insists on being started by its absolute path. */
async function findSshd(): Promise<string> {
  for (const path of ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'])
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path
  throw new Error('no sshd is installed (Debian: apt-get install openssh-server)')
}

/** Made by the service manager where there is one. Only a root sshd wants it, and only root can make it. */
async function makePrivilegeSeparationDir(): Promise<void> {
  if (userInfo().uid !== 0) return
  await mkdir('/run/sshd', {recursive: true, mode: 0o755})
  await chmod('/run/sshd', 0o755)
}

/** OpenSSH 9.8 and later shut out an address for failed sign-ins, which tests make on purpose; older ones lack the option. */
async function lenientWithLoopback(sshd: string, config: string): Promise<string[]> {
  const lenient = ['-o', 'PerSourcePenalties=no']
  return promisify(execFile)(sshd, ['-t', '-f', config, ...lenient]).then(
    () => lenient,
    () => [],
  )
}
