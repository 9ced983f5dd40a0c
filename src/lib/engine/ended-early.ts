import {EarlyEnd} from './early.js'
import type {Ended, Performing} from './performing.js'
import {Locked} from './ports.js'
import {notStarted} from './state.js'

/** An error before the first change, as an ending. @throws what is a bug, or came after the first change */
export function endedEarly(error: unknown, {ids = [], ports, begun}: Performing): Ended {
  if (begun) throw error
  const {results, totals} = notStarted(ids.map((step) => ({step, says: ''})))
  const none = {steps: results, totals}
  if (ports.abort.aborted)
    return {
      verdict: 'declined',
      says: 'stopped before the first change; nothing was changed',
      because: [],
      next: [],
      ...none,
    }
  if (error instanceof EarlyEnd) {
    const {verdict, says, because, next} = error
    return {verdict, says, because, next, ...none}
  }
  if (error instanceof Locked) {
    const because = error.held.map(
      (one) => `${one.thing}: ${one.owner}, run ${one.run}, pid ${one.pid}, since ${one.since}`,
    )
    const next = [...new Set(error.held.map((one) => `redeye runs show ${one.run}`)), 'redeye locks list']
    return {verdict: 'locked', says: `${error.message}; nothing was changed`, because, next, ...none}
  }
  throw error
}
