import type {Clock} from './clock.js'
import type {Emit} from './event.js'
import type {Json} from './json.js'
import type {Outcome} from './outcome.js'
import type {ParentStep, Plan} from './plan.js'
import type {Effect} from './runbook.js'
import type {State, StepResult} from './state.js'

/** What the engine needs from outside; cli/ binds the real ones. */
export interface Ports {
  clock: Clock
  journals: Journals
  locks: Locks
  asker: Asker
  emit: Emit
  /** Aborts on the first Ctrl-C: start nothing new. */
  stopping: AbortSignal
  /** Aborts on the second: end now, what runs is in doubt. */
  abort: AbortSignal
  newRunId(): string
  /** What somebody at another terminal asks of this run. */
  steering?: Steering
  /** Who is told about the run. */
  announcer?: Announcer
}

/** How a run that is under way is steered; it is asked before every step. */
export interface Steering {
  /** Start nothing new until told to go on. */
  paused(): boolean
  /** Steps in flight instead of what the stage says. */
  width(): number | undefined
  /** Calls back at every change, with a sentence for the journal. @returns how to stop that */
  onChange(changed: (says: string) => void): () => void
}

/** Append-only record of one run. `append` resolves once the line is synced to disk. */
export interface Journal {
  append(entry: Entry): Promise<void>
  close(): Promise<void>
}

export interface Journals {
  create(run: string, plan: Plan): Promise<Journal>
  /** Opens the journal of a past run for more lines. */
  reopen(run: string): Promise<Journal>
}

/** One line of the journal, without its time and hash. */
export type Entry =
  | {kind: 'began'; owner: Json; code: string}
  | {kind: 'resumed'; owner: Json; overrides: string[]; reason?: string}
  | {kind: 'applying'; step: string; before: Json; again?: boolean}
  | {kind: 'learned'; step: string; learned: Json; says?: string}
  | {kind: 'unsent'; step: string}
  | {kind: 'settled'; result: StepResult; before?: Json}
  | {kind: 'undoing'; step: string}
  | {kind: 'unwound'; result: StepResult}
  | {kind: 'note'; says: string}
  /** Somebody was told; `downtime` is what silences monitors until then (ISO 8601, UTC), or no longer does. */
  | {kind: 'announced'; where: string; says: string; downtime?: {id: string; until: string; over?: boolean}}
  | {kind: 'interrupted'; says: string}
  | {kind: 'ended'; verdict: string; says: string; totals: Record<State, number>}

export interface Lease {
  /** Takes more things into the same lease. @throws Locked */
  extend(things: string[]): Promise<void>
  release(): Promise<void>
  /** Aborts when the lease was lost (broken by a person, or expired while the machine slept); the reason is a text. */
  lost: AbortSignal
}

export interface Locks {
  /** @throws Locked when another live owner holds one of the things. Waits up to `waitMs` first. */
  take(
    run: string,
    things: string[],
    waitMs: number,
    signal: AbortSignal,
    waiting?: (held: Held[], leftMs: number) => void,
  ): Promise<Lease>
  /** Who holds any of these now; for dry runs. */
  holders(things: string[]): Promise<Held[]>
}

export interface Held {
  thing: string
  run: string
  /** `ana@bastion1`. */
  owner: string
  pid: number
  /** ISO 8601, UTC. */
  since: string
}

export class Locked extends Error {
  override name = 'Locked'
  constructor(readonly held: Held[]) {
    super(
      held.map((one) => `${one.thing} is locked by ${one.owner} (run ${one.run}, pid ${one.pid})`).join('; '),
    )
  }
}

export type FailureAnswer = 'retry' | 'skip' | 'undo' | 'stop'

/** Puts questions to a person. Without a terminal every answer is the safe one. */
export interface Asker {
  /** Whether there is anybody to ask. */
  present: boolean
  confirm(question: {
    effect: Effect
    subject: string
    code: string
    title: string
  }): Promise<'yes' | {no: string}>
  failed(question: {why: string; fallback: 'undo' | 'stop'}): Promise<FailureAnswer>
}

/** A run that changes something, as others are told about it. */
export interface Told {
  run: string
  /** Runbook id: `haproxy.drain`. */
  runbook: string
  subject: string
  /** The things that it locks, as paths: `haproxy/web-lb/app`. */
  things: readonly string[]
  steps: number
  reason?: string
  ticket?: string
  /** The step of another run that it is. */
  parent?: ParentStep
  /** What the run has journalled before, where it is resumed. */
  past?: readonly Entry[]
  /** What the run has journalled that it takes back, where it is an undo. */
  takesBack?: readonly Entry[]
}

/** Read off the outcome. */
export type HowItEnded = Pick<Outcome, 'verdict' | 'says' | 'totals'>

/**
 * Tells others about a run. Nothing here throws, and nothing takes long: who cannot be told is a warning, never a reason to stop.
 */
export interface Announcer {
  /**
   * After the confirmation and before the first change.
   * @param record puts on disk what must be found again after a crash
   */
  began(told: Told, record: (entry: Entry) => Promise<void>): Promise<void>
  /** More has failed than may fail: from here on the run is put back, stopped, or waits for an answer. */
  failed(why: string): Promise<void>
  /** On every way out but a crash. @param conclusion none where a bug of ours ended it */
  ended(conclusion: HowItEnded | undefined): Promise<void>
}
