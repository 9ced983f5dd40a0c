import {randomUUID} from 'node:crypto'
import {open, readFile, rename, rm} from 'node:fs/promises'
import {hostName} from '../ssh/known-hosts.js'

/**
 * The host keys that are trusted, by inventory id and port: a known_hosts file whose names are ids. Looking one up costs the
 * same in a fleet of 30,000 as in one of 3. A port other than 22 is written `[id]:port`.
 */
export interface PinnedKeys {
  /** Hosts with a key. */
  readonly size: number
  /** The keys of a host, as base64 of the raw blob; empty when none is pinned. */
  of(id: string, port: number): readonly string[]
  /** @param line `ssh-ed25519 AAAA...` */
  add(id: string, port: number, line: string): void
  /** Lines that were not understood, with their numbers. They make no host trusted. */
  readonly ignored: readonly {line: number; why: string}[]
  /** As a file has it, sorted by name. */
  text(): string
}

type Pin = {type: string; base64: string}

/** Reads the text of one file: one pass, no scan per host. */
export function parsePinnedKeys(text: string): PinnedKeys {
  const pins = new Map<string, Pin[]>()
  const ignored: {line: number; why: string}[] = []
  let number = 0
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? text.length : end).trim()
    at = end < 0 ? text.length : end + 1
    number++
    if (line === '' || line.startsWith('#')) continue
    const problem = parseLine(line, pins)
    if (problem !== undefined) ignored.push({line: number, why: problem})
  }
  return pinnedKeys(pins, ignored)
}

/** A file that is not there pins nothing. @throws what reading it throws */
export async function readPinnedKeys(file: string): Promise<PinnedKeys> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return parsePinnedKeys(text)
}

/** Replaces the file as a whole, for its owner alone: a reader sees the old one or the new one. */
export async function writePinnedKeys(file: string, keys: PinnedKeys): Promise<void> {
  const fresh = `${file}.${randomUUID()}`
  try {
    const handle = await open(fresh, 'w', 0o600)
    try {
      await handle.writeFile(keys.text())
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, {force: true})
    throw error
  }
}

function pinnedKeys(pins: Map<string, Pin[]>, ignored: {line: number; why: string}[]): PinnedKeys {
  return {
    get size() {
      return pins.size
    },
    ignored,
    of: (id, port) => (pins.get(hostName(id, port)) ?? []).map((pin) => pin.base64),
    add(id, port, line) {
      const [type = '', base64 = ''] = line.split(' ')
      pin(pins, hostName(id, port), {type, base64})
    },
    text: () =>
      [...pins]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([name, keys]) => keys.map(({type, base64}) => `${name} ${type} ${base64}\n`))
        .join(''),
  }
}

function parseLine(line: string, pins: Map<string, Pin[]>): string | undefined {
  const [names, type, base64] = line.split(/[ \t]+/, 3)
  if (names === undefined || type === undefined || base64 === undefined) return 'not NAME TYPE KEY'
  if (names.startsWith('@')) return `the marker ${names} is not supported here`
  if (names.startsWith('|')) return 'the name is hashed: import the file'
  if (!names.includes('*') && !names.includes('?') && !names.includes('!')) {
    if (!isKey(type, base64)) return `the key is not one of type ${type}`
    for (const name of names.toLowerCase().split(',')) pin(pins, name, {type, base64})
    return undefined
  }
  return 'patterns are not supported here: a key belongs to one host'
}

function pin(pins: Map<string, Pin[]>, name: string, key: Pin): void {
  const keys = pins.get(name)
  if (keys === undefined) pins.set(name, [key])
  else if (!keys.some((one) => one.base64 === key.base64)) keys.push(key)
}

/** The blob names its type first (RFC 4253, 6.6): the same, in base64, as the start of the line says. */
function isKey(type: string, base64: string): boolean {
  return base64.startsWith(prefixOf(type)) && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)
}

const prefixes = new Map<string, string>()

function prefixOf(type: string): string {
  let prefix = prefixes.get(type)
  if (prefix === undefined) {
    const head = Buffer.alloc(4 + type.length)
    head.writeUInt32BE(type.length)
    head.write(type, 4, 'latin1')
    // Whole groups of three bytes: what follows does not change them.
    prefix = head.subarray(0, head.length - (head.length % 3)).toString('base64')
    if (prefixes.size < 100) prefixes.set(type, prefix)
  }
  return prefix
}
