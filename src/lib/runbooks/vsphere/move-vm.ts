import type {Host, RunningTask, TaskState} from '../../systems/vsphere/model.js'
import type {Vcenter, VmState, VsphereSystems} from '../../systems/vsphere/vcenter.js'
import {afterSending} from './after-sending.js'
import {answered, classOf, faultOf, kebab, lost} from './faults.js'
import {follow} from './follow.js'
import {isMigration} from './migration.js'
import {patiently} from './patiently.js'

/** One VM, from where to where. */
export interface Move {
  ref: string
  name: string
  instanceUuid: string
  from: Place
  to: Place
  /** Where else, when the first target turns out not to work. */
  next: Place | null
}

/** A host, and the pool to go into when that is not in the VM's own cluster. */
export type Place = {host: string; name: string; pool?: string}

export interface Mover {
  systems: VsphereSystems
  /** Name in the inventory. */
  vcenter: string
  /** Who we are there: only our own tasks are ever cancelled. */
  user: string
  priority: 'default' | 'high'
  vmTimeoutMs: number
  /** When the server last said that the move can work, ms since the epoch; 0: just now. */
  checkedAtMs: number
}

/** A plan older than this is put to the server once more. */
const OLD_MS = 10 * 60_000
/** After a lost request: how long it may take to show among the VM's tasks. */
const SHOWS_MS = 15_000
/** A cancelled task may still end well: this long nothing may change. */
const STABLE_MS = 5000
const POLL_MS = 1000

/** Worth another target; anything else would fail there too, or needs a person. */
const RETRIABLE = [
  'Timedout',
  'MigrationNotReady',
  'InsufficientResourcesFault',
  'HostCommunication',
  'TaskInProgress',
]

/**
 * Moves a VM and follows it to the end. Never starts a second migration: one that runs already is followed instead.
 * Success of the task is not trusted; the caller looks where the VM is.
 * @param seen what was seen of it a moment ago: it need not be looked at again
 * @throws `answered` with the server's text; `lost` when nobody knows
 */
export async function moveVm(mover: Mover, move: Move, signal: AbortSignal, seen?: VmState): Promise<void> {
  const vcenter = await mover.systems.vsphere(mover.vcenter)
  const failed = await oneTry(vcenter, mover, move, move.to, signal, seen)
  if (!failed) return
  const {next} = move
  if (!next || !RETRIABLE.includes(failed.fault)) throw answered(failed.text, kebab(failed.fault))
  const again = await afterSending(() => oneTry(vcenter, mover, move, next, signal))
  if (again)
    throw answered(`to ${move.to.name}: ${failed.text}; to ${next.name}: ${again.text}`, kebab(again.fault))
}

type Failed = {fault: string; text: string}

async function oneTry(
  vcenter: Vcenter,
  mover: Mover,
  move: Move,
  to: Place,
  signal: AbortSignal,
  known?: VmState,
): Promise<Failed | undefined> {
  const seen = known ?? (await vcenter.vmState(move.ref, signal))
  const running = seen.tasks.find(isMigration)
  if (!running && seen.host !== move.from.host) return undefined
  const refused = running ? undefined : await refusedNow(vcenter, mover, move, to, signal)
  if (refused) return refused
  const key = running?.key ?? (await start(vcenter, mover, move, to, signal))
  if (key === undefined) return undefined
  return await afterSending(async () => {
    const followed = await follow(mover.systems, vcenter, key, mover.vmTimeoutMs, signal)
    if (followed.kind === 'out-of-time') return await giveUp(vcenter, mover, move, key, running, signal)
    return await outcome(vcenter, mover, move, followed.task, signal)
  })
}

/** The answer of the plan may be out of date: a saved plan, or a run that was resumed. */
async function refusedNow(
  vcenter: Vcenter,
  {systems, checkedAtMs}: Mover,
  {ref}: Move,
  to: Place,
  signal: AbortSignal,
): Promise<Failed | undefined> {
  if (checkedAtMs === 0 || systems.now() - checkedAtMs <= OLD_MS) return undefined
  const {errors} = await vcenter.checkRelocate(ref, to.host, signal)
  const [first] = errors
  return first && {fault: 'InsufficientResourcesFault', text: `it cannot go there any more: ${first.text}`}
}

/** @returns the task's key, or undefined when the VM has moved although the request seemed lost */
async function start(
  vcenter: Vcenter,
  mover: Mover,
  move: Move,
  {host, pool}: Place,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const to = {host, ...(pool !== undefined && {pool})}
    return await vcenter.relocate(move.ref, to, mover.priority, signal)
  } catch (error) {
    if (faultOf(error) !== 'lost' || signal.aborted) throw error
    return await adopt(vcenter, mover, move, error, signal)
  }
}

/** The connection went while it was sent: the VM's own tasks tell whether it arrived. It is never sent again here. */
async function adopt(
  vcenter: Vcenter,
  {systems}: Mover,
  {ref, from}: Move,
  error: unknown,
  signal: AbortSignal,
): Promise<string | undefined> {
  const seen = () => patiently(systems, () => vcenter.vmState(ref, signal), signal)
  for (let began = systems.now(); systems.now() - began < SHOWS_MS; ) {
    const {tasks, host} = await seen()
    const running = tasks.find(isMigration)
    if (running) return running.key
    if (host !== from.host) return undefined
    await systems.sleep(POLL_MS, signal)
  }
  throw error
}

/** Out of time: our own migration is cancelled, so that it does not end when nobody counts on it any more. */
async function giveUp(
  vcenter: Vcenter,
  mover: Mover,
  move: Move,
  key: string,
  adopted: RunningTask | undefined,
  signal: AbortSignal,
): Promise<Failed | undefined> {
  const limit = `${Math.round(mover.vmTimeoutMs / 1000)} s`
  if (adopted && adopted.user !== mover.user)
    throw lost(`a migration by ${adopted.user} runs for more than ${limit}; it is left alone`)
  await cancel(vcenter, key, signal)
  const {host} = await settled(mover.systems, vcenter, move.ref, move.from.host, signal)
  if (host !== move.from.host) return undefined
  return {fault: 'vm-timeout', text: `it did not arrive within ${limit}, and was cancelled`}
}

/** Where the VM is decides; the task only says why. */
async function outcome(
  vcenter: Vcenter,
  {systems}: Mover,
  {ref, from}: Move,
  task: TaskState | undefined,
  signal: AbortSignal,
): Promise<Failed | undefined> {
  if (!task || task.state === 'success') return undefined
  const isCancelled = task.cancelled || task.error?.fault === 'RequestCanceled'
  const {host} = isCancelled
    ? await settled(systems, vcenter, ref, from.host, signal)
    : await patiently(systems, () => vcenter.vmState(ref, signal), signal)
  if (host !== from.host) return undefined
  return {fault: task.error?.fault ?? '', text: task.error?.text || task.error?.fault || 'the task failed'}
}

/** Cancelling what has ended meanwhile is no error. */
export async function cancel(vcenter: Vcenter, key: string, signal: AbortSignal): Promise<void> {
  try {
    await vcenter.cancelTask(key, signal)
  } catch (error) {
    if (faultOf(error) !== 'answered') throw error
  }
}

/** Waits until the VM has left the host, or no migration has run for some seconds. */
export async function settled(
  systems: VsphereSystems,
  vcenter: Vcenter,
  ref: string,
  from: string,
  signal: AbortSignal,
): Promise<VmState> {
  let quietSince: number | undefined
  for (;;) {
    const seen = await patiently(systems, () => vcenter.vmState(ref, signal), signal)
    const moving = seen.tasks.some(isMigration)
    if (!moving && seen.host !== from) return seen
    if (moving) quietSince = undefined
    else quietSince ??= systems.now()
    if (quietSince !== undefined && systems.now() - quietSince >= STABLE_MS) return seen
    await systems.sleep(POLL_MS, signal)
  }
}

/** What is there of a VM now; undefined when it is gone from the inventory. A VM that was registered anew is found by its instance UUID. */
export async function vmNow(
  vcenter: Vcenter,
  {ref, instanceUuid}: Pick<Move, 'ref' | 'instanceUuid'>,
  rootPool: string,
  signal: AbortSignal,
): Promise<VmState | undefined> {
  try {
    return await vcenter.vmState(ref, signal)
  } catch (error) {
    if (classOf(error) !== 'managed-object-not-found') throw error
    const all = await vcenter.whereabouts(rootPool, signal)
    const again = all.find((vm) => vm.instanceUuid === instanceUuid && instanceUuid !== '')
    return again && (await vcenter.vmState(again.ref, signal))
  }
}

export function placeOf({ref, name}: Host, pools: {[host: string]: string} = {}): Place {
  const pool = pools[ref]
  return {host: ref, name, ...(pool !== undefined && {pool})}
}
