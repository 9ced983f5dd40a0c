import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'

/** How a person names a host. What is absent comes from the OpenSSH configuration. */
export interface SshTarget {
  /** A name, an address, or an alias of the OpenSSH configuration. */
  host: string
  port?: number
  user?: string
  /** Only these keys are used then, from the file or through the agent that holds them. */
  identityFiles?: string[]
  /** The only host key accepted: `SHA256:...`, or a whole `ssh-ed25519 AAAA...` line. known_hosts is not read then. */
  hostKey?: string
  /** The hosts to go through, outermost first: `bastion`, `ops@bastion:2222,inner`, a list of either; `[]` for none. */
  jump?: string | string[] | SshTarget[]
  agentSocket?: string
  /** Opens encrypted keys, also those of the jump hosts; asked for only when one is met that no agent holds. */
  passphrase?: () => Promise<string>
  /** An OpenSSH configuration file instead of the user's and the system's. */
  configFile?: string
}

/** Everything a connection needs. */
export interface ResolvedTarget {
  /** What was asked for. */
  alias: string
  host: string
  port: number
  user: string
  /** 4 or 6 where the configuration wants one address family. */
  family: 0 | 4 | 6
  /** Absolute paths, in the order they are tried. */
  identityFiles: string[]
  /** No key of the agent beyond those of `identityFiles`. */
  identitiesOnly: boolean
  agentSocket?: string
  passphrase?: () => Promise<string>
  knownHostsFiles: string[]
  /** Looked up in known_hosts instead of host and port. */
  hostKeyAlias?: string
  hostKey?: string
  connectTimeoutMs?: number
  /** The last host on the way, with its own way in `jump`. */
  jump?: ResolvedTarget
}

/** `user@host:port`, with the way: `user@host:22 via ops@bastion:22`. Printable. */
export function describe(target: ResolvedTarget): string {
  const way: string[] = []
  for (let hop = target.jump; hop; hop = hop.jump) way.unshift(address(hop))
  return address(target) + (way.length > 0 ? ` via ${way.join(' and ')}` : '')
}

export function address({user, host, port}: Pick<ResolvedTarget, 'user' | 'host' | 'port'>): string {
  return printable(`${user}@${host.includes(':') ? `[${host}]` : host}:${port}`)
}

/** @throws RemoteError `refused`, class `usage`, for names that could be taken for an option, a URI or two names. */
export function checkTarget(target: SshTarget): void {
  checkName('host name', target.host, /[\s\p{C}/@'"`\\$<>|;&(){}]/u)
  if (target.user !== undefined) checkName('user name', target.user, /[\s\p{C}'"`\\$<>|;&(){}]/u)
  if (target.port !== undefined && !(Number.isInteger(target.port) && target.port > 0 && target.port < 65536))
    throw usage(`port ${target.port} of ${printable(target.host)} is not a port number`)
}

/** The jump hosts as targets, outermost first. */
export function parseJump(jump: NonNullable<SshTarget['jump']>): SshTarget[] {
  const list = typeof jump === 'string' ? [jump] : jump
  return list.flatMap((item) => (typeof item === 'string' ? item.split(',').map(parseHop) : [item]))
}

/** `[user@]host[:port]` or `ssh://...`, with brackets around an IPv6 address, as ssh_config(5) has it for ProxyJump. */
function parseHop(text: string): SshTarget {
  const match =
    /^(?:ssh:\/\/)?(?:(?<user>.+)@)?(?:\[(?<v6>[^\]]+)\]|(?<name>[^:@[\]]+))(?::(?<port>\d+))?\/?$/.exec(
      text.trim(),
    )
  const {user, v6, name, port} = match?.groups ?? {}
  const host = v6 ?? name
  if (host === undefined) throw usage(`jump host "${printable(text)}" is not [user@]host[:port]`)
  return {host, ...(user !== undefined && {user}), ...(port !== undefined && {port: Number(port)})}
}

function checkName(what: string, name: string, forbidden: RegExp): void {
  if (name === '') throw usage(`the ${what} is empty`)
  if (name.startsWith('-'))
    throw usage(`the ${what} "${printable(name)}" starts with "-": it would be an option`)
  if (forbidden.test(name)) throw usage(`the ${what} "${printable(name)}" has characters that no ${what} has`)
}

function usage(message: string): RemoteError {
  return new RemoteError('refused', message, {class: 'usage'})
}
