import {mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Facts} from '../runbooks/redis/facts.js'
import type {Environment} from './environment.js'

/** Replication offsets of masters when they were last seen: what a dead master had is known only from before. */
type Offsets = {[node: string]: {offset: number; atMs: number}}

export async function rememberOffsets(cluster: string, facts: Facts, at: Environment): Promise<void> {
  const known = await readOffsets(cluster, at)
  for (const {id, reading} of facts.nodes)
    if (reading?.replication.role === 'master')
      known[id] = {offset: reading.replication.offset, atMs: facts.takenAtMs}
  const file = fileOf(cluster, at)
  await mkdir(join(at.stateDir, 'redis'), {recursive: true, mode: 0o700})
  await writeFile(`${file}.new`, JSON.stringify(known), {mode: 0o600})
  await rename(`${file}.new`, file)
}

/** By node id; empty when no status was ever taken here. */
export async function readOffsets(cluster: string, at: Environment): Promise<Offsets> {
  return await readFile(fileOf(cluster, at), 'utf8').then(
    (text) => JSON.parse(text) as Offsets,
    () => ({}),
  )
}

function fileOf(cluster: string, at: Environment): string {
  return join(at.stateDir, 'redis', `${cluster}.json`)
}
