import {carryOut, journalNothing} from './carry-out.js'
import {confirm} from './confirm.js'
import {EarlyEnd} from './early.js'
import {endedEarly} from './ended-early.js'
import type {Json} from './json.js'
import {lookAhead, nothingToDo} from './look.js'
import {type Memory, remember} from './memory.js'
import type {Outcome} from './outcome.js'
import type {Ended, Performing} from './performing.js'
import {fingerprint, type Plan, type PlannedStage, stepIds} from './plan.js'
import type {Lease, Ports} from './ports.js'
import {checkInput, couldNotLook, guard, mustFit, refuse, sameSteps, survey} from './prepare.js'
import type {Performed, Request} from './request.js'
import {mustBeResumable} from './resume.js'
import type {AnyRunbook} from './runbook.js'
import {notStarted} from './state.js'
import type {Stage} from './step.js'
import {viewOf} from './view.js'

/**
 * The fixed order: input, locks, survey, guards, probes, plan, confirm, change, report.
 * Every refusal comes before the first change.
 */
export async function perform(
  runbook: AnyRunbook,
  systems: unknown,
  request: Request,
  ports: Ports,
): Promise<Performed> {
  const began = ports.clock.now()
  const performing: Performing = {
    runbook,
    systems,
    request,
    ports,
    run: request.past?.run ?? ports.newRunId(),
    input: null,
  }
  let ended: Ended
  try {
    ended = await inOrder(performing)
  } catch (error) {
    ended = endedEarly(error, performing)
  } finally {
    await performing.lease?.release()
  }
  const outcome: Outcome = {
    runbook: runbook.id,
    subject: performing.subject ?? '',
    findings: performing.guarded?.findings ?? [],
    ...ended,
    ms: ports.clock.now() - began,
  }
  ports.emit({type: 'outcome', outcome})
  return {outcome, ...(performing.plan && {plan: performing.plan})}
}

async function inOrder(performing: Performing): Promise<Ended> {
  const {runbook, systems, request, ports, run} = performing
  const fixed = request.past?.plan ?? request.saved
  const input = checkInput(runbook, fixed?.input ?? request.input)
  performing.input = input
  performing.subject = runbook.subject(input)
  if (request.mode === 'run') {
    if (request.past) mustBeResumable(run, request.past.entries)
    performing.lease = await takeLocks(performing)
  } else {
    await noteHolders(performing)
  }
  const facts = await survey(runbook, systems, input, performing.lease, ports)
  if (request.saved) mustFit(runbook, request.saved, facts)
  const guarded = guard(runbook, input, facts, request)
  performing.guarded = guarded

  const stages = runbook.stages(systems, input, fixed?.facts ?? facts)
  performing.ids = stepIds(stages)
  knownStep(request.holdBefore, performing.ids)
  if (fixed) sameSteps(fixed.steps, performing.ids, request.past ? 'journal' : 'saved plan')
  const plan = fixed ?? makePlan(performing, facts, performing.ids)
  performing.plan = plan
  const memory = remember(request.past?.entries ?? [])
  // A refused plan shows no steps, and nothing more is asked of the peer.
  const planned = guarded.refused.length > 0 ? [] : await probePlan(stages, memory, ports)
  ports.emit({
    type: 'plan',
    plan,
    view: viewOf(runbook, input, facts, request.past?.plan.facts),
    findings: guarded.findings,
    overridden: guarded.overridden,
    stages: planned,
    dryRun: request.mode !== 'run',
  })
  refuse(guarded.refused)
  if (request.mode !== 'run') return plannedOnly(performing, planned)
  const nothing = nothingToDo(planned)
  if (nothing && !request.past) return await journalNothing(performing, plan, stages)

  if (!nothing) await confirm(performing, plan)
  return await carryOut(performing, plan, stages, memory)
}

function knownStep(step: string | undefined, ids: readonly string[]): void {
  if (step === undefined || ids.includes(step)) return
  throw new EarlyEnd('usage', `--hold-before ${step}: the plan has no such step`, [
    `its steps are ${ids.slice(0, 20).join(', ')}`,
  ])
}

/** Says once who is waited for: a silent wait looks like a hang. */
async function takeLocks({runbook, request, ports, run, input}: Performing): Promise<Lease> {
  let said = ''
  return await ports.locks.take(
    run,
    runbook.locks(input),
    request.waitLockMs,
    ports.stopping,
    (held, leftMs) => {
      const holders = held.map((one) => `${one.thing} is locked by ${one.owner} (run ${one.run})`).join('; ')
      if (holders !== said)
        ports.emit({type: 'note', says: `${holders}; waiting up to ${Math.ceil(leftMs / 1000)} s`})
      said = holders
    },
  )
}

async function noteHolders({runbook, input, ports}: Performing): Promise<void> {
  for (const held of await ports.locks.holders(runbook.locks(input)))
    ports.emit({
      type: 'note',
      says: `${held.thing} is locked by ${held.owner} (run ${held.run}): a real run would wait or end`,
    })
}

function makePlan({runbook, request, ports, input}: Performing, facts: Json, steps: string[]): Plan {
  return {
    format: 1,
    runbook: runbook.id,
    input,
    facts,
    fingerprint: fingerprint(runbook, input, facts),
    steps,
    overrides: request.overrides,
    ...(request.reason !== undefined && {reason: request.reason}),
    ...(request.ticket !== undefined && {ticket: request.ticket}),
    ...(request.parent && {parent: request.parent}),
    onFailure: request.onFailure ?? (ports.asker.present ? 'ask' : runbook.onFailure),
    madeAt: new Date(ports.clock.now()).toISOString(),
  }
}

async function probePlan(stages: readonly Stage[], memory: Memory, ports: Ports): Promise<PlannedStage[]> {
  try {
    return await lookAhead(stages, memory, ports)
  } catch (error) {
    throw couldNotLook(error)
  }
}

function plannedOnly({ids = []}: Performing, planned: readonly PlannedStage[]): Ended {
  const {results, totals} = notStarted(
    planned.flatMap((stage) => stage.steps.map(({id, says}) => ({step: id, says}))),
  )
  const todo = planned.flatMap((stage) => stage.steps).filter((step) => step.reached !== true).length
  const says =
    todo === 0 ? 'nothing to do: everything is so already' : `${todo} of ${ids.length} steps would run`
  return {
    verdict: 'planned',
    says: `${says}; nothing was changed`,
    because: [],
    next: [],
    steps: results,
    totals,
  }
}
