import {createHmac} from 'node:crypto'
import {keyType} from './key-blob.js'

/** One usable line of a known_hosts file, sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
export interface KnownHost {
  file: string
  line: number
  revoked: boolean
  /** The whole first field: patterns separated by commas, or one `|1|salt|hash`. */
  hosts: string
  type: string
  blob: Buffer
}

/** A line that says nothing to us. */
export interface IgnoredLine {
  file: string
  line: number
  why: string
}

export interface KnownHosts {
  entries: KnownHost[]
  ignored: IgnoredLine[]
}

/**
 * - `trusted`: this key is known for this host
 * - `changed`: another key of the same type is
 * - `revoked`: this key is marked `@revoked` for it
 * - `unknown`: no key of this type is known (`evidence` then has its keys of other types)
 */
export interface Lookup {
  verdict: 'trusted' | 'unknown' | 'changed' | 'revoked'
  /** The lines it rests on. */
  evidence: KnownHost[]
}

/** Reads the text of one known_hosts file. A line that is not understood never makes a host trusted. */
export function parseKnownHosts(file: string, text: string): KnownHosts {
  const known: KnownHosts = {entries: [], ignored: []}
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(content)) continue
    const entry = parseLine(content)
    const at = {file, line: index + 1}
    if (typeof entry === 'string') known.ignored.push({...at, why: entry})
    else known.entries.push({...at, ...entry})
  }
  return known
}

export function mergeKnownHosts(all: readonly KnownHosts[]): KnownHosts {
  return {entries: all.flatMap((one) => one.entries), ignored: all.flatMap((one) => one.ignored)}
}

/**
 * What is known about this key of a host. As OpenSSH does, a port other than 22 is looked up as `[host]:port` first, and a
 * key that is trusted for the bare host is trusted on its other ports.
 */
export function lookup(known: KnownHosts, host: string, port: number, blob: Buffer): Lookup {
  const named = entriesFor(known, hostName(host, port))
  const first = judge(named, blob)
  if (first.verdict !== 'unknown' || port === 22) return first
  const bare = judge(entriesFor(known, hostName(host, 22)), blob)
  return bare.verdict === 'trusted' || bare.verdict === 'revoked' ? bare : first
}

/** Types of the keys that would be trusted, so that the host can be asked for one of those. */
export function knownTypes(known: KnownHosts, host: string, port: number): string[] {
  const named = entriesFor(known, hostName(host, port))
  const entries = named.length > 0 ? named : entriesFor(known, hostName(host, 22))
  return [...new Set(entries.filter((entry) => !entry.revoked).map((entry) => entry.type))]
}

/** The name known_hosts has for a host: `host`, or `[host]:port` for ports other than 22. */
export function hostName(host: string, port: number): string {
  return (port === 22 ? host : `[${host}]:${port}`).toLowerCase()
}

function parseLine(content: string): Omit<KnownHost, 'file' | 'line'> | string {
  const fields = content.trim().split(/[ \t]+/)
  const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
  if (marker === '@cert-authority') return 'host certificates are not supported'
  if (marker !== undefined && marker !== '@revoked') return `unknown marker ${marker}`
  const [hosts, type, base64] = fields
  if (hosts === undefined || type === undefined || base64 === undefined) return 'not HOSTS TYPE KEY'
  if (/^\d+$/.test(type)) return 'a key of SSH protocol 1'
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return 'the key is not base64'
  if (hosts.startsWith('|') && !/^\|1\|[A-Za-z0-9+/]+=*\|[A-Za-z0-9+/]+=*$/.test(hosts))
    return 'unknown kind of hash'
  const blob = Buffer.from(base64, 'base64')
  if (keyType(blob) !== type) return `the key is not of type ${type}`
  return {revoked: marker === '@revoked', hosts, type, blob}
}

function judge(entries: readonly KnownHost[], blob: Buffer): Lookup {
  const same = entries.filter((entry) => entry.blob.equals(blob))
  const revoked = same.filter((entry) => entry.revoked)
  if (revoked.length > 0) return {verdict: 'revoked', evidence: revoked}
  if (same.length > 0) return {verdict: 'trusted', evidence: same}
  const trusted = entries.filter((entry) => !entry.revoked)
  const rivals = trusted.filter((entry) => entry.type === keyType(blob))
  return rivals.length > 0 ? {verdict: 'changed', evidence: rivals} : {verdict: 'unknown', evidence: trusted}
}

function entriesFor(known: KnownHosts, name: string): KnownHost[] {
  return known.entries.filter((entry) => matches(entry.hosts, name))
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name)
  const patterns = hosts.toLowerCase().split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && glob(pattern.slice(1), name))) return false
  return patterns.some((pattern) => glob(pattern, name))
}

/** `|1|salt|hash`: HMAC-SHA1 of the name with the salt as key. */
function matchesHash(hosts: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hosts.split('|')
  const digest = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  return digest.equals(Buffer.from(hash, 'base64'))
}

/** `*` and `?`, nothing else; linear, so that no pattern can make it slow. */
function glob(pattern: string, name: string): boolean {
  let [at, from, star, mark] = [0, 0, -1, 0]
  while (from < name.length) {
    if (pattern[at] === '*') {
      star = at++
      mark = from
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[from])) {
      at++
      from++
    } else if (star !== -1) {
      at = star + 1
      from = ++mark
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
