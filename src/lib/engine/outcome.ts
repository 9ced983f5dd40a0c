import type {Finding} from './runbook.js'
import type {State, StepResult, Totals} from './state.js'

/** How a run ended. The message, the exit code, the JSON and the journal are all read off it. */
export type Verdict =
  | 'done' // changed and verified
  | 'nothing' // everything was so already
  | 'planned' // a dry run or a saved plan
  | 'healthy' // a check found nothing wrong
  | 'unhealthy' // a check found something wrong
  | 'refused' // by a guard, before any change
  | 'declined' // not confirmed
  | 'usage' // a flag, an argument or the inventory
  | 'unreachable' // before any change
  | 'locked' // by another run
  | 'drifted' // the saved plan no longer fits
  | 'undone' // failed, and put back
  | 'partial' // failed, and left part-way
  | 'undo-failed' // failed, and the undo failed too
  | 'interrupted' // resumable
  | 'tolerated' // finished, some failed within the budget
  | 'bug'

export interface Outcome {
  verdict: Verdict
  /** Runbook id: `haproxy.drain`. */
  runbook: string
  subject: string
  /** What happened, in one sentence. */
  says: string
  /** The evidence behind it, one line each. */
  because: string[]
  /** Commands to paste, most useful first. */
  next: string[]
  run?: string
  findings: Finding[]
  steps: StepResult[]
  totals: Totals
  ms: number
  /** Files of who ended how, where the steps are targets of their own. */
  lists?: TargetList[]
  /** What each target answered, where many were checked. */
  targets?: TargetAnswer[]
}

/** `timed-out` did not answer within its limit; `bug` is a fault of ours. */
export type Answer = 'ok' | 'no' | 'unreachable' | 'timed-out' | 'bug'

/** One target's answer to its check. */
export interface TargetAnswer {
  /** `redis/flights` */
  target: string
  answer: Answer
  says: string
  /** What is wrong, one line each. */
  because: string[]
  findings: Finding[]
  /** Asks this target alone. */
  command: string
  ms: number
  /** What is different from the last time it was all well; `at` is null when it never was. */
  sinceOk?: SinceOk
}

export interface SinceOk {
  /** ISO 8601, UTC. */
  at: string | null
  /** One line each. */
  changes: string[]
}

export interface TargetList {
  state: State
  count: number
  /** Absolute path; one name a line. */
  file: string
}
