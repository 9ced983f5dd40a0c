import type {Outcome} from '../../engine/outcome.js'
import {renderOutcome} from '../../report/outcome.js'
import {paint} from '../../report/paint.js'
import {type WatchView, watchScreen} from '../../report/watch-screen.js'
import {realClock} from '../clock.js'
import type {Environment} from '../environment.js'
import {finish} from '../finish.js'
import {hasColour, screenOf, widthOf} from '../screen.js'
import {secrets} from '../secrets.js'
import {flips} from './flips.js'
import type {Round} from './round.js'
import {waitingText} from './status-line.js'

/**
 * Asks until somebody stops it, and ends as the last full round did. On a terminal there is one screen that is redrawn, in a pipe
 * one table a round.
 */
export async function watch(
  round: Round,
  count: number,
  everyMs: number,
  at: Environment,
  stop: AbortSignal,
): Promise<void> {
  const {stdout} = process
  const nobodyReads = new AbortController()
  stdout.on('error', () => nobodyReads.abort())
  const ending = AbortSignal.any([stop, nobodyReads.signal])
  const live = stdout.isTTY === true && at.env.TERM !== 'dumb'
  const view = live
    ? watchScreen({...screenOf(stdout, at.env), write: (text) => void stdout.write(secrets.redact(text))})
    : pipeView(at)
  let last: Outcome | undefined
  let ended: Outcome | undefined
  try {
    for (let number = 1; !ending.aborted; number += 1) {
      const began = realClock.now()
      const outcome = await round((waitingFor) =>
        view.status(`round ${number}: ${waitingText(waitingFor, count)}`),
      )
      ended = outcome
      if (ending.aborted) break
      const shown = secrets.redactAll(outcome)
      view.show(shown, last ? flips(secrets.redactAll(last), shown) : [], began)
      last = outcome
      view.pause(began + everyMs)
      await realClock.sleep(began + everyMs - realClock.now(), ending)
    }
  } finally {
    view.close()
  }
  // What a terminal showed is gone with its screen; a pipe has every table already.
  const final = last ?? ended
  if (final) finish(live || !last ? final : {...final, targets: [], because: [], next: []}, false)
}

/** One table a round, with its time. */
function pipeView({env}: Environment): WatchView {
  const {stdout} = process
  return {
    status() {},
    pause() {},
    close() {},
    show(outcome, flipped, atMs) {
      const width = widthOf(stdout)
      const lines = renderOutcome(outcome, width, paint(hasColour(stdout, env)))
      const head = `== ${new Date(atMs).toISOString()}`
      stdout.write(secrets.redact(`${[head, ...flipped, ...lines, ''].join('\n')}\n`))
    },
  }
}
