import type {State, StepResult} from './state.js'
import type {Limit, Stage} from './step.js'

/** What a stage may lose. Unreachable targets count as failures unless the stage counts them apart. */
export interface Budget {
  count(state: State): void
  /** Takes a count back: the step is tried again. */
  forgive(state: State): void
  /** The limit that was passed, as a sentence. */
  exceeded(): string | undefined
  /** Steps that may be in flight under `strict`: what the tightest limit has left, but always one. */
  left(): number
}

export function budgetOf(stage: Stage): Budget {
  const failures = allowed(stage.budget, stage.steps.length)
  const unreachable = stage.unreachableBudget && allowed(stage.unreachableBudget, stage.steps.length)
  const used = {failures: 0, unreachable: 0}
  const kind = (state: State) =>
    state === 'unreachable' && unreachable !== undefined ? 'unreachable' : 'failures'
  return {
    count(state) {
      used[kind(state)] += 1
    },
    forgive(state) {
      used[kind(state)] -= 1
    },
    exceeded() {
      if (used.failures > failures) return sentence(used.failures, 'failed', failures, stage)
      if (unreachable !== undefined && used.unreachable > unreachable)
        return sentence(used.unreachable, 'unreachable', unreachable, stage)
      return undefined
    },
    left() {
      const tightest = Math.min(failures - used.failures, (unreachable ?? Infinity) - used.unreachable)
      return Math.max(1, tightest)
    },
  }
}

function allowed(limit: Limit | undefined, steps: number): number {
  if (!limit) return 0
  return 'failures' in limit ? limit.failures : Math.floor((steps * limit.percent) / 100)
}

function sentence(count: number, what: string, limit: number, stage: Stage): string {
  return `${count} ${what} of ${stage.steps.length} in ${stage.id}; at most ${limit} allowed`
}

/** The states that count against a stage's budget. */
export function countsAsFailure(result: StepResult): boolean {
  return ['failed', 'unreachable', 'timed-out', 'in-doubt'].includes(result.state)
}
