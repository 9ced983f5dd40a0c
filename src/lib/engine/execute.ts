import {countIn, newTally, type Tally} from './budget.js'
import {type Conclusion, conclude, type Ended} from './conclude.js'
import type {Context} from './context.js'
import {learn, type Memory} from './memory.js'
import type {FailureAnswer, Journal, Lease, Ports} from './ports.js'
import type {Finding} from './runbook.js'
import {type Halt, runStage} from './stage.js'
import type {AnyStep, Stage} from './step.js'
import {type Unwound, unwind} from './unwind.js'

export interface Execution {
  run: string
  stages: Stage[]
  memory: Memory
  journal: Journal
  lease: Lease
  onFailure: 'undo' | 'stop' | 'ask'
  /** What `ask` falls back to when nobody answers. */
  fallback: 'undo' | 'stop'
  holdBefore?: string
  patienceMs?: number
  /** Only these steps; the others keep their results. */
  only?: (step: AnyStep) => boolean
  recheck(ids: readonly string[]): Promise<Finding[]>
}

/** From the first confirmed change to the end: stages, then undo if it failed, then one conclusion in the journal. */
export async function execute(execution: Execution, ports: Ports): Promise<Conclusion> {
  const context = contextOf(execution, ports)
  try {
    return await toTheEnd(execution, context)
  } catch (error) {
    if (!(error instanceof Unrecorded)) throw error
    return conclude({...ended(execution, context, {kind: 'stopped'}), stoppedWhy: error.message})
  }
}

/** A journal that cannot be written: nobody would know of a further change, so none is made. */
class Unrecorded extends Error {}

async function toTheEnd(execution: Execution, context: Context): Promise<Conclusion> {
  const halt = await runStages(execution, context)
  if (halt?.kind === 'stopped') {
    const says = whyStopped(execution, context, halt)
    context.ports.emit({type: 'interrupted', says})
    await context.record({kind: 'interrupted', says})
  }
  const unwound = halt?.kind === 'failed' ? await putBack(halt, execution.stages, context) : undefined
  const conclusion = conclude(ended(execution, context, halt, unwound))
  const {verdict, says, totals} = conclusion
  if (verdict !== 'interrupted') await context.record({kind: 'ended', verdict, says, totals})
  return conclusion
}

function ended(execution: Execution, context: Context, halt: Halt | undefined, unwound?: Unwound): Ended {
  const {steps, memory} = context
  return {run: execution.run, steps, memory, halt, unwound, stoppedWhy: whyStopped(execution, context, halt)}
}

function contextOf(execution: Execution, ports: Ports): Context {
  const {memory, journal, lease, holdBefore, patienceMs} = execution
  return {
    ports,
    memory,
    record: async (entry) => {
      await journal.append(entry).catch((error: unknown) => {
        throw new Unrecorded(`${error instanceof Error ? error.message : error}; nothing new was started`)
      })
      learn(memory, entry)
    },
    tallies: talliesOf(execution),
    steps: new Map(execution.stages.flatMap((stage) => stage.steps.map((step) => [step.id, step]))),
    stopping: AbortSignal.any([ports.stopping, ports.abort, lease.lost]),
    recheck: execution.recheck,
    decide: decider(execution, ports),
    ...(holdBefore !== undefined && {holdBefore}),
    ...(patienceMs !== undefined && {patienceMs}),
  }
}

/** A resumed run goes on from what it had lost before, except of the steps that it takes up again. */
function talliesOf({stages, memory, only}: Execution): Map<string, Tally> {
  const tallies = new Map<string, Tally>()
  for (const {tally, steps, unreachableBudget} of stages) {
    if (tally === undefined) continue
    const counts = tallies.get(tally) ?? newTally()
    tallies.set(tally, counts)
    for (const step of steps) {
      const result = memory.get(step.id)?.result
      if (result && only && !only(step)) countIn(counts, result, unreachableBudget !== undefined)
    }
  }
  return tallies
}

/** Asks one question at a time, and never twice about a run that is ending. */
function decider({onFailure, fallback}: Execution, ports: Ports): Context['decide'] {
  let settled: Promise<FailureAnswer> | undefined
  return async (why, step) => {
    const last = await settled
    if (last === 'undo' || last === 'stop') return last
    settled = answer(why, step)
    return await settled
  }

  async function answer(why: string, step: AnyStep | undefined): Promise<FailureAnswer> {
    await ports.announcer?.failed(why)
    if (ports.stopping.aborted) return 'stop'
    if (step?.onFailure) return step.onFailure
    if (onFailure !== 'ask') return onFailure
    return ports.asker.present ? await ports.asker.failed({why, fallback}) : fallback
  }
}

async function runStages({stages, only}: Execution, context: Context): Promise<Halt | undefined> {
  for (const stage of stages) {
    const steps = only ? stage.steps.filter(only) : stage.steps
    if (steps.length === 0) continue
    const halt = await runStage({...stage, steps}, context)
    if (halt) return halt
  }
  return undefined
}

/** Everything, or only what the step that failed must not leave behind. */
async function putBack(
  {answer, step}: Extract<Halt, {kind: 'failed'}>,
  stages: readonly Stage[],
  context: Context,
): Promise<Unwound | undefined> {
  const taken = step?.takeBack ? [[step.id, {...step, undo: step.takeBack}] as const] : []
  if (answer === 'undo') {
    context.ports.emit({type: 'note', says: 'putting back what was changed, in reverse order'})
    return await unwind(stages, {...context, steps: new Map([...context.steps, ...taken])})
  }
  const sent = step !== undefined && (context.memory.get(step.id)?.sent ?? 0) > 0
  return sent && taken.length > 0 ? await unwind(stages, {...context, steps: new Map(taken)}) : undefined
}

function whyStopped({lease, holdBefore}: Execution, {ports}: Context, halt: Halt | undefined): string {
  if (halt?.kind === 'stopped' && halt.why !== undefined) return halt.why
  if (ports.abort.aborted) return 'stopped at once; the step that ran is in doubt'
  if (lease.lost.aborted) return `the lock was lost (${lease.lost.reason}), so nothing new was started`
  if (ports.stopping.aborted) return 'told to stop: the step that ran was finished, nothing new was started'
  return `held before ${holdBefore}`
}
