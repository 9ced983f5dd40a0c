import type {Outcome} from '../engine/outcome.js'
import {tally} from '../engine/state.js'
import {exitCode} from '../report/exit-codes.js'
import {outcomeJsonText} from '../report/json-outcome.js'
import {renderOutcome} from '../report/outcome.js'
import {paint} from '../report/paint.js'
import type {PlanEvent} from '../report/plan.js'
import {hasColour, widthOf} from './screen.js'

/** Prints how it ended on stdout and sets the exit code: the only place that does. */
export function finish(outcome: Outcome, json: boolean, planned?: PlanEvent): void {
  const {stdout, env} = process
  if (json) stdout.write(outcomeJsonText(outcome, planned))
  else stdout.write(`${renderOutcome(outcome, widthOf(stdout), paint(hasColour(stdout, env))).join('\n')}\n`)
  process.exitCode = exitCode(outcome.verdict)
}

/** The outcome of a command that ended before any runbook did. */
export function endedEarly(
  verdict: 'usage' | 'bug',
  command: string,
  says: string,
  because: string[] = [],
  next: string[] = [],
): Outcome {
  return {
    verdict,
    runbook: command.replaceAll(':', '.'),
    subject: '',
    says,
    because,
    next,
    findings: [],
    steps: [],
    totals: tally([], 0),
    ms: 0,
  }
}
