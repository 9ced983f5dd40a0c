import {invert} from './invert.js'
import type {Json} from './json.js'
import {type Memory, remember} from './memory.js'
import type {Plan} from './plan.js'
import type {Entry} from './ports.js'
import type {AnyRunbook, Finding, PlanView, Runbook} from './runbook.js'
import type {AnyStep, Stage} from './step.js'
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
    stages: (systems, _input, facts) => [undoStage(past, systems, facts)],
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

function undoStage(past: PastRun, systems: unknown, facts: UndoFacts): Stage {
  const steps = stepsOf(past, systems)
  const inverted = facts.taken.flatMap(({step: id, before}) => {
    const step = steps.get(id)
    const inverse = step && invert(step, before)
    return inverse ? [inverse] : []
  })
  return {id: 'undo', says: `put back what run ${past.run} changed`, steps: inverted.reverse()}
}

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
