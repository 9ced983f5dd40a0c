import {quote} from '../ssh/quote.js'

/** How the OpenSSH program is to reach one host. */
export type OpensshWay = {
  address: string
  port: number
  user: string
  /** Absolute paths; none: what the ssh configuration says. */
  identityFiles: readonly string[]
  /** A known_hosts file with the keys of this host alone, under this name. */
  knownHosts: {file: string; alias: string; accept: boolean}
  /** A name of the ssh configuration, or the parts. */
  via?: {host: string; port?: number; user?: string; identityFiles: readonly string[]}
  connectTimeoutMs: number
}

/** Options of ssh(1) that leave nothing to chance: nobody is asked, only the pinned key is believed, nothing is forwarded. */
export function connectOptions({
  port,
  user,
  identityFiles,
  knownHosts,
  via,
  connectTimeoutMs,
}: OpensshWay): string[] {
  return [
    ...option('BatchMode', 'yes'),
    ...option('ConnectTimeout', String(Math.max(1, Math.ceil(connectTimeoutMs / 1000)))),
    ...option('StrictHostKeyChecking', knownHosts.accept ? 'accept-new' : 'yes'),
    ...option('UserKnownHostsFile', escaped(knownHosts.file)),
    ...option('GlobalKnownHostsFile', 'none'),
    ...option('HostKeyAlias', knownHosts.alias),
    ...option('CheckHostIP', 'no'),
    ...option('UpdateHostKeys', 'no'),
    ...option('ForwardAgent', 'no'),
    ...option('ClearAllForwardings', 'yes'),
    ...option('ServerAliveInterval', '5'),
    ...option('LogLevel', 'ERROR'),
    ...identities(identityFiles),
    ...(via ? option('ProxyCommand', proxyCommand(via)) : []),
    ...['-p', String(port), '-l', user],
  ]
}

function option(name: string, value: string): string[] {
  return ['-o', `${name}=${value}`]
}

function identities(files: readonly string[]): string[] {
  if (files.length === 0) return []
  return [...option('IdentitiesOnly', 'yes'), ...files.flatMap((file) => ['-i', escaped(file)])]
}

/** Run by a shell (ssh_config(5), ProxyCommand); the bastion's own key is the business of its known_hosts. */
function proxyCommand({host, port, user, identityFiles}: NonNullable<OpensshWay['via']>): string {
  const words = [
    ...option('BatchMode', 'yes'),
    ...option('StrictHostKeyChecking', 'yes'),
    ...identities(identityFiles),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
  ]
  return `exec ssh ${words.map((word) => quote(escaped(word))).join(' ')} -W '[%h]:%p' ${quote(escaped(host))}`
}

/** A percent sign would begin a token (ssh_config(5), TOKENS). */
function escaped(text: string): string {
  return text.replaceAll('%', '%%')
}
