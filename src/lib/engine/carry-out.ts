import type {Conclusion} from './conclude.js'
import {execute} from './execute.js'
import type {Memory} from './memory.js'
import type {Verdict} from './outcome.js'
import type {Ended, Performing} from './performing.js'
import {type Plan, planCode} from './plan.js'
import type {Journal, Told} from './ports.js'
import {recheck} from './recheck.js'
import {takesUp} from './resume.js'
import {notStarted} from './state.js'
import type {Stage} from './step.js'
import {UNDO_ID} from './undo-run.js'

/** The part of a run that its journal covers. */
export async function carryOut(
  performing: Performing,
  plan: Plan,
  stages: Stage[],
  memory: Memory,
): Promise<Ended> {
  const {runbook, request, ports, run, lease} = performing
  if (!lease) throw new Error('a run without its lease')
  const journal = await openJournal(performing, plan)
  performing.begun = true
  let conclusion: Conclusion | undefined
  try {
    ports.emit({type: 'run', run, steps: plan.steps.length})
    await ports.announcer?.began(toldOf(performing, plan), (entry) => journal.append(entry))
    conclusion = await execute(
      {
        run,
        stages,
        memory,
        journal,
        lease,
        onFailure: request.onFailure ?? plan.onFailure,
        fallback: runbook.onFailure,
        recheck: recheck(performing, request.overrides),
        ...(request.past && {only: takesUp(stages, memory, request.past.only)}),
        ...(request.holdBefore !== undefined && {holdBefore: request.holdBefore}),
        ...(request.patienceMs !== undefined && {patienceMs: request.patienceMs}),
      },
      ports,
    )
    return {...conclusion, next: nextOf(performing, plan, conclusion), run}
  } finally {
    await ports.announcer?.ended(conclusion)
    await journal.close()
  }
}

function toldOf(
  {runbook, request, run, input, subject = ''}: Performing,
  {facts, steps, parent}: Plan,
): Told {
  const {past, reason = past?.plan.reason, ticket = past?.plan.ticket} = request
  return {
    run,
    runbook: runbook.id,
    subject,
    things: [...runbook.locks(input), ...(runbook.alsoLocks?.(input, facts) ?? [])],
    steps: steps.length,
    ...(reason !== undefined && {reason}),
    ...(ticket !== undefined && {ticket}),
    ...(parent && {parent}),
    ...(past && {past: past.entries}),
    ...(request.takesBack && {takesBack: request.takesBack}),
  }
}

const FAILED: readonly Verdict[] = ['tolerated', 'partial', 'interrupted']

/** An undo is not undone; a runbook knows what usually follows it. */
function nextOf({runbook, input, run}: Performing, {facts}: Plan, {verdict, next}: Conclusion): string[] {
  if (runbook.id === UNDO_ID) return next.filter((one) => one !== `redeye runs undo ${run}`)
  if (verdict === 'done') return [...(runbook.afterwards?.(input, run, facts) ?? []), ...next]
  return runbook.leftBehind && FAILED.includes(verdict) ? [...next, runbook.leftBehind(input, run)] : next
}

async function openJournal({request, ports, run}: Performing, plan: Plan): Promise<Journal> {
  const journal = request.past ? await ports.journals.reopen(run) : await ports.journals.create(run, plan)
  const {owner, overrides, reason} = request
  await journal.append(
    request.past
      ? {kind: 'resumed', owner, overrides, ...(reason !== undefined && {reason})}
      : {kind: 'began', owner, code: planCode(plan)},
  )
  return journal
}

/** A run that had nothing to do is on record too. */
export async function journalNothing(
  performing: Performing,
  plan: Plan,
  stages: readonly Stage[],
): Promise<Ended> {
  const {run, runbook, input} = performing
  const steps = stages.flatMap((stage) => stage.steps).map((step) => ({step: step.id, says: step.says}))
  const {results, totals} = notStarted(steps, 'already')
  const why = runbook.nothing?.(input, plan.facts) ?? 'everything is so already'
  const says = `nothing to do: ${why}`
  const journal = await openJournal(performing, plan)
  await journal.append({kind: 'ended', verdict: 'nothing', says, totals})
  await journal.close()
  return {verdict: 'nothing', says, because: [], next: [], steps: results, totals, run}
}
