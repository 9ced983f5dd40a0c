import {EarlyEnd} from './early.js'
import {execute} from './execute.js'
import type {Guarded} from './guards.js'
import type {Json} from './json.js'
import {lookAhead, nothingToDo} from './look.js'
import {type Memory, remember} from './memory.js'
import type {Outcome} from './outcome.js'
import {fingerprint, type Plan, type PlannedStage, planCode, stepIds} from './plan.js'
import {type Entry, type Journal, type Lease, Locked, type Ports} from './ports.js'
import {checkInput, couldNotLook, guard, mustFit, refuse, sameSteps, survey} from './prepare.js'
import {recheck} from './recheck.js'
import {mustBeResumable, type Only, takesUp} from './resume.js'
import type {AnyRunbook, Effect} from './runbook.js'
import {notStarted} from './state.js'
import type {Stage} from './step.js'

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
  holdBefore?: string
  /** Apply exactly this. */
  saved?: Plan
  /** Go on with this. */
  past?: Past
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

/** A look older than this is taken again after the person has answered. */
const STALE_MS = 5000

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
    ended = early(error, performing)
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

type Ended = Pick<Outcome, 'verdict' | 'says' | 'because' | 'next' | 'steps' | 'totals' | 'run'>

/** What is known so far; what is missing was not reached. */
interface Performing {
  runbook: AnyRunbook
  systems: unknown
  request: Request
  ports: Ports
  run: string
  input: Json
  subject?: string
  lease?: Lease
  guarded?: Guarded
  plan?: Plan
  ids?: string[]
  /** The journal is open: from here on an error is no early end. */
  begun?: boolean
}

async function inOrder(performing: Performing): Promise<Ended> {
  const {runbook, systems, request, ports, run} = performing
  const fixed = request.past?.plan ?? request.saved
  const input = checkInput(runbook, fixed?.input ?? request.input)
  performing.input = input
  performing.subject = runbook.subject(input)
  if (request.mode === 'run') {
    if (request.past) mustBeResumable(run, request.past.entries)
    performing.lease = await ports.locks.take(run, runbook.locks(input), request.waitLockMs, ports.stopping)
  } else {
    await noteHolders(performing)
  }
  const facts = await survey(runbook, systems, input, performing.lease, ports)
  if (request.saved) mustFit(runbook, request.saved, facts)
  const guarded = guard(runbook, input, facts, request.overrides)
  performing.guarded = guarded

  const stages = runbook.stages(systems, input, fixed?.facts ?? facts)
  performing.ids = stepIds(stages)
  if (fixed) sameSteps(fixed.steps, performing.ids, request.past ? 'journal' : 'saved plan')
  const plan = fixed ?? makePlan(performing, facts, performing.ids)
  performing.plan = plan
  const memory = remember(request.past?.entries ?? [])
  // A refused plan shows no steps, and nothing more is asked of the peer.
  const planned = guarded.refused.length > 0 ? [] : await probePlan(stages, memory, ports)
  ports.emit({
    type: 'plan',
    plan,
    view: runbook.view(input, facts),
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

/** Asks as hard as the effect deserves; an overridden guard makes any change disruptive. */
async function confirm(performing: Performing, plan: Plan): Promise<void> {
  const {runbook, systems, request, ports, input, guarded, lease, subject = ''} = performing
  const asked = ports.clock.now()
  const {title} = runbook.view(input, plan.facts)
  const effect: Effect = raised(runbook.effect(input), guarded?.overridden ?? [])
  const answer = await ports.asker.confirm({effect, subject, code: planCode(plan), title})
  if (answer !== 'yes') throw new EarlyEnd('declined', `${answer.no}; nothing was changed`)
  if (ports.clock.now() - asked <= STALE_MS) return
  const facts = await survey(runbook, systems, input, lease, ports)
  if (!request.past) mustFit(runbook, plan, facts)
  performing.guarded = guard(runbook, input, facts, request.overrides)
  refuse(performing.guarded.refused)
}

function raised(effect: Effect, overridden: readonly string[]): Effect {
  return effect === 'change' && overridden.length > 0 ? 'disrupt' : effect
}

async function carryOut(performing: Performing, plan: Plan, stages: Stage[], memory: Memory): Promise<Ended> {
  const {runbook, request, ports, run, lease} = performing
  if (!lease) throw new Error('a run without its lease')
  const journal = await openJournal(performing, plan)
  performing.begun = true
  try {
    ports.emit({type: 'run', run, steps: plan.steps.length})
    const conclusion = await execute(
      {
        run,
        stages,
        memory,
        journal,
        lease,
        onFailure: request.onFailure ?? plan.onFailure,
        fallback: runbook.onFailure,
        recheck: recheck(performing, plan.overrides),
        ...(request.past && {only: takesUp(stages, memory, request.past.only)}),
        ...(request.holdBefore !== undefined && {holdBefore: request.holdBefore}),
      },
      ports,
    )
    return {...conclusion, run}
  } finally {
    await journal.close()
  }
}

async function openJournal({request, ports, run}: Performing, plan: Plan): Promise<Journal> {
  const journal = request.past ? await ports.journals.reopen(run) : await ports.journals.create(run, plan)
  const {owner} = request
  await journal.append(request.past ? {kind: 'resumed', owner} : {kind: 'began', owner, code: planCode(plan)})
  return journal
}

async function journalNothing(performing: Performing, plan: Plan, stages: readonly Stage[]): Promise<Ended> {
  const {run} = performing
  const steps = stages.flatMap((stage) => stage.steps).map((step) => ({step: step.id, says: step.says}))
  const {results, totals} = notStarted(steps, 'already')
  const says = 'nothing to do: everything is so already'
  const journal = await openJournal(performing, plan)
  await journal.append({kind: 'ended', verdict: 'nothing', says, totals})
  await journal.close()
  return {verdict: 'nothing', says, because: [], next: [], steps: results, totals, run}
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

function early(error: unknown, {ids = [], ports, begun}: Performing): Ended {
  if (begun) throw error
  const {results, totals} = notStarted(ids.map((step) => ({step, says: ''})))
  const none = {steps: results, totals}
  if (error instanceof EarlyEnd) {
    const {verdict, says, because, next} = error
    return {verdict, says, because, next, ...none}
  }
  if (error instanceof Locked) {
    const because = error.held.map(
      (one) => `${one.thing}: ${one.owner}, run ${one.run}, pid ${one.pid}, since ${one.since}`,
    )
    const next = [...new Set(error.held.map((one) => `redeye runs show ${one.run}`)), 'redeye locks list']
    return {verdict: 'locked', says: `${error.message}; nothing was changed`, because, next, ...none}
  }
  if (ports.abort.aborted)
    return {
      verdict: 'declined',
      says: 'interrupted before the first change; nothing was changed',
      because: [],
      next: [],
      ...none,
    }
  throw error
}
