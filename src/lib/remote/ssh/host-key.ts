import type {ServerHostKeyAlgorithm} from 'ssh2'
import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {fingerprint, keyType, parsePublicKeyLine, publicKeyLine} from './key-blob.js'
import {hostName, type KnownHosts, knownTypes, lookup} from './known-hosts.js'
import {quote} from './quote.js'
import {describe, type ResolvedTarget} from './target.js'

/** How one target's host key is judged. */
export interface HostKeyPolicy {
  /** What to ask the host for, best first. */
  algorithms: ServerHostKeyAlgorithm[]
  /** Absent: trusted. Otherwise why not. */
  refusal(blob: Buffer): RemoteError | undefined
}

/** No SHA-1 signatures: plain `ssh-rsa` is not offered, as in OpenSSH since 8.8. */
const ALGORITHMS: readonly {type: string; names: ServerHostKeyAlgorithm[]}[] = [
  {type: 'ssh-ed25519', names: ['ssh-ed25519']},
  {type: 'ecdsa-sha2-nistp256', names: ['ecdsa-sha2-nistp256']},
  {type: 'ecdsa-sha2-nistp384', names: ['ecdsa-sha2-nistp384']},
  {type: 'ecdsa-sha2-nistp521', names: ['ecdsa-sha2-nistp521']},
  {type: 'ssh-rsa', names: ['rsa-sha2-512', 'rsa-sha2-256']},
]

/**
 * Always strict: only a pinned key or one in known_hosts passes. Types that are known are asked for first: a host known by its
 * ECDSA key alone would otherwise show its Ed25519 key and read as unknown.
 * @throws RemoteError `refused`, class `usage`, for a pin that is neither a fingerprint nor a key.
 */
export function hostKeyPolicy(target: ResolvedTarget, known: KnownHosts): HostKeyPolicy {
  if (target.hostKey !== undefined) return pinned(target, target.hostKey.trim())
  const [host, port] =
    target.hostKeyAlias === undefined ? [target.host, target.port] : [target.hostKeyAlias, 22]
  return {
    algorithms: offer(knownTypes(known, host, port)),
    refusal: (blob) => judge(target, known, host, port, blob),
  }
}

function offer(first: readonly string[]): ServerHostKeyAlgorithm[] {
  const isFirst = ({type}: {type: string}) => first.includes(type)
  const order = [...ALGORITHMS.filter(isFirst), ...ALGORITHMS.filter((one) => !isFirst(one))]
  return order.flatMap((one) => one.names)
}

function pinned(target: ResolvedTarget, pin: string): HostKeyPolicy {
  const key = parsePublicKeyLine(pin)
  if (key === undefined && !/^SHA256:[A-Za-z0-9+/]{43}$/.test(pin))
    throw new RemoteError(
      'refused',
      `the host key pinned for ${describe(target)} is not SHA256:... nor a key line`,
      {
        class: 'usage',
        hint: 'Take it from `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the host.',
      },
    )
  const wanted = key === undefined ? pin : fingerprint(key)
  const types = key === undefined ? [] : [keyType(key) ?? '']
  return {
    algorithms: offer(types),
    refusal(blob) {
      if (key === undefined ? fingerprint(blob) === pin : key.equals(blob)) return undefined
      return refused(
        `${describe(target)} showed the host key ${shown(blob)}, but ${wanted} is pinned`,
        `Either this is not the host it should be, or its key was replaced: compare on the host itself with \`${onHost(blob)}\`` +
          (key === undefined ? '; a pin of another key type has to be the whole key line.' : '.'),
      )
    },
  }
}

function judge(
  target: ResolvedTarget,
  known: KnownHosts,
  host: string,
  port: number,
  blob: Buffer,
): RemoteError | undefined {
  const {verdict, evidence} = lookup(known, host, port, blob)
  const name = hostName(host, port)
  const at = evidence.map((entry) => printable(`${entry.file}:${entry.line}`)).join(', ')
  const file = target.knownHostsFiles[0] ?? '~/.ssh/known_hosts'
  switch (verdict) {
    case 'trusted':
      return undefined
    case 'revoked':
      return refused(
        `${describe(target)} showed the host key ${shown(blob)}, which is revoked in ${at}`,
        'Somebody has declared this key stolen or retired: do not connect before the host has a new one.',
      )
    case 'changed':
      return refused(
        `the host key of ${describe(target)} has changed: it showed ${shown(blob)}, known is ${evidence
          .map((entry) => fingerprint(entry.blob))
          .join(', ')} (${at}); this is another machine, a reinstalled one, or somebody in between`,
        `Compare on the host itself with \`${onHost(blob)}\`; if it was reinstalled: ssh-keygen -f ${shell(evidence[0]?.file ?? file)} -R ${shell(name)} && ${adding(name, blob, file)}`,
      )
    case 'unknown':
      return refused(
        `the host key of ${describe(target)} is not known: it showed ${shown(blob)}` +
          (at === '' ? '' : `, and only keys of another type are in ${at}`),
        `Compare on the host itself with \`${onHost(blob)}\`, then: ${adding(name, blob, file)}`,
      )
  }
}

function shown(blob: Buffer): string {
  return `${keyType(blob) ?? 'of an unknown type'} ${fingerprint(blob)}`
}

/** The command that shows the same fingerprint where nobody can be in between. */
function onHost(blob: Buffer): string {
  const kind = /ed25519|ecdsa|rsa/.exec(keyType(blob) ?? '')?.[0] ?? '*'
  return `ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub`
}

/** Adds the very key that was seen, not whatever answers next time. */
function adding(name: string, blob: Buffer, file: string): string {
  return `echo ${shell(`${name} ${publicKeyLine(blob)}`)} >> ${shell(file)}`
}

function shell(word: string): string {
  return /^[A-Za-z0-9_./~-]+$/.test(word) ? word : quote(printable(word))
}

function refused(message: string, hint: string): RemoteError {
  return new RemoteError('refused', message, {class: 'host-key', hint})
}
