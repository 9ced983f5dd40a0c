import {mkdir} from 'node:fs/promises'
import type {LabLoad} from './detached-lab.js'
import {forgetIncidents, noteDown} from './incidents.js'
import {LAB_PARTS, type LabPartName, type LabRecord, type LabWhere, recall} from './lab-record.js'
import {writeShared} from './shared-files.js'
import {type LabUpOptions, labDown, labStatus, labUp} from './state.js'

/** A part did not start; what was started with it is stopped again. */
export class LabFailed extends Error {
  override name = 'LabFailed'
  constructor(
    readonly part: LabPartName,
    cause: Error,
  ) {
    super(cause.message, {cause})
  }
}

/** Somebody no longer wanted it; what was started is stopped again. */
export class LabUnwanted extends Error {
  override name = 'LabUnwanted'
}

export type LabsUpOptions = LabUpOptions & {
  unwanted: AbortSignal
  /** A part is up. */
  told(part: LabPartName, ms: number): void
}

/** Starts these parts side by side: all of them, or none. */
export async function labsUp(parts: readonly LabPartName[], options: LabsUpOptions): Promise<LabRecord[]> {
  await mkdir(`${options.stateDir}/lab`, {recursive: true, mode: 0o700})
  const ended = await Promise.allSettled(parts.map((part) => timed(part, options)))
  const failed = ended.findIndex(({status}) => status === 'rejected')
  if (failed === -1 && !options.unwanted.aborted) {
    await writeShared(options)
    return ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  }
  const started = parts.filter((_, at) => ended[at]?.status === 'fulfilled')
  await Promise.all(started.map((part) => labDown(part, options)))
  if (options.unwanted.aborted) throw new LabUnwanted('nobody wants it any more')
  const {reason} = ended[failed] as PromiseRejectedResult
  throw new LabFailed(parts[failed] ?? 'haproxy', reason instanceof Error ? reason : new Error(`${reason}`))
}

async function timed(part: LabPartName, options: LabsUpOptions): Promise<LabRecord> {
  const from = performance.now()
  const record = await labUp(part, options)
  options.told(part, performance.now() - from)
  return record
}

/** Those that are up, in the order in which they are always named. */
export async function partsUp(where: LabWhere): Promise<LabPartName[]> {
  const records = await Promise.all(LAB_PARTS.map((part) => recall(part, where)))
  return LAB_PARTS.filter((_, at) => records[at] !== undefined)
}

/** Takes down parts of which nothing runs any more, as after a reboot of the machine, and says which. */
export async function clearDead(where: LabWhere): Promise<LabPartName[]> {
  const up = await partsUp(where)
  const statuses = await Promise.all(up.map((part) => labStatus(part, where)))
  const dead = up.filter((_, at) => {
    const status = statuses[at]
    return status?.up && !status.parts.some(({alive}) => alive)
  })
  await labsDown(dead, where)
  return dead
}

/** Stops these parts side by side, and gives the last counters of each. */
export async function labsDown(
  parts: readonly LabPartName[],
  where: LabWhere,
): Promise<{part: LabPartName; load: LabLoad[LabPartName] | undefined}[]> {
  if (parts.length === 0) return []
  await noteDown(parts, where)
  const ended = await Promise.all(parts.map(async (part) => ({part, load: await labDown(part, where)})))
  await writeShared(where)
  if ((await partsUp(where)).length === 0) await forgetIncidents(where)
  return ended
}
