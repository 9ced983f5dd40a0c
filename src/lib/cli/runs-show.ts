import type {Json} from '../engine/json.js'
import {remember} from '../engine/memory.js'
import {UNDO_ID} from '../engine/undo-run.js'
import type {Recorded} from '../journal/store.js'
import {duration} from '../report/duration.js'
import {wrap} from '../report/wrap.js'
import {clean} from '../text/clean.js'
import type {Environment} from './environment.js'
import {findRun} from './past-run.js'
import {type RunSummary, summarize} from './run-summary.js'
import {widthOf} from './screen.js'
import {stores} from './stores.js'

export async function showRun(text: string, at: Environment): Promise<{lines: string[]; json: Json}> {
  const {runs, claims} = await stores(at)
  const recorded = await findRun(runs, text)
  const all = await Promise.all((await runs.ids()).map((run) => runs.read(run).catch(() => undefined)))
  const summary = await summarize(
    runs,
    recorded,
    await claims.live(),
    all.filter((one) => one !== undefined),
  )
  const width = widthOf(process.stdout)
  return {
    lines: [
      ...headLines(summary, recorded, width),
      '',
      ...stepLines(recorded, width),
      ...noteLines(recorded, width),
      ...nextLines(summary),
    ],
    json: {...summary, plan: recorded.plan, journal: recorded.lines} as unknown as Json,
  }
}

function headLines(summary: RunSummary, {plan, lines}: Recorded, width: number): string[] {
  const ended = lines.at(-1)?.at ?? summary.startedAt
  return [
    `run ${summary.run}  ${summary.runbook.replaceAll('.', ' ')} ${clean(summary.subject)}`,
    ...wrap(`${summary.state.toUpperCase()}: ${clean(summary.says)}`, width),
    `by ${clean(summary.by)}, ${summary.startedAt}, ${duration(Date.parse(ended) - Date.parse(summary.startedAt))}`,
    ...(summary.reason ? wrap(`reason: ${clean(summary.reason)}`, width) : []),
    ...(summary.ticket ? [`ticket: ${clean(summary.ticket)}`] : []),
    ...(plan.overrides.length > 0 ? [`overridden: ${plan.overrides.join(', ')}`] : []),
    ...(summary.undoneBy ? [`undone by run ${summary.undoneBy}`] : []),
  ]
}

function stepLines({plan, lines}: Recorded, width: number): string[] {
  const memory = remember(lines)
  return plan.steps.flatMap((id, at) => {
    const known = memory.get(id)
    const state = known?.result?.state ?? (known ? 'in-doubt' : 'not-started')
    const saw = known?.result?.saw ? `: ${clean(known.result.saw)}` : ''
    return wrap(
      `${clean(known?.result?.says ?? id)}${saw}`,
      width,
      `${String(at + 1).padStart(3)} ${state.padEnd(11)} `,
    )
  })
}

function noteLines({lines}: Recorded, width: number): string[] {
  const notes = lines.flatMap((line) => (line.kind === 'note' ? [`${line.at} ${clean(line.says)}`] : []))
  return notes.length === 0 ? [] : ['', ...notes.flatMap((note) => wrap(note, width, 'note '))]
}

function nextLines({state, run, runbook, undoneBy}: RunSummary): string[] {
  if (undoneBy !== '' || state === 'running') return []
  const resumable = ['killed', 'interrupted', 'partial', 'tolerated'].includes(state)
  const undoable = runbook !== UNDO_ID && (resumable || state === 'done' || state === 'undo-failed')
  if (!resumable && !undoable) return []
  return [
    '',
    'Next:',
    ...(resumable ? [`  redeye runs resume ${run}`] : []),
    ...(undoable ? [`  redeye runs undo ${run}`] : []),
  ]
}
