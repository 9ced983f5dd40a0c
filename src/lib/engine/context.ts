import type {Tally} from './budget.js'
import type {Memory} from './memory.js'
import type {Entry, FailureAnswer, Ports} from './ports.js'
import type {Finding} from './runbook.js'
import type {AnyStep} from './step.js'

/** What steps and stages need while their run goes on. */
export interface Context {
  ports: Ports
  memory: Memory
  /** Journals an entry and takes it into the memory; resolves once it is synced to disk. */
  record(entry: Entry): Promise<void>
  /** Every step of the run by id, for those that must be settled again. */
  steps: ReadonlyMap<string, AnyStep>
  /** What stages that count together have lost so far. */
  tallies: Map<string, Tally>
  /** Aborts when nothing new may start: Ctrl-C, or the lock is gone. */
  stopping: AbortSignal
  /** Reads the named guards again. Returns those that refuse. */
  recheck(ids: readonly string[]): Promise<Finding[]>
  /** What to do about a failure beyond the budget, or a gate that does not open. */
  decide(why: string, step?: AnyStep): Promise<FailureAnswer>
  /** Instead of what each changing step says. */
  patienceMs?: number
  /** Hold, resumable, when this step's turn comes. */
  holdBefore?: string
}
