import {appendFile, readFile, rm} from 'node:fs/promises'
import type {LabPartName, LabWhere} from './lab-record.js'

/** What was broken on purpose, when, and how it ended. Times are milliseconds since 1970. */
export type Incident = {
  id: number
  /** Of the break. */
  name: string
  part: LabPartName
  brokenAt: number
  /** Nobody was told which one it is. */
  surprise: boolean
  /** What the break has to remember: who was hit. */
  detail: Detail
  /** Seen to be over, by whatever means. */
  overAt?: number
  /** Nobody watched: it was over by then, and perhaps long before. */
  late?: true
  /** The lab began to put things right itself. */
  mendedAt?: number
  /** The part was taken down. */
  downAt?: number
}

export type Detail = {[name: string]: string | number | string[]}

type Line =
  | ({kind: 'broken'} & Pick<Incident, 'id' | 'name' | 'part' | 'surprise' | 'detail'> & {at: number})
  | {kind: 'over'; id: number; at: number; late?: true}
  | {kind: 'mended' | 'down'; id: number; at: number}

/** Oldest first; of all since the first part came up. */
export async function incidents(where: LabWhere): Promise<Incident[]> {
  const text = await readFile(fileOf(where), 'utf8').catch(() => '')
  const all = new Map<number, Incident>()
  for (const row of text.split('\n').slice(0, -1)) {
    const line = JSON.parse(row) as Line
    const known = all.get(line.id)
    if (line.kind === 'broken') {
      const {kind: _, at, ...incident} = line
      all.set(line.id, {...incident, brokenAt: at})
    } else if (known) all.set(line.id, {...known, ...changeBy(line)})
  }
  return [...all.values()]
}

function changeBy(line: Exclude<Line, {kind: 'broken'}>): Partial<Incident> {
  if (line.kind === 'over') return {overAt: line.at, ...(line.late && {late: line.late})}
  return line.kind === 'mended' ? {mendedAt: line.at} : {downAt: line.at}
}

/** Nothing has ended it so far. */
export function inForce({overAt, mendedAt, downAt}: Incident): boolean {
  return overAt === undefined && mendedAt === undefined && downAt === undefined
}

/** It was over without the lab, which has still to put its traces right. */
export function leftBehind({overAt, mendedAt, downAt}: Incident): boolean {
  return overAt !== undefined && mendedAt === undefined && downAt === undefined
}

/** The lines are short and appended whole, so that the watcher and a command do not disturb each other. */
export async function note(where: LabWhere, line: Line): Promise<void> {
  await appendFile(fileOf(where), `${JSON.stringify(line)}\n`, {mode: 0o600})
}

export async function noteDown(parts: readonly LabPartName[], where: LabWhere): Promise<void> {
  for (const one of await incidents(where))
    if (parts.includes(one.part) && (inForce(one) || leftBehind(one)))
      await note(where, {kind: 'down', id: one.id, at: Date.now()})
}

export async function forgetIncidents(where: LabWhere): Promise<void> {
  await rm(fileOf(where), {force: true})
}

function fileOf({stateDir}: LabWhere): string {
  return `${stateDir}/lab/breaks.jsonl`
}
