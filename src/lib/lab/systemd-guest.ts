import {execFile} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {chmod, copyFile, mkdir, readdir, rm as remove, rmdir, writeFile} from 'node:fs/promises'
import {promisify} from 'node:util'
import {openSsh} from '../remote/ssh/open.js'
import {killProcess, startProcess} from './process.js'
import {makeKey} from './ssh-keys.js'
import {BOOT} from './systemd-guest-boot.js'
import {freeCable} from './systemd-guest-cable.js'
import {buildGuestRoot} from './systemd-guest-root.js'
import {GUEST_USERS} from './systemd-guest-units.js'
import {until} from './until.js'

export interface GuestOptions {
  /** Everything it needs is made in here; the caller removes it. */
  dir: string
  /** Host name; letters, digits and "-". */
  name: string
  /** A file system of its own at /srv/volume, of so many MiB. */
  volume?: {mib: number; inodes?: number}
}

/** A real systemd in a container, with sshd at an address that only this machine has; every boot has a boot id of its own. */
export interface LabGuest {
  name: string
  /** Of its cgroup, its network and its cable. */
  machine: string
  host: string
  port: number
  /** `ssh-ed25519 AAAA...`. */
  hostKeyLine: string
  /** Of root and of the users of the guest. */
  clientKeyFile: string
  knownHostsFile: string
  /** Port that its `web.service` listens on. */
  webPort: number
  pid: number
  /** Runs a script as root in it. @throws when it ends with another code than 0 */
  run(script: string): Promise<string>
  /** After its next end it is not started again until `release`. */
  hold(): Promise<void>
  release(): Promise<void>
  /** Waits until it has booted and all of its units have been started. */
  ready(): Promise<void>
  stop(): Promise<void>
}

const PORT = 22
const WEB_PORT = 8080
const READY_MS = 30_000
const RUN_MS = 60_000
const CGROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified']

/** Boots a guest; needs root. What it writes is gone when it is stopped. @throws with the end of its console */
export async function startGuest({dir, name, volume}: GuestOptions): Promise<LabGuest> {
  const root = await buildGuestRoot()
  const {here, there, number} = freeCable()
  for (const part of ['seed', 'written', 'root', 'volume']) await mkdir(`${dir}/${part}`, {recursive: true})
  const hostKey = await makeKey(`${dir}/host_ed25519`)
  const client = await makeKey(`${dir}/client`)
  await seed(`${dir}/seed`, {name, hostKeyFile: hostKey.file, clientLine: client.line})
  if (volume) await makeVolume(`${dir}/volume.img`, volume)
  const knownHostsFile = `${dir}/known_hosts`
  await writeFile(knownHostsFile, `${there} ${hostKey.line}\n`)

  // The name of a network interface, too: 15 characters at most.
  const machine = `redeye${number}`
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  const gone = () => Promise.all(CGROUPS.map((tree) => removeCgroup(`${tree}/${machine}`)))
  const process = await startProcess(
    {
      name: `guest ${name}`,
      // It ends with us, however we end.
      command: 'setpriv',
      args: [
        '--pdeathsig',
        'KILL',
        'unshare',
        ...namespaces,
        'sh',
        '-c',
        BOOT,
        'sh',
        root,
        dir,
        machine,
        here,
        there,
      ],
      log: `${dir}/console.log`,
      ready: {host: there, port: PORT},
    },
    {detached: false},
  ).catch(async (error: unknown) => {
    await gone()
    throw error
  })
  const ssh = openSsh(
    {host: there, port: PORT, user: 'root', identityFiles: [client.file], hostKey: hostKey.line, jump: []},
    {home: dir, user: 'root', env: {PATH: globalThis.process.env.PATH}, connectTimeoutMs: 5000},
  )
  const run = async (script: string, timeoutMs = RUN_MS) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const {code, stdout, stderr} = await ssh.exec('sh -s', {signal, timeoutMs, stdin: script})
    if (code === 0) return stdout
    throw new Error(`in guest ${name}, exit ${code}: ${script}\n${stdout}${stderr}`)
  }
  const guest: LabGuest = {
    name,
    machine,
    host: there,
    port: PORT,
    hostKeyLine: hostKey.line,
    clientKeyFile: client.file,
    knownHostsFile,
    webPort: WEB_PORT,
    pid: process.pid,
    run,
    hold: () => writeFile(`${dir}/hold`, ''),
    release: () => remove(`${dir}/hold`, {force: true}),
    async ready() {
      const booted = () =>
        run('systemctl is-system-running --wait || true', READY_MS).then(
          (state) => /^(running|degraded)/.test(state),
          () => false,
        )
      if (!(await until(booted, READY_MS, 100))) throw new Error(`guest ${name} does not get up`)
    },
    async stop() {
      ssh.close()
      // Nothing in it is worth waiting for, and what it runs goes with its first process.
      await killProcess(process)
      await gone()
    },
  }
  await guest.ready().catch(async (error: unknown) => {
    await guest.stop()
    throw error
  })
  return guest
}

type Seed = {name: string; hostKeyFile: string; clientLine: string}

/** What this guest has above the root that all share. */
async function seed(dir: string, {name, hostKeyFile, clientLine}: Seed): Promise<void> {
  await mkdir(`${dir}/etc/ssh/sshd_config.d`, {recursive: true})
  await mkdir(`${dir}/etc/lab/keys`, {recursive: true})
  await copyFile(hostKeyFile, `${dir}/etc/ssh/lab_host_key`)
  await chmod(`${dir}/etc/ssh/lab_host_key`, 0o600)
  await writeFile(`${dir}/etc/hostname`, `${name}\n`)
  // Without one it would be a first boot, at which all units are enabled anew.
  await writeFile(`${dir}/etc/machine-id`, `${randomUUID().replaceAll('-', '')}\n`)
  await writeFile(`${dir}/etc/lab/env`, `WEB_PORT=${WEB_PORT}\n`)
  for (const user of ['root', ...GUEST_USERS])
    await writeFile(`${dir}/etc/lab/keys/${user}`, `${clientLine}\n`)
  await writeFile(
    `${dir}/etc/ssh/sshd_config.d/lab.conf`,
    [
      'HostKey /etc/ssh/lab_host_key',
      'AuthorizedKeysFile /etc/lab/keys/%u',
      'StrictModes no',
      'UsePAM no',
      'UseDNS no',
      'MaxStartups 200',
      '',
    ].join('\n'),
  )
}

async function makeVolume(file: string, {mib, inodes}: NonNullable<GuestOptions['volume']>): Promise<void> {
  const run = promisify(execFile)
  await run('truncate', ['-s', `${mib}M`, file])
  await run('mkfs.ext4', ['-q', '-m', '0', ...(inodes === undefined ? [] : ['-N', String(inodes)]), file])
}

/** The kernel keeps a cgroup until its last process is reaped. */
async function removeCgroup(dir: string): Promise<void> {
  const gone = async (): Promise<boolean> => {
    const entries = await readdir(dir, {withFileTypes: true, recursive: true}).catch(() => [])
    const below = entries.filter((one) => one.isDirectory()).map((one) => `${one.parentPath}/${one.name}`)
    const deepest = [dir, ...below].sort((a, b) => b.length - a.length)
    for (const one of deepest) await rmdir(one).catch(() => {})
    return await readdir(dir).then(
      () => false,
      () => true,
    )
  }
  await until(gone, 5000)
}
