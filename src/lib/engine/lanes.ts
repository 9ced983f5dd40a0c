import type {AnyStep, Stage} from './step.js'

/** Hands out a stage's steps in order, as far as their lanes have room; a step whose lane is full lets others pass. */
export interface Queue {
  /** The next step that may begin. @returns undefined when none is left, a promise when one may begin after another has ended */
  take(): AnyStep | Promise<void> | undefined
  /** A step that was taken has ended. */
  ended(step: AnyStep): void
}

export function queueOf(stage: Stage): Queue {
  const inOrder = stage.steps.values()
  const taken = new Map<string, number>()
  const parked = new Map<string, AnyStep[]>()
  const admitted: AnyStep[] = []
  let parkedCount = 0
  let wake: (() => void) | undefined
  let change: Promise<void> | undefined

  const fullLane = (step: AnyStep) =>
    step.lanes?.find((lane) => (taken.get(lane) ?? 0) >= (stage.lanes?.[lane] ?? Number.POSITIVE_INFINITY))
  const count = (step: AnyStep, by: number) => {
    for (const lane of step.lanes ?? []) taken.set(lane, (taken.get(lane) ?? 0) + by)
  }
  /** @returns whether it may begin; else it waits at the first lane that is full */
  const admit = (step: AnyStep): boolean => {
    const lane = fullLane(step)
    if (lane === undefined) count(step, 1)
    else {
      parked.set(lane, [...(parked.get(lane) ?? []), step])
      parkedCount += 1
    }
    return lane === undefined
  }
  const readmit = (lane: string) => {
    const waiting = parked.get(lane) ?? []
    parked.delete(lane)
    parkedCount -= waiting.length
    admitted.push(...waiting.filter(admit))
  }

  return {
    take() {
      const first = admitted.shift()
      if (first) return first
      for (const step of inOrder) if (admit(step)) return step
      if (parkedCount === 0) return undefined
      change ??= new Promise((resolve) => {
        wake = resolve
      })
      return change
    },
    ended(step) {
      count(step, -1)
      for (const lane of step.lanes ?? []) readmit(lane)
      wake?.()
      change = undefined
    },
  }
}
