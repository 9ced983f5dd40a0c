import {execFile} from 'node:child_process'
import {constants} from 'node:fs'
import {access} from 'node:fs/promises'
import {delimiter} from 'node:path'
import {promisify} from 'node:util'
import {GO_NEEDED, goVersion} from './go.js'

/** `terminal` is what the tests of the live screen run in. */
export type LabPart =
  | 'haproxy'
  | 'redis'
  | 'vsphere'
  | 'ssh'
  | 'dropbear'
  | 'receivers'
  | 'azure'
  | 'aws'
  | 'systemd'
  | 'terminal'

/** `works` are arguments with which the command must end well: it may be there in part only. */
type Need = {command: string; package: string; works?: string[]}

/** Debian packages behind the commands a part runs; what simulators of ours are built with is no package (go.ts). */
const NEEDS: Record<Exclude<LabPart, 'vsphere' | 'receivers'>, Need[]> = {
  haproxy: [
    {command: 'haproxy', package: 'haproxy'},
    {command: 'socat', package: 'socat'},
  ],
  redis: [
    {command: 'redis-server', package: 'redis-server'},
    {command: 'openssl', package: 'openssl'},
  ],
  ssh: [
    {command: 'sshd', package: 'openssh-server'},
    {command: 'ssh', package: 'openssh-client'},
  ],
  dropbear: [{command: 'dropbear', package: 'dropbear-bin'}],
  azure: [{command: 'openssl', package: 'openssl'}],
  // Debian's python3 comes without what makes virtual environments.
  aws: [{command: 'python3', package: 'python3-venv', works: ['-c', 'import ensurepip, venv']}],
  // It boots a container, which only root may.
  systemd: [
    {command: 'debootstrap', package: 'debootstrap'},
    {command: 'systemd-nspawn', package: 'systemd-container'},
    {command: 'ip', package: 'iproute2'},
    {command: 'mkfs.ext4', package: 'e2fsprogs'},
  ],
  terminal: [{command: 'tmux', package: 'tmux'}],
}

/** Daemons live in directories that are not in everybody's PATH, and so does Go where its makers' archive puts it. */
const DAEMONS = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/local/go/bin']

/** `path` is the PATH to look in, `root` whether we may install. */
export type Machine = {
  path: string
  root: boolean
  /** Further directories to look in; those of daemons unless said. */
  daemons?: string[]
}

export type InstallPlan = {
  missing: string[]
  /** What to run; empty when nothing is missing. */
  argv: string[]
  /** Whether `install` can do it here: root, and a system with apt-get. */
  possible: boolean
  /** One sentence for a person. */
  says: string
}

/** What a part of the lab lacks on this machine. */
export async function installPlan(part: LabPart, on: Machine): Promise<InstallPlan> {
  if (part === 'vsphere' || part === 'receivers') return goPlan(part, on)
  const present = await Promise.all(NEEDS[part].map((need) => isThere(need, on)))
  const missing = NEEDS[part].filter((_, index) => !present[index]).map((need) => need.package)
  if (part === 'systemd' && !on.root)
    return {
      missing: ['root'],
      argv: [],
      possible: false,
      says: 'the systemd lab boots a container and needs root',
    }
  if (missing.length === 0)
    return {missing, argv: [], possible: true, says: `the ${part} lab has all it needs`}
  const aptGet = await findCommand('apt-get', places(on))
  const argv = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing]
  const run = `${on.root ? '' : 'sudo '}apt-get update && ${on.root ? '' : 'sudo '}${argv.join(' ')}`
  return {
    missing,
    argv,
    possible: on.root && aptGet !== undefined,
    says: aptGet
      ? `the ${part} lab needs ${missing.join(', ')}; run: ${run}`
      : `the ${part} lab needs the Debian packages ${missing.join(', ')}; install their counterparts, there is no apt-get here`,
  }
}

async function isThere({command, works}: Need, on: Machine): Promise<boolean> {
  const file = await findCommand(command, places(on))
  if (file === undefined || works === undefined) return file !== undefined
  return await promisify(execFile)(file, works).then(
    () => true,
    () => false,
  )
}

/** Debian has no Go that is new enough, so nothing is installed here. */
async function goPlan(part: 'vsphere' | 'receivers', on: Machine): Promise<InstallPlan> {
  const found = await goVersion(await findCommand('go', places(on)))
  const needs = found?.enough ? [] : [GO_NEEDED]
  // The simulated fleet takes connections on all of lo.
  if (part === 'receivers' && !on.root) needs.push('root')
  if (needs.length === 0)
    return {missing: [], argv: [], possible: true, says: `the ${part} lab has all it needs`}
  return {
    missing: needs,
    argv: [],
    possible: false,
    says: `the ${part} lab builds its simulator and needs ${needs.join(' and ')}; ${found ? `here is ${found.version}` : 'there is no go in PATH'}. Debian's package is older: take https://go.dev/dl/ and put its bin directory in PATH`,
  }
}

/** Installs what is missing. @throws with the sentence of the plan when it cannot be done here. */
export async function install(part: LabPart, on: Machine): Promise<string[]> {
  const plan = await installPlan(part, on)
  if (plan.missing.length === 0) return []
  if (!plan.possible) throw new Error(plan.says)
  // Keeps invoke-rc.d from starting the daemons: they would take the standard ports, and the lab starts its own.
  const env = {PATH: on.path, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1'}
  const [, ...args] = plan.argv
  const command = (await findCommand('apt-get', places(on))) ?? 'apt-get'
  await promisify(execFile)(command, ['update'], {env})
  await promisify(execFile)(command, args, {env})
  const left = (await installPlan(part, on)).missing
  if (left.length > 0) throw new Error(`apt-get ended well, and ${left.join(', ')} is still missing`)
  return plan.missing
}

/** Full path of a command, or undefined. */
export async function findCommand(command: string, dirs: readonly string[]): Promise<string | undefined> {
  for (const dir of dirs) {
    const file = `${dir}/${command}`
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return file
  }
  return undefined
}

function places({path, daemons = DAEMONS}: Machine): string[] {
  return [...path.split(delimiter), ...daemons]
}
