import type {TaskState} from '../../systems/vsphere/model.js'
import type {VcenterReader, VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {answered, kebab} from './faults.js'
import {patiently} from './patiently.js'

/** One long look; the connection is known to be there at least this often. */
const LOOK_MS = 30_000

export type Followed =
  /** It has ended, or the server has forgotten it: what is there now decides. */
  {kind: 'ended'; task: TaskState | undefined} | {kind: 'out-of-time'; task: TaskState}

/**
 * Follows a task to its end, through lost connections. The time counts from when it was first seen running: waiting in
 * vCenter's queue is not its fault.
 */
export async function follow(
  systems: VsphereSystems,
  vcenter: VcenterReader,
  key: string,
  runningMs: number,
  signal: AbortSignal,
): Promise<Followed> {
  let runningSince: number | undefined
  for (;;) {
    const leftMs = runningSince === undefined ? runningMs : runningSince + runningMs - systems.now()
    const task = await patiently(
      systems,
      () => vcenter.follow(key, Math.max(1, Math.min(LOOK_MS, leftMs)), signal),
      signal,
    )
    if (!task || task.state === 'success' || task.state === 'error') return {kind: 'ended', task}
    if (task.state === 'running') runningSince ??= systems.now()
    if (runningSince !== undefined && systems.now() - runningSince >= runningMs)
      return {kind: 'out-of-time', task}
    signal.throwIfAborted()
  }
}

/** Follows a short task and expects it to succeed. @throws `answered` with the server's text */
export async function mustSucceed(
  systems: VsphereSystems,
  vcenter: VcenterReader,
  key: string,
  forMs: number,
  signal: AbortSignal,
): Promise<void> {
  const {kind, task} = await follow(systems, vcenter, key, forMs, signal)
  if (kind === 'out-of-time') throw answered(`no end after ${Math.round(forMs / 1000)} s`)
  if (task?.error) throw answered(task.error.text || task.error.fault, kebab(task.error.fault))
}
