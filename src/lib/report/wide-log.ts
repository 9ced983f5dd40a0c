import type {Event} from '../engine/event.js'
import {clean} from '../text/clean.js'
import type {Progress} from './progress.js'
import {countsText} from './states.js'

/** Between two lines about one wave. */
const EVERY_MS = 5000

/** Lines of a run with too many steps for a line each. */
export interface WideLog {
  /** What is to be said before this event, and whether the event itself gets a line. */
  before(event: Event, progress: Progress, now: number): {lines: string[]; itself: boolean}
}

/** A line when a wave begins and one when it has ended; between them how far it is, every few seconds at most. */
export function wideLog(): WideLog {
  let open: string | undefined
  let saidAt = 0
  const counts = (stage: string, {stages, running, troubles}: Progress, over: boolean) => {
    const one = stages.find(({id}) => id === stage)
    if (!one) return []
    const [worst] = over ? [] : troubles.largest(1)
    const parts = [
      `${one.ended} of ${one.steps}`,
      countsText(one.counts),
      over ? '' : `in flight ${running.size}`,
      worst ? clean(`most: ${worst.what} ${worst.count}`) : '',
    ].filter((part) => part !== '')
    return [`stage ${clean(stage)}${over ? ' ended' : ''}: ${parts.join(', ')}`]
  }
  return {
    before(event, progress, now) {
      switch (event.type) {
        case 'stage':
        case 'soak':
        case 'interrupted':
        case 'outcome': {
          const lines = open === undefined ? [] : counts(open, progress, true)
          open = event.type === 'stage' ? event.stage : undefined
          saidAt = now
          return {lines, itself: true}
        }
        case 'start':
        case 'saw':
        case 'end':
          if (open === undefined || now - saidAt < EVERY_MS) return {lines: [], itself: false}
          saidAt = now
          return {lines: counts(open, progress, false), itself: false}
        default:
          return {lines: [], itself: true}
      }
    },
  }
}
