import {readFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {parseInventory} from './parse.js'
import {InventoryError, NoInventory} from './problem.js'
import type {Inventory} from './schema.js'
import {checkTrust} from './trust.js'

export interface Places {
  /** `--inventory`. */
  explicit?: string
  /** `REDEYE_INVENTORY`; empty counts as unset. */
  env?: string
  cwd: string
  /** `$XDG_CONFIG_HOME`, or `~/.config`. */
  configHome: string
}

export interface Loaded {
  inventory: Inventory
  /** Absolute path of the file that was read. */
  source: string
}

const STARTER = `# yaml-language-server: $schema=redeye.schema.json
haproxy:
  web-lb:
    instances:
      - name: lb1
        socket: unix:/run/haproxy/admin.sock`

/** Finds, reads and checks the inventory. @throws InventoryError, NoInventory when there is none */
export async function loadInventory(places: Places): Promise<Loaded> {
  const candidates = lookIn(places)
  for (const {path, named} of candidates) {
    const text = await read(path)
    if (text === undefined) continue
    const inventory = parseInventory(text, path)
    if (!named) checkTrust(path, inventory)
    return {inventory, source: path}
  }
  throw notFound(candidates)
}

interface Candidate {
  path: string
  why: string
  /** By the user, as opposed to by whoever made the current directory. */
  named: boolean
}

/** A file that was named is the only one; otherwise the directory's own goes before the user's. */
function lookIn({explicit, env, cwd, configHome}: Places): Candidate[] {
  if (explicit !== undefined) return [{path: resolve(cwd, explicit), why: '--inventory', named: true}]
  if (env) return [{path: resolve(cwd, env), why: 'REDEYE_INVENTORY', named: true}]
  return [
    {path: join(cwd, 'redeye.yaml'), why: 'this directory', named: false},
    {path: join(configHome, 'redeye', 'redeye.yaml'), why: 'your configuration', named: true},
  ]
}

/** The text, or nothing when there is no such file. @throws InventoryError when it is there and cannot be read */
async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    const why = error instanceof Error ? error.message : String(error)
    throw new InventoryError(`cannot read the inventory ${path}: ${why}`)
  }
}

function notFound(candidates: readonly Candidate[]): NoInventory {
  const places = candidates.map(({path, why}) => `  ${path} (${why})`)
  return new NoInventory(
    [
      'no inventory found; looked for',
      ...places,
      'Write one, or name one with --inventory FILE. To begin with:',
      '',
      ...STARTER.split('\n').map((line) => `  ${line}`),
    ].join('\n'),
  )
}
