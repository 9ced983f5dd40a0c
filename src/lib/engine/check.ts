import type {ZodType} from 'zod'
import type {Clock} from './clock.js'
import {EarlyEnd} from './early.js'
import {failing} from './failure.js'
import type {Json} from './json.js'
import type {Outcome, Verdict} from './outcome.js'
import {checkInput, couldNotLook} from './prepare.js'
import type {Finding} from './runbook.js'
import {tally} from './state.js'

/** A read-only health question with a yes or no answer. A `refuse` finding is a no, a `warn` is neither: it is shown. */
export interface Check<Input extends Json, Systems> {
  id: string
  summary: string
  input: ZodType<Input>
  subject(input: Input): string
  ask(systems: Systems, input: Input, signal: AbortSignal): Promise<Finding[]>
}

// biome-ignore lint/suspicious/noExplicitAny: the engine runs any check and knows none of them
export type AnyCheck = Check<any, any>

/** Asks, and ends `healthy`, `unhealthy` or `unreachable`. Never writes. */
export async function performCheck(
  check: AnyCheck,
  systems: unknown,
  asked: unknown,
  clock: Clock,
  signal: AbortSignal,
): Promise<Outcome> {
  const began = clock.now()
  const outcome = {runbook: check.id, subject: '', next: [], steps: [], totals: tally([], 0), findings: []}
  try {
    const input = checkInput(check, asked)
    const findings = await check.ask(systems, input, signal)
    const wrong = findings.filter((finding) => finding.level === 'refuse')
    const warned = findings.filter((finding) => finding.level === 'warn')
    const passed = findings.length - wrong.length - warned.length
    return {
      ...outcome,
      subject: check.subject(input),
      verdict: wrong.length > 0 ? 'unhealthy' : 'healthy',
      says:
        wrong.length > 0
          ? `${wrong.length} of ${findings.length} questions answered no`
          : `${passed} questions answered yes${warned.length > 0 ? `, ${warned.length} neither yes nor no` : ''}`,
      because: [...wrong, ...warned].map((finding) => `${finding.id}: ${finding.saw}`),
      next: wrong.flatMap((finding) => (finding.clear ? [finding.clear] : [])),
      findings,
      ms: clock.now() - began,
    }
  } catch (error) {
    const ended = couldNotLook(error)
    if (!(ended instanceof EarlyEnd)) throw error
    // An answer that says no is not a target out of reach.
    const verdict: Verdict = ended.verdict === 'refused' ? 'unhealthy' : ended.verdict
    const {says, because, next} = ended
    return {...outcome, verdict, says: says || failing(error).message, because, next, ms: clock.now() - began}
  }
}
