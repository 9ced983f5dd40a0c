import {countsAsFailure} from './budget.js'
import type {Memory} from './memory.js'
import type {Outcome, Verdict} from './outcome.js'
import type {Halt} from './stage.js'
import {type StepResult, type Totals, tally} from './state.js'
import type {AnyStep} from './step.js'
import {begun, type Unwound} from './unwind.js'

/** What is needed to say how a run ended. */
export interface Ended {
  run: string
  steps: ReadonlyMap<string, AnyStep>
  memory: Memory
  halt: Halt | undefined
  unwound: Unwound | undefined
  /** Why nothing new was started: Ctrl-C, a hold, a lost lock. */
  stoppedWhy: string
}

export type Conclusion = Pick<Outcome, 'verdict' | 'says' | 'because' | 'next' | 'steps' | 'totals'>

/** One verdict, read off what every step ended as. */
export function conclude(ended: Ended): Conclusion {
  const steps = results(ended)
  const totals = tally(steps, ended.steps.size)
  const verdict = verdictOf(ended, totals)
  return {
    verdict,
    says: sentence(verdict, ended, totals),
    because: evidence(steps, ended),
    next: nextCommands(verdict, ended),
    steps,
    totals,
  }
}

function results({steps, memory}: Ended): StepResult[] {
  return [...steps.values()].map((step) => {
    const known = memory.get(step.id)
    if (known?.result) return {...known.result, says: step.says}
    const state = known && known.sent > 0 ? 'in-doubt' : 'not-started'
    return {step: step.id, says: step.says, state, saw: '', ms: 0}
  })
}

function verdictOf({halt, unwound, memory, steps}: Ended, totals: Totals): Verdict {
  if (halt?.kind === 'stopped') return 'interrupted'
  if (halt?.kind === 'failed') {
    if (unwound && unwound.failed.length > 0) return 'undo-failed'
    if (begun(steps, memory).length > 0) return 'partial'
    if (totals.undone > 0) return 'undone'
    return firstFailure(memory)
  }
  if (totals.failed + totals.unreachable + totals['timed-out'] + totals['in-doubt'] + totals.skipped > 0)
    return 'tolerated'
  return totals.changed > 0 ? 'done' : 'nothing'
}

/** Nothing was changed and the first thing tried did not work: say it as if the plan had found it. */
function firstFailure(memory: Memory): Verdict {
  const failed = [...memory.values()].flatMap(({result}) =>
    result && countsAsFailure(result) ? [result] : [],
  )
  const known = failed.map((result) => OF_CLASS[result.class ?? '']).find((verdict) => verdict !== undefined)
  if (known) return known
  return failed.every((result) => result.state === 'unreachable') ? 'unreachable' : 'undone'
}

/** Classes of failures that are known before anything is changed. */
const OF_CLASS: Readonly<Record<string, Verdict>> = {
  guard: 'refused',
  locked: 'locked',
  unhealthy: 'unhealthy',
}

function sentence(verdict: Verdict, {halt, unwound, stoppedWhy}: Ended, totals: Totals): string {
  const why = halt?.kind === 'failed' ? halt.why : ''
  switch (verdict) {
    case 'interrupted':
      return stoppedWhy
    case 'undo-failed':
      return `${why}; ${unwound?.failed.length ?? 0} undo steps failed too`
    case 'undone':
      return unwound && unwound.putBack > 0
        ? `${why}; everything that was changed is put back`
        : `${why}; nothing is changed`
    case 'tolerated':
      return notAll(totals)
    case 'done':
      return `${totals.changed} ${totals.changed === 1 ? 'step' : 'steps'} changed and verified`
    case 'nothing':
      return 'nothing to do: everything is so already'
    case 'partial':
      return halt?.kind === 'failed' && halt.answer === 'stop' && unwound && unwound.putBack > 0
        ? `${why}; what this step had changed is taken back, the rest stays`
        : why
    default:
      return why
  }
}

function notAll({all, changed, already, skipped}: Totals): string {
  const others = all - changed - already - skipped
  const said = [
    ...(others > 0 ? [`${others} of ${all} steps did not succeed`] : []),
    ...(skipped > 0 ? [`${skipped} of ${all} steps ${skipped === 1 ? 'was' : 'were'} skipped`] : []),
  ]
  return `finished; ${said.join(', ')}`
}

function evidence(steps: readonly StepResult[], {unwound, halt}: Ended): string[] {
  const failed = steps
    .filter(countsAsFailure)
    .map((result) => `${result.says}: ${result.state}: ${result.saw}`)
  const undo = unwound?.failed.map((result) => `undo failed: ${result.says}: ${result.saw}`) ?? []
  const left =
    halt?.kind === 'failed' ? (unwound?.left.map((step) => `left as it is: ${step.says}`) ?? []) : []
  return [...(steps.length > 50 ? [] : failed), ...undo, ...left]
}

function nextCommands(verdict: Verdict, {run, steps, memory}: Ended): string[] {
  const undo = begun(steps, memory).some((step) => step.undo.kind === 'restore')
    ? [`redeye runs undo ${run}`]
    : []
  switch (verdict) {
    case 'interrupted':
      return [`redeye runs resume ${run}`, ...undo]
    case 'partial':
    case 'undo-failed':
      return [`redeye runs show ${run}`, `redeye runs resume ${run}`, ...undo]
    case 'done':
      return undo
    case 'tolerated': {
      const onlySkipped = [...memory.values()].every(({result}) => !result || !countsAsFailure(result))
      if (onlySkipped) return [`redeye runs show ${run}`, ...undo]
      return [`redeye runs resume ${run} --only failed`, `redeye runs show ${run}`]
    }
    case 'undone':
      return [`redeye runs show ${run}`]
    default:
      return []
  }
}
