import {countsAsFailure} from './budget.js'
import type {Context} from './context.js'
import type {Remembered} from './memory.js'
import type {AnyStep, Stage} from './step.js'

/** Hands out a stage's steps in order, as far as their lanes have room; a step whose lane is full lets others pass. */
export interface Queue {
  /** The next step that may begin now, if any. */
  take(): AnyStep | undefined
  /** Whether every step was taken. */
  empty(): boolean
  /** A step that was taken has ended. A lane that it holds on to stays occupied. */
  ended(step: AnyStep, holds?: boolean): void
}

/** @param held by lane, how much of it steps of other stages still occupy */
export function queueOf(stage: Stage, held: ReadonlyMap<string, number> = new Map()): Queue {
  const inOrder = stage.steps.values()
  const taken = new Map(held)
  const parked = new Map<string, AnyStep[]>()
  const admitted: AnyStep[] = []
  let left = stage.steps.length

  const hasRoom = (lane: string) => (taken.get(lane) ?? 0) < (stage.lanes?.[lane] ?? Number.POSITIVE_INFINITY)
  const fullLane = (step: AnyStep) => step.lanes?.find((lane) => !hasRoom(lane))
  const count = (step: AnyStep, by: number) => {
    for (const lane of step.lanes ?? []) taken.set(lane, (taken.get(lane) ?? 0) + by)
  }
  /** @returns whether it may begin; else it waits at the first lane that is full */
  const admit = (step: AnyStep): boolean => {
    const lane = fullLane(step)
    if (lane === undefined) count(step, 1)
    else {
      const waiting = parked.get(lane)
      if (waiting) waiting.push(step)
      else parked.set(lane, [step])
    }
    return lane === undefined
  }
  const readmit = (lane: string) => {
    const waiting = parked.get(lane) ?? []
    while (waiting.length > 0 && hasRoom(lane)) {
      const step = waiting.shift()
      if (step && admit(step)) admitted.push(step)
    }
  }
  const next = () => {
    const first = admitted.shift()
    if (first) return first
    for (;;) {
      const {value, done} = inOrder.next()
      if (done) return undefined
      if (admit(value)) return value
    }
  }

  return {
    take() {
      const step = next()
      if (step) left -= 1
      return step
    },
    empty: () => left === 0,
    ended(step, holds = false) {
      if (holds) return
      count(step, -1)
      for (const lane of step.lanes ?? []) readmit(lane)
    },
  }
}

/** By lane, how many steps outside of this stage were sent and are not known to have ended well. */
export function heldLanes({steps, failuresHoldLanes}: Stage, context: Context): Map<string, number> {
  const held = new Map<string, number>()
  if (!failuresHoldLanes) return held
  const inside = new Set(steps)
  for (const [id, known] of context.memory) {
    const step = context.steps.get(id)
    if (!step || inside.has(step) || !stillOut(known)) continue
    for (const lane of step.lanes ?? []) held.set(lane, (held.get(lane) ?? 0) + 1)
  }
  return held
}

/** What was never sent has broken nothing. */
export function stillOut(known: Remembered | undefined): boolean {
  if (!known || known.sent === 0) return false
  return known.result === undefined || countsAsFailure(known.result)
}
