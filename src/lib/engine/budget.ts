import type {State, StepResult} from './state.js'
import type {Limit, Stage} from './step.js'

/** What a stage may lose. Unreachable targets count as failures unless the stage counts them apart. */
export interface Budget {
  /** Every step that is begun. */
  begin(): void
  /** Every step that has ended. */
  count(result: StepResult): void
  /** Takes a count back: the step is tried again. */
  forgive(result: StepResult): void
  /** The limit that was passed, as a sentence. */
  exceeded(): string | undefined
  /** Steps that may be in flight where the stage's width is `width`; always one at least. */
  room(width: number): number
}

/**
 * What was begun so far, and how it ended; stages that name the same tally share one. What is in flight is tried too: a target
 * that turns us away ends at once and one that works takes its time, so those that have ended look worse than all are.
 */
export type Tally = {tried: number; well: number; failures: number; unreachable: number}

export function newTally(): Tally {
  return {tried: 0, well: 0, failures: 0, unreachable: 0}
}

/** @param tally goes on from what earlier stages have lost */
export function budgetOf(stage: Stage, tally: Tally = newTally()): Budget {
  const apart = stage.unreachableBudget !== undefined
  const unproven = () => stage.provesItself === true && tally.well === 0
  const limits = [
    {
      what: 'failed',
      used: () => tally.failures,
      allowed: () => (unproven() ? 0 : allowedOf(stage.budget, stage.steps.length, tally.tried)),
    },
    ...(apart
      ? [
          {
            what: 'unreachable',
            used: () => tally.unreachable,
            allowed: () => allowedOf(stage.unreachableBudget, stage.steps.length, tally.tried),
          },
        ]
      : []),
  ]
  return {
    begin() {
      tally.tried += 1
    },
    count: (result) => countEnd(tally, result, apart, 1),
    forgive(result) {
      tally.tried -= 1
      countEnd(tally, result, apart, -1)
    },
    exceeded() {
      const over = limits.find(({used, allowed}) => used() > allowed())
      return over && sentence(over.used(), over.what, over.allowed(), stage, tally)
    },
    room(width) {
      if (unproven()) return 1
      if (!stage.strict) return width
      return Math.max(1, Math.min(width, ...limits.map(({used, allowed}) => allowed() - used())))
    },
  }
}

/** A step of an earlier process. @param apart unreachable targets are no failures */
export function countIn(tally: Tally, result: StepResult, apart: boolean): void {
  tally.tried += 1
  countEnd(tally, result, apart, 1)
}

function countEnd(tally: Tally, result: StepResult, apart: boolean, by: 1 | -1): void {
  if (!countsAsFailure(result)) tally.well += by
  else if (apart && result.state === 'unreachable') tally.unreachable += by
  else tally.failures += by
}

function allowedOf(limit: Limit | undefined, steps: number, tried: number): number {
  if (!limit) return 0
  if ('failures' in limit) return limit.failures
  if ('percent' in limit) return Math.floor((steps * limit.percent) / 100)
  return Math.max(limit.atLeast ?? 1, Math.floor((tried * limit.percentOfTried) / 100))
}

function sentence(count: number, what: string, limit: number, stage: Stage, {tried}: Tally): string {
  const of = stage.tally === undefined ? `${stage.steps.length} in ${stage.id}` : `${tried} tried`
  return `${count} ${what} of ${of}; at most ${limit} allowed`
}

const FAILURES: readonly State[] = ['failed', 'unreachable', 'timed-out', 'in-doubt']

/** The states that count against a stage's budget. */
export function countsAsFailure(result: StepResult): boolean {
  return FAILURES.includes(result.state)
}
