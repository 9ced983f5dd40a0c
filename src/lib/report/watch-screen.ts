import type {Outcome} from '../engine/outcome.js'
import {clean} from '../text/clean.js'
import {answerLines} from './answers.js'
import {roughly} from './duration.js'
import {type Paint, paint} from './paint.js'
import type {Screen} from './renderer.js'
import {truncate} from './width.js'

/** Shows the rounds of a watch. */
export interface WatchView {
  /** What is going on now. */
  status(text: string): void
  /** A round has ended. @param flipped what answers otherwise than before @param atMs when it began */
  show(outcome: Outcome, flipped: readonly string[], atMs: number): void
  /** Nothing happens until then. */
  pause(untilMs: number): void
  close(): void
}

/** How many changes of the past stay in sight. */
const FLIPS = 5
const TICK_MS = 1000
/** The other screen, as pagers do: what stood on the terminal before comes back. */
const OPEN = '\x1b[?1049h\x1b[?25l'
const CLOSE = '\x1b[?25h\x1b[?1049l'

/** One screen, redrawn and never scrolled: targets that are not well come first. */
export function watchScreen(screen: Screen): WatchView {
  const colours = paint(screen.colour)
  let head = ['redeye check']
  let flips: string[] = []
  let answers: Outcome['targets'] = []
  let foot = () => ''

  const draw = () => {
    const columns = Math.max(1, (screen.columns() || 80) - 1)
    const top = [...head, ...flips].map((line) => truncate(clean(line), columns))
    const room = Math.max(1, (screen.rows() || 24) - top.length - 2)
    const body = cut(answerLines(worstFirst(answers ?? []), columns, colours), room)
    const space = Array(Math.max(0, room - body.length)).fill('')
    const lines = [...top, '', ...body, ...space, footLine(`${foot()}; Ctrl-C ends`, columns, colours)]
    screen.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`)
  }
  screen.write(OPEN)
  const stopResize = screen.onResize?.(draw)
  const timer = setInterval(draw, TICK_MS)
  return {
    status(text) {
      foot = () => text
      draw()
    },
    show(outcome, flipped, atMs) {
      const time = new Date(atMs).toISOString()
      head = [`redeye check at ${time.slice(0, 19)}Z`, outcome.says]
      flips = [...flipped.map((line) => `${time.slice(11, 19)} ${line}`), ...flips].slice(0, FLIPS)
      answers = outcome.targets
      draw()
    },
    pause(untilMs) {
      foot = () => `next round in ${roughly(untilMs - screen.now())}`
      draw()
    },
    close() {
      clearInterval(timer)
      stopResize?.()
      screen.write(CLOSE)
    },
  }
}

function worstFirst(answers: NonNullable<Outcome['targets']>) {
  return answers.toSorted((a, b) => Number(a.answer === 'ok') - Number(b.answer === 'ok'))
}

function cut(lines: readonly string[], room: number): string[] {
  if (lines.length <= room) return [...lines]
  return [...lines.slice(0, room - 1), `... and ${lines.length - room + 1} more lines`]
}

function footLine(text: string, columns: number, colours: Paint): string {
  return colours.dim(truncate(text, columns))
}
