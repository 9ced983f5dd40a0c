import type {Event} from '../engine/event.js'
import type {StepResult} from '../engine/state.js'
import {duration} from './duration.js'

import {mask} from './mask.js'
import {type Paint, stateColour} from './paint.js'
import {renderPlan} from './plan.js'
import {isWide, type Progress, placeOf} from './progress.js'
import {isBad} from './states.js'
import {wrap} from './wrap.js'

/** In a wide stage, failures of one kind that get a line of their own; the others are counted in the area. */
const OF_A_KIND = 3

/** The lines that an event leaves above the pinned area, of at most `columns` cells. */
export type LiveLog = (event: Event, progress: Progress, columns: number) => string[]

export function liveLog(colours: Paint): LiveLog {
  const kinds = new Map<string, number>()
  return (event, progress, columns) => {
    switch (event.type) {
      case 'plan':
        return ['', ...renderPlan(event, columns, colours), '']
      case 'run':
        return [`run ${event.run}`]
      case 'stage':
        return wrap(event.says, columns).map((line) => colours.bold(line))
      case 'end':
        return worthALine(event.result, progress, kinds)
          ? ended(event.result, event.undo, placeOf(progress, event.result.step), columns, colours)
          : []
      case 'note':
        return wrap(event.says, columns, 'note: ')
      case 'interrupted':
        return wrap(event.says, columns, '! ').map((line) => colours.yellow(line))
      default:
        return []
    }
  }
}

function worthALine(result: StepResult, progress: Progress, kinds: Map<string, number>): boolean {
  if (!isWide(progress)) return true
  if (!isBad(result.state)) return false
  const kind = `${result.state} ${result.class ?? ''} ${mask(result.saw)}`
  const seen = (kinds.get(kind) ?? 0) + 1
  kinds.set(kind, seen)
  return seen <= OF_A_KIND
}

function ended(
  {state, says, saw, ms}: StepResult,
  undo: boolean,
  place: string,
  columns: number,
  colours: Paint,
): string[] {
  const what = `${place} ${undo && state !== 'undone' ? 'undo: ' : ''}${says}`
  const text = isBad(state) || saw === '' ? what : `${what}: ${saw}`
  const lead = `${state.padEnd(9)} `
  const [first = '', ...more] = wrap(`${text} (${duration(ms)})`, columns, lead)
  const painted = stateColour(colours, state)(first.slice(0, lead.length)) + first.slice(lead.length)
  return [
    painted,
    ...more,
    ...(isBad(state) && saw !== '' ? wrap(saw, columns, ' '.repeat(lead.length)) : []),
  ]
}
