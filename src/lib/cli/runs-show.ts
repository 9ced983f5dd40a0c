import type {Json} from '../engine/json.js'
import {remember} from '../engine/memory.js'
import type {Verdict} from '../engine/outcome.js'
import type {StepResult} from '../engine/state.js'
import type {Recorded} from '../journal/store.js'
import {duration} from '../report/duration.js'
import {groupNames, groupResults} from '../report/grouping.js'
import {WORDS} from '../report/outcome.js'
import {wrap} from '../report/wrap.js'
import {clean} from '../text/clean.js'
import {childrenOf} from './children.js'
import type {Environment} from './environment.js'
import {findRun} from './past-run.js'
import {type RunSummary, summarize} from './run-summary.js'
import {widthOf} from './screen.js'
import {type Stores, stores} from './stores.js'
import {waysOn} from './ways-on.js'

/** More steps than this are shown in groups. */
const MANY = 50

export async function showRun(text: string, at: Environment): Promise<{lines: string[]; json: Json}> {
  const stored = await stores(at)
  const {runs, claims} = stored
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
      ...(await childLines(stored, recorded.run, width)),
      ...nextLines(await waysOn(runs, recorded, summary)),
    ],
    json: {...summary, plan: recorded.plan, journal: recorded.lines} as unknown as Json,
  }
}

/** In the words that the run itself ended with, where it has ended. */
function endedText(state: string): string {
  return WORDS[state as Verdict] ?? state.toUpperCase()
}

function headLines(summary: RunSummary, {plan, lines}: Recorded, width: number): string[] {
  const ended = lines.at(-1)?.at ?? summary.startedAt
  return [
    `run ${summary.run}  ${summary.runbook.replaceAll('.', ' ')} ${clean(summary.subject)}`,
    ...wrap(`${endedText(summary.state)}: ${clean(summary.says)}`, width),
    `by ${clean(summary.by)}, ${summary.startedAt}, ${duration(Date.parse(ended) - Date.parse(summary.startedAt))}`,
    ...(summary.reason ? wrap(`reason: ${clean(summary.reason)}`, width) : []),
    ...(summary.ticket ? [`ticket: ${clean(summary.ticket)}`] : []),
    ...(plan.overrides.length > 0 ? [`overridden: ${plan.overrides.join(', ')}`] : []),
    ...(summary.parent ? [`step ${clean(summary.step)} of run ${summary.parent}`] : []),
    ...(summary.undoneBy ? [`undone by run ${summary.undoneBy}`] : []),
  ]
}

function stepLines({plan, lines}: Recorded, width: number): string[] {
  const memory = remember(lines)
  const results = plan.steps.map((step): StepResult => {
    const known = memory.get(step)
    const state = known ? 'in-doubt' : 'not-started'
    return known?.result ?? {step, says: step, state, saw: '', ms: 0}
  })
  return results.length > MANY
    ? groupLines(results, width)
    : results.flatMap(({says, state, saw}, at) =>
        wrap(
          `${clean(says)}${saw === '' ? '' : `: ${clean(saw)}`}`,
          width,
          `${String(at + 1).padStart(3)} ${state.padEnd(11)} `,
        ),
      )
}

/** Of many steps, those that tell the same story together; the full text is in `--json`. */
function groupLines(results: readonly StepResult[], width: number): string[] {
  const groups = groupResults(results).toSorted((a, b) => b.results.length - a.results.length)
  return groups.flatMap((group) => {
    const {state, class: kind, message, results: same} = group
    const lead = `${String(same.length).padStart(5)} ${state}${kind === undefined ? '' : ` (${clean(kind)})`}: `
    return [
      ...wrap(groupNames(group), width, lead),
      ...(message === '' ? [] : wrap(message, width, '      ')),
    ]
  })
}

function noteLines({lines}: Recorded, width: number): string[] {
  const notes = lines.flatMap((line) => {
    if (line.kind === 'note') return [`${line.at} ${clean(line.says)}`]
    return line.kind === 'announced' ? [`${line.at} ${line.where}: ${clean(line.says)}`] : []
  })
  return notes.length === 0 ? [] : ['', ...notes.flatMap((note) => wrap(note, width, 'note '))]
}

/** Runs that are steps of this one. */
async function childLines({runs, claims}: Stores, run: string, width: number): Promise<string[]> {
  const children = await childrenOf(runs, run)
  const live = await claims.live()
  const summaries = await Promise.all(children.map((child) => summarize(runs, child, live, children)))
  if (summaries.length === 0) return []
  return [
    '',
    'Runs of its steps:',
    ...summaries.flatMap(({run: id, step, state, runbook, subject}) =>
      wrap(`step ${step}, ${state}: ${runbook.replaceAll('.', ' ')} ${clean(subject)}`, width, `  ${id}  `),
    ),
  ]
}

function nextLines(commands: readonly string[]): string[] {
  return commands.length === 0 ? [] : ['', 'Next:', ...commands.map((command) => `  ${command}`)]
}
