import {readFile, rename, rm, writeFile} from 'node:fs/promises'
import type {LabProcess} from './process.js'

export const LAB_PARTS = ['haproxy', 'redis', 'vsphere', 'receivers', 'azure', 'aws'] as const

export type LabPartName = (typeof LAB_PARTS)[number]

/** A lab that runs detached, as written to `STATE_DIR/lab/PART.json`. */
export type LabRecord = {
  format: 1
  part: LabPartName
  dir: string
  /** ISO 8601, UTC. */
  startedAt: string
  inventoryFile: string
  /** Counters of the load client, renewed every 200 ms; no such file where a part has none. */
  loadFile: string
  /** Where a simulator is told to misbehave and says what it saw, `http://127.0.0.1:PORT`. */
  control?: string
  processes: LabProcess[]
}

export type LabWhere = {stateDir: string}

/** Undefined when no lab is up. @throws when the record was written by another version. */
export async function recall(part: LabPartName, where: LabWhere): Promise<LabRecord | undefined> {
  const text = await readFile(fileOf(part, where), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const record = JSON.parse(text) as LabRecord
  if (record.format !== 1) throw new Error(`${fileOf(part, where)} was written by another version of redeye`)
  return record
}

export async function save(where: LabWhere, record: LabRecord): Promise<void> {
  const file = fileOf(record.part, where)
  await writeFile(`${file}.new`, JSON.stringify(record, undefined, 2), {mode: 0o600})
  await rename(`${file}.new`, file)
}

export async function forget(part: LabPartName, where: LabWhere): Promise<void> {
  await rm(fileOf(part, where), {force: true})
}

function fileOf(part: LabPartName, {stateDir}: LabWhere): string {
  return `${stateDir}/lab/${part}.json`
}
