import type {Event} from '../engine/event.js'
import type {StepResult} from '../engine/state.js'
import {clean} from '../text/clean.js'
import {duration} from './duration.js'
import {isWide} from './live-area.js'
import {mask} from './mask.js'
import {type Paint, stateColour} from './paint.js'
import {renderPlan} from './plan.js'
import {type Progress, placeOf} from './progress.js'
import {isBad} from './states.js'

/** In a wide stage, failures of one kind that get a line of their own; the others are counted in the area. */
const OF_A_KIND = 3

/** The lines that an event leaves above the pinned area; `columns` is for the plan only, the terminal wraps the rest. */
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
        return [colours.bold(clean(event.says))]
      case 'end':
        return worthALine(event.result, progress, kinds)
          ? ended(event.result, event.undo, placeOf(progress, event.result.step), colours)
          : []
      case 'note':
        return [`note: ${clean(event.says)}`]
      case 'interrupted':
        return [colours.yellow(`interrupted: ${clean(event.says)}`)]
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

function ended({state, says, saw, ms}: StepResult, undo: boolean, place: string, colours: Paint): string[] {
  const what = `${place} ${undo && state !== 'undone' ? 'undo: ' : ''}${clean(says)}`
  const seen = clean(saw)
  const word = stateColour(colours, state)(state.padEnd(9))
  if (isBad(state))
    return [`${word} ${what} (${duration(ms)})`, ...(seen === '' ? [] : [`          ${seen}`])]
  return [`${word} ${what}${seen === '' ? '' : `: ${seen}`} (${duration(ms)})`]
}
