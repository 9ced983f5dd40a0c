import type {Outcome, TargetAnswer, TargetList, Verdict} from '../engine/outcome.js'
import type {Plan, PlannedStage} from '../engine/plan.js'
import type {Finding, PlanView} from '../engine/runbook.js'
import type {StepResult, Totals} from '../engine/state.js'
import {harmlessJson} from '../text/clean.js'
import {exitCode} from './exit-codes.js'
import type {PlanEvent} from './plan.js'

/** What `--json` prints on stdout: exactly one of these. `OUTCOME_SCHEMA` describes it. */
export interface OutcomeJson {
  verdict: Verdict
  exit: number
  runbook: string
  subject: string
  /** `null` when no run was begun. */
  run: string | null
  says: string
  because: string[]
  next: string[]
  totals: Totals
  findings: Finding[]
  steps: StepResult[]
  ms: number
  lists?: TargetList[]
  targets?: TargetAnswer[]
  plan?: {document: Plan; view: PlanView; stages: PlannedStage[]; overridden: string[]; dryRun: boolean}
}

export function outcomeJson(outcome: Outcome, planned?: PlanEvent): OutcomeJson {
  const {verdict, runbook, subject, run, says, because, next, totals, findings, steps, ms, lists, targets} =
    outcome
  return {
    verdict,
    exit: exitCode(verdict),
    runbook,
    subject,
    run: run ?? null,
    says,
    because,
    next,
    totals,
    findings,
    steps,
    ms,
    ...(lists && {lists}),
    ...(targets && {targets}),
    ...(planned && {plan: planOf(planned)}),
  }
}

/** One line, safe to show in a terminal. */
export function outcomeJsonText(outcome: Outcome, planned?: PlanEvent): string {
  return `${harmlessJson(outcomeJson(outcome, planned))}\n`
}

function planOf({plan, view, stages, overridden, dryRun}: PlanEvent): NonNullable<OutcomeJson['plan']> {
  return {document: plan, view, stages, overridden, dryRun}
}
