import type {Event} from '../engine/event.js'
import {renderFindings} from './findings.js'
import type {Paint} from './paint.js'
import {renderStages} from './stages.js'
import {renderTable} from './table.js'
import {wrap} from './wrap.js'

export type PlanEvent = Extract<Event, {type: 'plan'}>

/** The plan for a person, as lines of at most `width` cells: what is there, what the guards say, what would be done. */
export function renderPlan(
  {view, findings, overridden, stages, dryRun}: PlanEvent,
  width: number,
  colours: Paint,
): string[] {
  const banner = dryRun ? [dryRunBanner(width, colours)] : []
  const parts = [
    banner,
    wrap(view.title, width).map((line) => colours.bold(line)),
    ...view.tables
      .filter(({rows}) => rows.length > 0)
      .map((table) => {
        const [heading = '', ...rows] = renderTable(table, width)
        return [colours.dim(heading), ...rows]
      }),
    view.notes.flatMap((note) => wrap(note, width, 'note  ')),
    renderFindings(findings, overridden, width, colours),
    renderStages(stages, width, colours),
    banner,
  ]
  return parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : ['', ...part]))
}

function dryRunBanner(width: number, colours: Paint): string {
  const words = ' DRY RUN: nothing was changed '
  const bar = '='.repeat(Math.max(2, Math.floor((Math.min(width, 80) - words.length) / 2)))
  return colours.yellow.bold(`${bar}${words}${bar}`.slice(0, width))
}
