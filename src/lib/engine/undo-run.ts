import {invert} from './invert.js'
import type {Json} from './json.js'
import {type Memory, remember} from './memory.js'
import type {Plan} from './plan.js'
import type {Entry} from './ports.js'
import type {AnyRunbook, Finding, PlanView, Runbook} from './runbook.js'
import {type AnyStep, isWide, type Limit, type Stage} from './step.js'
import {begun} from './unwind.js'

export const UNDO_ID = 'runs.undo'

/** The run to take back, as the journal has it. */
export interface PastRun {
  run: string
  runbook: AnyRunbook
  plan: Plan
  entries: Entry[]
}

type UndoInput = {run: string}
/** Fresh facts of the original runbook, for its guards, and the `before` of each step that is taken back. */
type UndoFacts = {now: Json; taken: {step: string; before: Json}[]}

/** The undo of a past run, as a runbook of its own: shown, confirmed, journalled and resumable like any other. */
export function undoRunbook(
  past: PastRun,
  input: AnyRunbook['input'],
): Runbook<UndoInput, UndoFacts, unknown> {
  const {runbook, plan, run} = past
  const memory = remember(past.entries)
  return {
    id: UNDO_ID,
    summary: `Undo run ${run} (${runbook.id} ${runbook.subject(plan.input)})`,
    input,
    effect: () => 'change',
    subject: () => runbook.subject(plan.input),
    locks: () => [...runbook.locks(plan.input), ...(runbook.alsoLocks?.(plan.input, plan.facts) ?? [])],
    survey: async (systems, _input, signal) => ({
      now: await runbook.survey(systems, plan.input, signal),
      taken: begun(stepsOf(past, systems), memory).map((step) => ({
        step: step.id,
        before: beforeOf(memory, step),
      })),
    }),
    rests: (_input, facts) => facts.taken,
    guards: (_input, facts) => [
      ...(runbook.undoGuards?.(plan.input, facts.now) ?? []),
      ...notice(past, memory),
    ],
    view: () => view(past),
    beware: (_input, facts) => runbook.beware?.(plan.input, facts.now),
    stages: (systems, _input, facts) => undoStages(past, systems, facts),
    onFailure: 'stop',
  }
}

function stepsOf({runbook, plan}: PastRun, systems: unknown): Map<string, AnyStep> {
  const stages: Stage[] = runbook.stages(systems, plan.input, plan.facts)
  return new Map(stages.flatMap((stage) => stage.steps.map((step) => [step.id, step])))
}

function beforeOf(memory: Memory, step: AnyStep): Json {
  return memory.get(step.id)?.before ?? null
}

/** In reverse: one after the other; the many targets of a fleet's stage side by side, as they were changed. */
function undoStages(past: PastRun, systems: unknown, facts: UndoFacts): Stage[] {
  const {runbook, plan, run} = past
  const stages: Stage[] = runbook.stages(systems, plan.input, plan.facts)
  const taken = new Map(facts.taken.map(({step, before}, at) => [step, {before, at}]))
  const inverted = ({steps}: Pick<Stage, 'steps'>) =>
    steps
      .flatMap((step) => {
        const known = taken.get(step.id)
        const inverse = known && invert(step, known.before)
        return inverse ? [{inverse, at: known.at}] : []
      })
      .sort((a, b) => b.at - a.at)
      .map(({inverse}) => inverse)
  if (!stages.some(isWide))
    return [
      {
        id: 'undo',
        says: `put back what run ${run} changed`,
        steps: inverted({steps: stages.flatMap(({steps}) => steps)}),
      },
    ]
  return stages
    .toReversed()
    .map((stage) => ({
      id: `undo-${stage.id}`,
      says: `put back ${stage.says}`,
      steps: inverted(stage),
      // One target that cannot be put back is no reason to leave the others.
      ...(isWide(stage) && {
        look: 'reached' as const,
        width: stage.width ?? 1,
        ...(stage.lanes && {lanes: stage.lanes}),
        budget: ALL,
        unreachableBudget: ALL,
        retryUnreachable: stage.retryUnreachable ?? 0,
      }),
    }))
    .filter(({steps}) => steps.length > 0)
}

const ALL: Limit = {percent: 100}

/** Says what stays as it is, so that "undone" is never read as "as before" when it is not. */
function notice(past: PastRun, memory: Memory): Finding[] {
  const left = begun(stepsOf(past, undefined), memory).filter((step) => step.undo.kind === 'leave')
  if (left.length === 0)
    return [{id: 'left-as-is', level: 'pass', saw: 'every step of the run can be put back'}]
  const saw = left
    .map((step) => `${step.says}${step.undo.kind === 'leave' ? ` (${step.undo.why})` : ''}`)
    .join('; ')
  return [{id: 'left-as-is', level: 'warn', saw: `stays as it is: ${saw}`}]
}

function view({run, runbook, plan, entries}: PastRun): PlanView {
  return {
    title: `Undo run ${run}: ${runbook.id} ${runbook.subject(plan.input)}`,
    tables: [],
    notes: [`planned ${plan.madeAt}${plan.reason ? `, reason: ${plan.reason}` : ''}`, howItEnded(entries)],
  }
}

function howItEnded(entries: PastRun['entries']): string {
  const last = entries.findLast(({kind}) => ['ended', 'interrupted', 'resumed', 'began'].includes(kind))
  if (last?.kind === 'ended') return `it ended: ${last.verdict}: ${last.says}`
  if (last?.kind === 'interrupted') return `it was interrupted: ${last.says}`
  return 'it has no end in its journal: it was killed or still runs'
}
