import {remember} from '../engine/memory.js'
import {UNDO_ID} from '../engine/undo-run.js'
import type {Recorded, RunStore} from '../journal/store.js'
import type {Claim} from '../lock/claims.js'

/** One run at a glance. */
export interface RunSummary {
  run: string
  runbook: string
  subject: string
  /** `running`, `killed`, `interrupted`, or the verdict that it ended with. */
  state: string
  says: string
  by: string
  startedAt: string
  reason: string
  ticket: string
  /** The run that took this one back. */
  undoneBy: string
  /** The run of which this one is a step, and which. */
  parent: string
  step: string
}

export async function summarize(
  store: RunStore,
  recorded: Recorded,
  live: readonly Claim[],
  all: readonly Recorded[],
): Promise<RunSummary> {
  const {run, plan, lines} = recorded
  const began = lines.find((line) => line.kind === 'began')
  const {runbookOf} = await import('./past-run.js')
  const owner = began?.kind === 'began' ? (began.owner as {user?: string; host?: string}) : {}
  const {state, says} = stateOf(recorded, live)
  return {
    run,
    runbook: plan.runbook,
    subject: await runbookOf(store, plan)
      .then((runbook) => runbook.subject(plan.input))
      .catch(() => '?'),
    state,
    says,
    by: `${owner.user ?? '?'}@${owner.host ?? '?'}`,
    startedAt: lines[0]?.at ?? plan.madeAt,
    reason: plan.reason ?? '',
    ticket: plan.ticket ?? '',
    undoneBy: undoneBy(run, all),
    parent: plan.parent?.run ?? '',
    step: plan.parent?.step ?? '',
  }
}

function stateOf({run, lines}: Recorded, live: readonly Claim[]): {state: string; says: string} {
  if (live.some((claim) => claim.run === run)) return {state: 'running', says: progress(lines)}
  const last = lines.findLast((line) => ['ended', 'interrupted', 'resumed', 'began'].includes(line.kind))
  if (last?.kind === 'ended') return {state: last.verdict, says: last.says}
  if (last?.kind === 'interrupted') return {state: 'interrupted', says: last.says}
  return {state: 'killed', says: `no end in its journal; ${progress(lines)}`}
}

function progress(lines: Recorded['lines']): string {
  const settled = [...remember(lines).values()].filter((known) => known.result).length
  return `${settled} ${settled === 1 ? 'step' : 'steps'} ended`
}

function undoneBy(run: string, all: readonly Recorded[]): string {
  const undo = all.findLast(
    ({plan, lines}) =>
      plan.runbook === UNDO_ID &&
      (plan.input as {run?: string}).run === run &&
      lines.some((line) => line.kind === 'ended' && (line.verdict === 'done' || line.verdict === 'nothing')),
  )
  return undo?.run ?? ''
}
