import type {ZodType} from 'zod'
import type {Json} from './json.js'
import type {Stage} from './step.js'

/** How hard the engine asks before it starts: y, or the subject's name typed. */
export type Effect = 'change' | 'disrupt' | 'destroy'

/**
 * One operation on a target, as a value. The pure parts (guards, view, stages) see only JSON, so that a plan can be
 * saved, approved by somebody else, applied exactly, resumed after `kill -9` and undone next morning.
 */
export interface Runbook<Input extends Json, Facts extends Json, Systems> {
  /** `system.verb` or `system.noun.verb`, the words of its command: stable, the journal and saved plans refer to it. */
  id: string
  summary: string
  /** Checks flags, plan files and resumed runs alike. */
  input: ZodType<Input>
  effect(input: Input): Effect
  /** What a person types to confirm a disruptive run, and what messages call the thing: `app/s2`. */
  subject(input: Input): string
  /** The things touched, as paths: `haproxy/web-lb/app`. A lock on a path also covers what is below it. */
  locks(input: Input): string[]
  /** Things that only the facts can name (a backend that follows this one); locked before the facts are used. */
  alsoLocks?(input: Input, facts: Facts): string[]
  /** Reads only. */
  survey(systems: Systems, input: Input, signal: AbortSignal): Promise<Facts>
  /** The part of the facts that the plan rests on: a saved plan is refused when it differs. Default: all facts. */
  rests?(input: Input, facts: Facts): Json
  /**
   * Pure. All are evaluated and all are shown.
   * @param planned facts of the plan, where a run is resumed: by now the run itself may have changed what is there
   */
  guards(input: Input, facts: Facts, planned?: Facts): Finding[]
  /** Pure. The tables and notes a person needs to decide. */
  view(input: Input, facts: Facts, planned?: Facts): PlanView
  /** Pure. The first words of its plan, its question and its undo, where something must not be overlooked. */
  beware?(input: Input, facts: Facts): string | undefined
  /** Pure construction; the closures inside do the I/O later. */
  stages(systems: Systems, input: Input, facts: Facts): Stage[]
  /** Why there is nothing to do, where the facts say more than that everything is so already. */
  nothing?(input: Input, facts: Facts): string | undefined
  /** Commands that usually follow once it is done (a maintenance ends, too), to paste. @param facts of the plan */
  afterwards?(input: Input, run: string, facts: Facts): string[]
  /**
   * Where steps are targets of their own (the hosts of a fleet): a command that selects those of a run that did not succeed.
   * Who ended how is then written to files beside the journal.
   */
  leftBehind?(input: Input, run: string): string
  /** Guards over fresh facts before a past run of this is undone: taking a server out again needs the same care. */
  undoGuards?(input: Input, facts: Facts): Finding[]
  /** What happens on a failed step when nobody is asked. */
  onFailure: 'undo' | 'stop'
}

// biome-ignore lint/suspicious/noExplicitAny: the engine runs any runbook and knows none of them
export type AnyRunbook = Runbook<any, any, any>

/** One preflight check's answer. */
export interface Finding {
  /** The guard: `last-server`. Also the word for `--override`. */
  id: string
  level: 'pass' | 'warn' | 'refuse'
  /** One sentence of evidence: what was seen. */
  saw: string
  /** What would clear it, with a command to paste where there is one. */
  clear?: string
  /** Whether `--override ID --reason TEXT` lets the run pass. Absent: never. */
  overridable?: boolean
}

/** What the plan shows above its steps. */
export interface PlanView {
  title: string
  tables: Table[]
  notes: string[]
}

export interface Table {
  columns: Column[]
  rows: string[][]
}

export interface Column {
  name: string
  align?: 'right'
  /** Gives way first when the terminal is narrow. */
  shrink?: boolean
}
