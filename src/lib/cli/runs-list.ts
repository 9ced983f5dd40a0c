import type {Column, Table} from '../engine/runbook.js'
import {NoSuchRun, type Recorded} from '../journal/store.js'
import {renderTable} from '../report/table.js'
import {clean} from '../text/clean.js'
import type {Environment} from './environment.js'
import {type RunSummary, summarize} from './run-summary.js'
import {widthOf} from './screen.js'
import {stores} from './stores.js'

export const UNFINISHED = ['running', 'killed', 'interrupted', 'partial', 'undo-failed', 'tolerated']

export async function listRuns(
  flags: {unfinished: boolean; limit: number},
  at: Environment,
): Promise<{lines: string[]; json: RunSummary[]}> {
  const {runs, claims} = await stores(at)
  const live = await claims.live()
  const recorded: Recorded[] = []
  const damaged: string[] = []
  for (const run of await runs.ids()) {
    await runs.read(run).then(
      (one) => recorded.push(one),
      (error: Error) =>
        damaged.push(
          error instanceof NoSuchRun
            ? `! run ${run} was killed before it had a plan; nothing was changed`
            : `! ${error.message}`,
        ),
    )
  }
  recorded.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1))
  const all = await Promise.all(recorded.map((one) => summarize(runs, one, live, recorded)))
  const wanted = all.filter(
    (one) => !flags.unfinished || (UNFINISHED.includes(one.state) && one.undoneBy === ''),
  )
  const shown = underParents(wanted.reverse(), flags.limit)
  const width = widthOf(process.stdout)
  if (shown.length === 0)
    return {lines: [...damaged, flags.unfinished ? 'no unfinished run' : 'no run yet'], json: shown}
  return {lines: [...damaged, ...renderTable(table(shown, width), width)], json: shown}
}

/** Steps stand under the run that they are steps of, in their order; the limit does not count them. */
function underParents(newestFirst: readonly RunSummary[], limit: number): RunSummary[] {
  const known = new Set(newestFirst.map(({run}) => run))
  const stepsOf = (run: string) => newestFirst.filter(({parent}) => parent === run).toReversed()
  return newestFirst
    .filter(({parent}) => !known.has(parent))
    .slice(0, limit)
    .flatMap((one) => [one, ...stepsOf(one.run).flatMap((step) => [step, ...stepsOf(step.run)])])
}

/** Ids order runs by the second; their journals tell which of one second was first. */
function startOf({plan, lines}: Recorded): string {
  return lines[0]?.at ?? plan.madeAt
}

/** On a narrow screen what a run did matters more than who started it and why. */
function table(shown: readonly RunSummary[], width: number): Table {
  const roomy = width >= 76
  const who: Column[] = [
    {name: 'by', shrink: true},
    {name: 'reason', shrink: true},
  ]
  return {
    columns: [{name: 'run'}, {name: 'state'}, {name: 'what', shrink: true}, ...(roomy ? who : [])],
    rows: shown.map((one) => [
      one.run,
      one.undoneBy ? `${one.state}, undone` : one.state,
      clean(`${one.step && `${one.step}: `}${one.runbook.replaceAll('.', ' ')} ${one.subject}`),
      ...(roomy ? [clean(one.by), clean(one.reason)] : []),
    ]),
  }
}
