import {createHash, randomBytes} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'
import type {Environment} from './environment.js'
import {UsageError} from './usage-error.js'

/** Every host gets it at once; packages and images go by other ways. */
const LARGEST = 64 * 2 ** 20

export interface PushFlags {
  mode?: string | undefined
  owner?: string | undefined
}

/** What is to be put where, as the runbook wants it. @throws UsageError when the file cannot be read or is too large */
export async function pushInput(
  file: string,
  destination: string,
  {mode = '', owner = ''}: PushFlags,
  {cwd}: Environment,
) {
  const source = resolve(cwd, file)
  const content = await read(source)
  const path = destination.endsWith('/') ? `${destination}${basename(source)}` : destination
  // Another one for each plan: what an earlier push has kept stays.
  const kept = join(dirname(path), `.${basename(path)}.redeye-${randomBytes(4).toString('hex')}`)
  return {
    source,
    bytes: content.length,
    file: {path, kept, sha256: sha256(content), mode: mode.replace(/^0+(?=\d{3})/, ''), owner},
  }
}

/** @throws UsageError when it is not the file with this SHA-256 any more */
export async function contentOf(source: string, wanted: string): Promise<Uint8Array<SharedArrayBuffer>> {
  const content = await read(source)
  if (sha256(content) !== wanted)
    throw new UsageError(`${source} is not the file of the plan any more: its SHA-256 is another one`)
  const shared = new Uint8Array(new SharedArrayBuffer(content.length))
  shared.set(content)
  return shared
}

async function read(source: string): Promise<Buffer> {
  const content = await readFile(source).catch((error: unknown) => {
    throw new UsageError(`cannot read ${source}: ${error instanceof Error ? error.message : error}`)
  })
  if (content.length > LARGEST)
    throw new UsageError(`${source} has ${content.length} bytes; at most ${LARGEST} are pushed`)
  return content
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
