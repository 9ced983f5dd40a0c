import type {Probe, Undo} from '../../../engine/step.js'
import {type Step, step} from '../../../engine/step.js'
import type {VmState} from '../../../systems/vsphere/vcenter.js'
import {answered, messageOf} from '../faults.js'
import {isMigration} from '../migration.js'
import {cancel, type Move, type Mover, moveVm, settled, vmNow} from '../move-vm.js'

/** After the task has ended, where the VM is may lag behind. */
const GRACE_MS = 60_000
const POLL_MS = 500
/** What the probe saw so lately, the change right after it need not look at again. */
const FRESH_MS = 1000

/** Where the VM was, whether it ran, and whether it was on its way. */
type Before = {host: string; power: string; moving: boolean}

const NOWHERE: Before = {host: '', power: '', moving: false}

export interface Moving {
  mover: Mover
  move: Move
  /** Power state that was planned with. */
  power: 'poweredOn' | 'poweredOff' | 'suspended'
  rootPool: string
  /** Host reference to name. */
  names: ReadonlyMap<string, string>
  lanes: string[]
  /** Whether undo moves it back. */
  rollback: boolean
  /** Told when it failed for good: nobody tries again in this run without being asked to. */
  gaveUp(ref: string, why: string): void
}

/** Moves one VM to its target. Where it is, by itself, decides. */
export function moveStep(moving: Moving): Step {
  const {move, mover, power} = moving
  const word = power === 'poweredOn' ? 'vMotion' : 'cold migration'
  const last: {seen?: VmState; atMs: number} = {atMs: 0}
  const lookNow = async (signal: AbortSignal) => {
    const vcenter = await mover.systems.vsphere(mover.vcenter)
    const seen = await vmNow(vcenter, move, moving.rootPool, signal)
    Object.assign(last, {seen, atMs: mover.systems.now()})
    return seen
  }
  return step<Before>({
    id: `${move.ref}.move`,
    says: `${move.name}: ${word} to ${move.to.name}`,
    lanes: moving.lanes,
    probe: async (signal, before, waitedMs = 0) => judge(moving, await lookNow(signal), before, waitedMs),
    async apply(signal) {
      const fresh = mover.systems.now() - last.atMs < FRESH_MS ? last.seen : undefined
      try {
        await moveVm(mover, move, signal, fresh)
      } catch (error) {
        if (!signal.aborted) moving.gaveUp(move.ref, messageOf(error))
        throw error
      }
    },
    patienceMs: mover.vmTimeoutMs + GRACE_MS,
    pollMs: POLL_MS,
    undo: moving.rollback ? back(moving) : {kind: 'leave', why: 'it runs there as well'},
  })
}

function judge(
  {move, power, names}: Moving,
  seen: VmState | undefined,
  before: Before | undefined,
  waitedMs: number,
): Probe<Before> {
  if (!seen) return {reached: true, saw: 'gone from the inventory', before: before ?? NOWHERE}
  const task = seen.tasks.find(isMigration)
  const now = {host: seen.host, power: seen.power, moving: task !== undefined}
  const on = `on ${names.get(seen.host) ?? seen.host}`
  if (task) return {reached: false, saw: `${on}, moving${percent(task.percent)}`, before: now}
  if (seen.host === move.from.host) {
    const stopped = power === 'poweredOn' && seen.power !== 'poweredOn'
    if (stopped)
      return {reached: true, saw: `${on}, ${words(seen.power)} by somebody else: it stays`, before: now}
    return {reached: false, saw: on, before: now, hopeless: waitedMs > GRACE_MS}
  }
  if (before && before.power !== seen.power)
    return {
      reached: false,
      saw: `${on}, but ${words(seen.power)}`,
      before: now,
      hopeless: waitedMs > GRACE_MS,
    }
  return {reached: true, saw: on, before: now}
}

function back({mover, move, rootPool}: Moving): Undo<Before> {
  return {
    kind: 'restore',
    says: `${move.name}: move back to ${move.from.name}`,
    restored: (now, before) => !now.moving && (now.host === before.host || now.host === ''),
    async run(before, signal) {
      const {systems} = mover
      const vcenter = await systems.vsphere(mover.vcenter)
      const seen = await vmNow(vcenter, move, rootPool, signal)
      if (!seen) return
      const running = seen.tasks.find(isMigration)
      if (running && running.user !== mover.user)
        throw answered(`${move.name} is being moved by ${running.user}: left alone`)
      if (running) await cancel(vcenter, running.key, signal)
      const {host} = running ? await settled(systems, vcenter, seen.ref, before.host, signal) : seen
      if (host === before.host) return
      if (host !== move.to.host && host !== move.next?.host)
        throw answered(`${move.name} was moved on by somebody else: left where it is`)
      const from = host === move.to.host ? move.to : (move.next ?? move.to)
      await moveVm(
        {...mover, checkedAtMs: 0},
        {...move, ref: seen.ref, from, to: move.from, next: null},
        signal,
      )
    },
  }
}

export function percent(known: number): string {
  return known >= 0 ? `, ${known} %` : ''
}

export function words(power: string): string {
  return power === 'poweredOn' ? 'powered on' : power === 'poweredOff' ? 'powered off' : power
}
