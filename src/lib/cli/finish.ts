import type {Outcome} from '../engine/outcome.js'
import {tally} from '../engine/state.js'
import {exitCode} from '../report/exit-codes.js'
import {outcomeJsonText} from '../report/json-outcome.js'
import {renderOutcome} from '../report/outcome.js'
import {paint} from '../report/paint.js'
import type {PlanEvent} from '../report/plan.js'
import {hasColour, widthOf} from './screen.js'
import {secrets} from './secrets.js'

/** Prints how it ended on stdout and sets the exit code: the only place that does. */
export function finish(
  outcome: Outcome,
  json: boolean,
  planned?: PlanEvent,
  render: typeof renderOutcome = renderOutcome,
): void {
  const {stdout, env} = process
  // Before it is wrapped: a secret that is broken over two lines would no longer be found.
  const shown = secrets.redactAll(outcome)
  if (json) stdout.write(outcomeJsonText(shown, planned))
  else {
    const lines = render(shown, widthOf(stdout), paint(hasColour(stdout, env)))
    stdout.write(secrets.redact(`${lines.join('\n')}\n`))
  }
  process.exitCode = exitCode(outcome.verdict)
}

/** A look that found something red ends like a check that does. */
export function foundUnhealthy(): void {
  process.exitCode = exitCode('unhealthy')
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
