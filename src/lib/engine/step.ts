import type {Json} from './json.js'

/** Steps that may run side by side. A canary or a wave is a stage. */
export interface Stage {
  id: string
  says: string
  steps: Step[]
  /** Steps in flight; 1 unless said. */
  width?: number
  /** Most steps in flight that name a lane (a host that migrations leave, say); a lane without a number has no limit. */
  lanes?: {[lane: string]: number}
  /**
   * A step that was sent and failed keeps its lanes, in later stages too: what it broke is still out (a site must not go
   * dark one host after the other). Steps that can never begin for that reason end the run, or with `leave` are left.
   */
  failuresHoldLanes?: true | 'leave'
  /** Failures tolerated; one more stops the run. 0 unless said. */
  budget?: Limit
  /** Unreachable targets tolerated, counted apart. Without it they count as failures. */
  unreachableBudget?: Limit
  /** What this stage loses is counted together with the other stages that name the same tally. */
  tally?: string
  /** Never more in flight than the budget has left (but always one). */
  strict?: boolean
  /** Until one step of the tally has succeeded: one at a time, and no failure (a canary may have been out of reach). */
  provesItself?: true
  /** How often steps whose target was unreachable are tried again, at the end of the stage. */
  retryUnreachable?: number
  /** Wait, and keep asking the gate, before the next stage. */
  soak?: {ms: number; gate?: Gate}
  /** Probe all steps for the plan (default), or each one when its turn comes (fleets). */
  look?: 'plan' | 'reached'
}

/** Its steps are targets of their own, looked at one by one: a wave of a fleet. */
export function isWide({look}: Stage): boolean {
  return look === 'reached'
}

/**
 * `percent` is of the stage's steps, rounded down; `percentOfTried` of the steps that were begun so far, and at least
 * `atLeast` steps, 1 unless said (the first failure alone says little).
 */
export type Limit = {failures: number} | {percent: number} | {percentOfTried: number; atLeast?: number}

export interface Gate {
  says: string
  /** Time between two questions; 1 s unless said. */
  everyMs?: number
  /** Bad answers in a row that close it; 1 unless said. */
  strikes?: number
  ask(signal: AbortSignal): Promise<{ok: boolean; saw: string}>
}

/** One change on one target. The same probe decides: nothing to do, did it work, where were we, what would change. */
export interface Step<Before extends Json = Json> {
  /** Stable and unique in the plan: the journal refers to it. */
  id: string
  /** One imperative sentence: plan, progress, journal and JSON all use it. */
  says: string
  /**
   * Read-only and safe to repeat. `before` is what the first probe of this run saw; `waitedMs` counts from apply; `learned` is
   * what apply remembered last, also by a process that was killed since.
   */
  probe(signal: AbortSignal, before?: Before, waitedMs?: number, learned?: Json): Promise<Probe<Before>>
  /** Absent: the step changes nothing, it only waits until the probe agrees. */
  apply?(signal: AbortSignal, before: Before, remember: Remember): Promise<void>
  /** How long the probe may take to agree after apply, and after undo. */
  patienceMs: number
  /** Time between two probes while waiting, 250 ms unless said; of long waits by how long it has lasted. */
  pollMs?: number | ((waitedMs: number) => number)
  undo: Undo<Before>
  /** Why there is no way back; the plan shows the point of no return. */
  irreversible?: string
  /** What it occupies while it is in flight: see `Stage.lanes`. */
  lanes?: string[]
  /** Guards to read again at most one second before this step applies. */
  recheck?: string[]
  /**
   * Never applied twice in one run: once it was sent, a resume or a retry only looks (a second failover is not a repeat), unless
   * a probe says `again`.
   */
  once?: true
  /** What happens when this step fails, if not what the run says. */
  onFailure?: 'undo' | 'stop'
  /**
   * When this step was sent and failed, and the run is left part-way: its own change is taken back so, and what was done
   * before stays (a server that fails its checks goes out of rotation again, and is not stopped for that).
   */
  takeBack?: Restore<Before>
  /** Called once when the step has ended, however it ended. */
  done?(): void
}

/**
 * Journals what apply has learned from the peer and probes will need (the address of an operation, say); resolves once it is on disk.
 * What was remembered before is replaced, and forgotten when the step is applied again.
 * @param says tells the person who watches
 */
export type Remember = (learned: Json, says?: string) => Promise<void>

export type Undo<Before> = Restore<Before> | {kind: 'leave'; why: string}

export interface Restore<Before> {
  kind: 'restore'
  says: string
  run(before: Before, signal: AbortSignal): Promise<void>
  /** Whether what is seen now is as good as `before`. Default: equal values. */
  restored?(now: Before, before: Before): boolean
}

export interface Probe<Before extends Json = Json> {
  reached: boolean
  /** What was seen, as a short sentence for people. */
  saw: string
  /** What undo and later probes need to know of the state seen. */
  before: Before
  /** Earlier steps whose effect something else has taken back: each is settled again, once. */
  slipped?: string[]
  /**
   * Waiting longer cannot help: fail now; or, `in-doubt`, nobody will be able to tell whether it took hold; or, `unreachable`, it never
   * arrived, so that a resumed run may send it.
   */
  hopeless?: boolean | 'in-doubt' | 'unreachable'
  /** Of the end that `hopeless` makes: groups and budgets go by it. */
  class?: string
  /** What was sent has ended and did not take hold, so that it is sent again after this time, if patience lasts. */
  again?: {afterMs: number}
  /** It was sent and has ended well, and there turned out to be nothing to change. */
  changedNothing?: true
  /** What is seen says neither yes nor no: without an answer in time the step is in doubt. */
  unclear?: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: a stage holds steps of different memory
export type AnyStep = Step<any>

/** Lets a runbook write a step with its own `before` type and put it in a stage. */
export function step<Before extends Json>(value: Step<Before>): Step {
  return value as unknown as Step
}
