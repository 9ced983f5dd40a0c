import type {Json} from './json.js'
import type {Outcome} from './outcome.js'
import type {ParentStep, Plan} from './plan.js'
import type {Entry} from './ports.js'
import type {Only} from './resume.js'

/** What a person or a script asked for. */
export interface Request {
  input: unknown
  /** `dry-run` and `save` end after the plan. */
  mode: 'run' | 'dry-run' | 'save'
  overrides: string[]
  reason?: string
  ticket?: string
  /** Default: what the runbook says, or ask where somebody can be asked. */
  onFailure?: 'undo' | 'stop' | 'ask'
  waitLockMs: number
  /** How long a change may take to be seen, instead of what each step says. Waits keep their own time. */
  patienceMs?: number
  holdBefore?: string
  /** Apply exactly this. */
  saved?: Plan
  /** The step of another run that this run is. */
  parent?: ParentStep
  /** Go on with this. */
  past?: Past
  /** What the run has journalled that this one takes back. */
  takesBack?: readonly Entry[]
  /** Who runs this; for the journal. */
  owner: Json
}

/** A run that was begun before, as its journal has it. */
export interface Past {
  run: string
  plan: Plan
  entries: Entry[]
  only?: Only
}

export interface Performed {
  outcome: Outcome
  plan?: Plan
}
