import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {type ProcessResult, run} from '../process.js'
import {expandPath, files, type OpenSshConfig, parseConfigDump, setting} from './openssh-config.js'
import {address, checkTarget, parseJump, type ResolvedTarget, type SshTarget} from './target.js'

export interface Surroundings {
  /** The local user's home directory. */
  home: string
  /** The local user's name. */
  user: string
  env: Readonly<Record<string, string | undefined>>
}

const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa']
const MOST_HOPS = 8
const FAMILIES: Readonly<Record<string, 4 | 6>> = {inet: 4, inet6: 6}

/**
 * What OpenSSH would do for this target, by asking `ssh -G`. Where no `ssh` is installed: the explicit settings, port 22, the
 * local user's name, `~/.ssh/id_*`, `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`; no configuration file is read.
 * @throws RemoteError `refused`, class `usage` or `ssh-config`.
 */
export function resolve(
  target: SshTarget,
  around: Surroundings,
  signal: AbortSignal,
): Promise<ResolvedTarget> {
  return resolveHop(target, around, signal, [])
}

async function resolveHop(
  target: SshTarget,
  around: Surroundings,
  signal: AbortSignal,
  inner: readonly string[],
): Promise<ResolvedTarget> {
  checkTarget(target)
  const config = await askOpenSsh(target, around, signal)
  refuseUnsupported(target, config)
  const settled = settle(target, config, around)
  const here = address(settled)
  if (inner.includes(here) || inner.length > MOST_HOPS)
    throw configError(`the jump hosts of ${inner[0]} form a loop: ${[...inner, here].join(' through ')}`)
  const hops = parseJump(target.jump ?? setting(config, 'proxyjump') ?? [])
  const last = hops.at(-1)
  if (last === undefined) return settled
  const next = {
    ...(target.configFile !== undefined && {configFile: target.configFile}),
    ...(target.passphrase !== undefined && {passphrase: target.passphrase}),
    ...last,
  }
  // A hop that is reached through others goes their way; the first one goes the way its own configuration says.
  const way = hops.length > 1 ? {...next, jump: hops.slice(0, -1)} : next
  return {...settled, jump: await resolveHop(way, around, signal, [...inner, here])}
}

async function askOpenSsh(
  target: SshTarget,
  around: Surroundings,
  signal: AbortSignal,
): Promise<OpenSshConfig> {
  const flags = [
    ...(target.configFile === undefined ? [] : ['-F', target.configFile]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
  ]
  let answer: ProcessResult
  try {
    answer = await run(['ssh', '-G', ...flags, '--', target.host], {env: around.env, signal, timeoutMs: 5000})
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error
    if (error.class === 'no-program') return new Map()
    // Asking for the configuration sends nothing to the host, however it ends.
    throw new RemoteError('unreachable', `the OpenSSH configuration could not be read: ${error.message}`, {
      ...(error.class !== undefined && {class: error.class}),
      cause: error,
    })
  }
  if (answer.code === 0) return parseConfigDump(answer.stdout)
  throw configError(
    `OpenSSH does not accept its configuration for ${printable(target.host)}: ${printable(answer.stderr.trim().replace(/\s*\n\s*/g, '; '))}`,
    `Run \`ssh -G ${target.host}\` and correct what it names.`,
  )
}

/** What would change where we connect or whom we trust is refused rather than left out. */
function refuseUnsupported(target: SshTarget, config: OpenSshConfig): void {
  const host = printable(target.host)
  if (target.jump === undefined && setting(config, 'proxycommand') !== undefined)
    throw configError(
      `the OpenSSH configuration reaches ${host} by ProxyCommand, which is not supported`,
      'Use ProxyJump, or name the jump host in the inventory.',
    )
  if (setting(config, 'revokedhostkeys') !== undefined)
    throw configError(
      `the OpenSSH configuration of ${host} has RevokedHostKeys, which is not supported`,
      'Mark the keys @revoked in known_hosts instead.',
    )
}

function settle(target: SshTarget, config: OpenSshConfig, around: Surroundings): ResolvedTarget {
  const host = (setting(config, 'hostname') ?? target.host).replace(/^\[(.*)\]$/, '$1')
  const port = target.port ?? Number(setting(config, 'port') ?? 22)
  const user = target.user ?? setting(config, 'user') ?? around.user
  // HostName of the configuration is as untrusted as the name that was given.
  checkTarget({host, port, user})
  const tokens = {d: around.home, h: host, n: target.host, p: String(port), r: user, u: around.user}
  const path = (text: string) => expandPath(text, tokens)
  const configured = config.get('identityfile') ?? DEFAULT_IDENTITIES.map((name) => `~/.ssh/${name}`)
  const agent = target.agentSocket ?? agentSocket(config, around)
  const alias = setting(config, 'hostkeyalias')
  const limit = Number(setting(config, 'connecttimeout') ?? 0)
  return {
    alias: target.host,
    host,
    port,
    user,
    family: FAMILIES[setting(config, 'addressfamily') ?? 'any'] ?? 0,
    identityFiles: (target.identityFiles ?? configured.filter((file) => file !== 'none')).map(path),
    identitiesOnly: target.identityFiles !== undefined || setting(config, 'identitiesonly') === 'yes',
    ...(agent !== undefined && {agentSocket: path(agent)}),
    ...(target.passphrase !== undefined && {passphrase: target.passphrase}),
    knownHostsFiles: knownHostsFiles(config).map(path),
    ...(alias !== undefined && {hostKeyAlias: alias}),
    ...(target.hostKey !== undefined && {hostKey: target.hostKey}),
    ...(limit > 0 && {connectTimeoutMs: limit * 1000}),
  }
}

/** IdentityAgent: `none`, `SSH_AUTH_SOCK`, `$NAME` or a path; the environment's agent unless said. */
function agentSocket(config: OpenSshConfig, {env}: Surroundings): string | undefined {
  const named = config.get('identityagent')?.[0]
  if (named === undefined || named === 'SSH_AUTH_SOCK') return env.SSH_AUTH_SOCK || undefined
  if (named === 'none') return undefined
  return named.startsWith('$') ? env[named.slice(1).replace(/^\{(.*)\}$/, '$1')] : named
}

function knownHostsFiles(config: OpenSshConfig): string[] {
  if (config.size === 0) return ['~/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts']
  return [...files(config, 'userknownhostsfile'), ...files(config, 'globalknownhostsfile')]
}

function configError(message: string, hint?: string): RemoteError {
  return new RemoteError('refused', message, {class: 'ssh-config', ...(hint !== undefined && {hint})})
}
