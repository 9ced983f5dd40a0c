import {breakNamed} from './breaks/all.js'
import type {Break, BrokenLab, Seen} from './breaks/break.js'
import {type Incident, incidents, leftBehind, note} from './incidents.js'
import {type LabWhere, recall, save} from './lab-record.js'
import {startProcess} from './process.js'
import {isAlive} from './process-identity.js'
import {programSpec} from './program.js'
import {WATCHER} from './state.js'

export type BreakOptions = LabWhere & {random: () => number; surprise: boolean}

/** Makes the trouble, writes it down, and starts somebody who watches when it is over. */
export async function breakLab(one: Break, options: BreakOptions): Promise<Incident> {
  const before = (await incidents(options)).filter(({name}) => name === one.name)
  for (const old of before.filter(leftBehind)) await mendLab(old, options)
  const lab = await brokenLab(one, options, options.random)
  const detail = await one.break(lab)
  const id = (await incidents(options)).length + 1
  const {name, part} = one
  const {surprise, stateDir} = options
  const brokenAt = Date.now()
  await note(options, {kind: 'broken', id, name, part, surprise, detail, at: brokenAt})
  const {record} = lab
  const spec = programSpec('watch', {stateDir, id}, {name: `${WATCHER}${id}`, log: `${record.dir}/watch.log`})
  const watcher = await startProcess(spec, {detached: true})
  await save(options, {...record, processes: [...record.processes, watcher]})
  return {id, name, part, surprise, detail, brokenAt}
}

/** Puts things right by the lab's own means; what an operator has cured already loses its traces. */
export async function mendLab(incident: Incident, where: LabWhere): Promise<void> {
  const one = breakOf(incident)
  // First, so that nobody takes the cure for the operator's.
  await note(where, {kind: 'mended', id: incident.id, at: Date.now()})
  await one.mend(await brokenLab(one, where), incident.detail)
}

/** A fresh look at the daemons. A look that fails sees nothing that would be over. */
export async function lookAt(incident: Incident, where: LabWhere): Promise<Seen> {
  const one = breakOf(incident)
  try {
    return await one.look(await brokenLab(one, where), incident.detail)
  } catch (error) {
    return {over: false, saw: `could not look: ${error instanceof Error ? error.message : error}`}
  }
}

/** Whether somebody lives who will note that it is over. */
export async function isWatched({id, part}: Incident, where: LabWhere): Promise<boolean> {
  const record = await recall(part, where)
  const watcher = record?.processes.find(({spec}) => spec.name === `${WATCHER}${id}`)
  return watcher !== undefined && (await isAlive(watcher))
}

/** What of a break has to be done again and again. */
export async function keepUp(incident: Incident, where: LabWhere): Promise<void> {
  const one = breakOf(incident)
  await one.keepUp?.(await brokenLab(one, where), incident.detail)
}

export function breakOf({name}: Incident): Break {
  const one = breakNamed(name)
  if (!one) throw new Error(`this version of redeye has no break ${name}`)
  return one
}

export async function brokenLab(
  {part}: Break,
  where: LabWhere,
  random: () => number = Math.random,
): Promise<BrokenLab> {
  const record = await recall(part, where)
  if (!record) throw new Error(`no ${part} lab is up`)
  return {record, stateDir: where.stateDir, random}
}
