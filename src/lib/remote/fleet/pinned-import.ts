import {createHmac} from 'node:crypto'
import {publicKeyLine} from '../ssh/key-blob.js'
import {hostName, type KnownHost, parseKnownHosts} from '../ssh/known-hosts.js'
import type {PinnedKeys} from './pinned-keys.js'

/** A host of the inventory, and what known_hosts may call it. */
export type ImportHost = {id: string; address: string; port: number}

export type Imported = {
  /** Keys that were not pinned before. */
  added: number
  /** Ids of hosts that the file knows nothing of. */
  missing: string[]
  /** Ids of hosts whose pinned keys are others than the file's: left as they are, for a person to decide. */
  changed: string[]
}

/**
 * Takes over the keys of a known_hosts file, also those under hashed names: each name is tried with each salt, which is
 * done once here and never again.
 * @param text of known_hosts; @param hosts of the inventory; @param into receives the keys
 */
export function importKnownHosts(text: string, hosts: readonly ImportHost[], into: PinnedKeys): Imported {
  const known = index(parseKnownHosts('', text).entries)
  const imported: Imported = {added: 0, missing: [], changed: []}
  for (const host of hosts) {
    const found = keysOf(host, known)
    if (found.length === 0) imported.missing.push(host.id)
    else take(host, found, into, imported)
  }
  return imported
}

type Hashed = {salt: Buffer; hash: string; entry: KnownHost}

/** `next` is the hashed line to try first. */
type Index = {plain: Map<string, KnownHost[]>; hashed: Hashed[]; next: number}

function index(entries: readonly KnownHost[]): Index {
  const plain = new Map<string, KnownHost[]>()
  const hashed: Index['hashed'] = []
  for (const entry of entries) {
    if (entry.revoked) continue
    const [, , salt, hash] = entry.hosts.split('|')
    if (salt !== undefined && hash !== undefined) {
      hashed.push({salt: Buffer.from(salt, 'base64'), hash, entry})
      continue
    }
    for (const name of entry.hosts.toLowerCase().split(',')) {
      const same = plain.get(name)
      if (same === undefined) plain.set(name, [entry])
      else same.push(entry)
    }
  }
  return {plain, hashed, next: 0}
}

/**
 * Hashed lines are tried from where the last host was found: in a file that has the order of the inventory that is the first
 * one. Further keys of the host are looked for right behind it.
 */
function keysOf(host: ImportHost, known: Index): KnownHost[] {
  const names = [...new Set([hostName(host.address, host.port), hostName(host.id, host.port)])]
  const found = names.flatMap((name) => known.plain.get(name) ?? [])
  const {hashed} = known
  const isHost = ({salt, hash}: Hashed) => names.some((name) => hashOf(salt, name) === hash)
  const turns = hashed.length
  for (let turn = 0; turn < turns; turn++) {
    const at = (known.next + turn) % turns
    if (!isHost(hashed[at] as Hashed)) continue
    let end = at + 1
    while (end < hashed.length && isHost(hashed[end] as Hashed)) end++
    found.push(...hashed.splice(at, end - at).map(({entry}) => entry))
    known.next = at
    break
  }
  return [...new Set(found)]
}

function take(host: ImportHost, found: readonly KnownHost[], into: PinnedKeys, imported: Imported): void {
  const pinned = into.of(host.id, host.port)
  const fresh = found.filter(({blob}) => !pinned.includes(blob.toString('base64')))
  if (fresh.length === 0) return
  if (pinned.length > 0) {
    imported.changed.push(host.id)
    return
  }
  for (const {blob} of fresh) into.add(host.id, host.port, publicKeyLine(blob))
  imported.added += fresh.length
}

/** HMAC-SHA1 of the name with the salt as key (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
function hashOf(salt: Buffer, name: string): string {
  return createHmac('sha1', salt).update(name).digest('base64')
}
