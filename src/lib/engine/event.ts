import type {Json} from './json.js'
import type {Outcome} from './outcome.js'
import type {Plan, PlannedStage} from './plan.js'
import type {Finding, PlanView} from './runbook.js'
import type {StepResult} from './state.js'

/** What happens during a run, in order. Renderers and tests read these; nothing decides by them. */
export type Event =
  | {
      type: 'plan'
      plan: Plan
      view: PlanView
      findings: Finding[]
      /** Ids of guards that refuse and were overridden. */
      overridden: string[]
      stages: PlannedStage[]
      dryRun: boolean
    }
  | {type: 'run'; run: string; steps: number}
  | {type: 'stage'; stage: string; says: string; steps: number; width: number}
  | {type: 'start'; step: string; says: string; undo: boolean}
  /** Something seen while a step waits; may come many times a second. */
  | {type: 'saw'; step: string; saw: string; waitedMs: number; patienceMs: number}
  | {type: 'end'; result: StepResult; undo: boolean}
  | {type: 'soak'; stage: string; leftMs: number; saw: string}
  /** `learned` is what a step has put on disk meanwhile, where it did. */
  | {type: 'note'; says: string; learned?: Json}
  | {type: 'interrupted'; says: string}
  | {type: 'outcome'; outcome: Outcome}

export type Emit = (event: Event) => void
