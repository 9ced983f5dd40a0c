import {stripVTControlCharacters} from 'node:util'
import type {Event} from '../engine/event.js'
import {liveArea} from './live-area.js'
import {type LiveLog, liveLog} from './live-log.js'
import {type Paint, paint} from './paint.js'
import {advance, newProgress, type Progress} from './progress.js'
import type {Renderer, Screen} from './renderer.js'
import {displayWidth} from './width.js'

/** Between two redraws; also how late a log line may appear. */
const FRAME_MS = 100
/** Without news, for the clocks in the area. */
const TICK_MS = 1000
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'

/** For a person at a terminal: log lines above, below them a pinned area with what is in flight. */
export function liveRenderer(screen: Screen): Renderer {
  return new Live(screen)
}

class Live implements Renderer {
  readonly #screen: Screen
  readonly #colours: Paint
  readonly #log: LiveLog
  readonly #progress: Progress = newProgress()
  readonly #stopResize: (() => void) | undefined
  #lines: string[] = []
  /** The area on the screen, to be cleared before anything else is written. */
  #drawn: string[] = []
  #drawnAt = Number.NEGATIVE_INFINITY
  #cursorHidden = false
  #state: 'open' | 'paused' | 'closed' = 'open'
  #timer: NodeJS.Timeout | undefined

  constructor(screen: Screen) {
    this.#screen = screen
    this.#colours = paint(screen.colour)
    this.#log = liveLog(this.#colours)
    this.#stopResize = screen.onResize?.(() => this.#resized())
  }

  emit(event: Event): void {
    if (this.#state === 'closed') return
    advance(this.#progress, event, this.#screen.now())
    this.#lines.push(...this.#log(event, this.#progress, this.#columns()))
    if (this.#state === 'open') this.#drawSoon()
  }

  pause(): void {
    if (this.#state !== 'open') return
    this.#leave('paused')
  }

  resume(): void {
    if (this.#state !== 'paused') return
    this.#state = 'open'
    this.#draw()
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#stopResize?.()
    this.#leave('closed')
  }

  #leave(state: 'paused' | 'closed'): void {
    this.#state = state
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#write([])
  }

  #resized(): void {
    if (this.#state === 'open' && this.#drawn.length > 0) this.#drawSoon()
  }

  #drawSoon(): void {
    const waited = this.#screen.now() - this.#drawnAt
    if (waited >= FRAME_MS) this.#draw()
    else this.#drawIn(FRAME_MS - waited)
  }

  #drawIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#draw(), ms)
    this.#timer.unref()
  }

  #draw(): void {
    this.#drawnAt = this.#screen.now()
    const room = {columns: this.#columns(), rows: (this.#screen.rows() || 24) - 2}
    const area = liveArea(this.#progress, room, this.#drawnAt, this.#colours, this.#screen.hint)
    this.#write(area)
    if (area.length > 0) this.#drawIn(TICK_MS)
  }

  /** One less than there are: a full last column makes some terminals wrap. */
  #columns(): number {
    return Math.max(1, (this.#screen.columns() || 80) - 1)
  }

  /** Clears the area, writes the log lines that waited, draws the new area, in one write. */
  #write(area: string[]): void {
    const wasHidden = this.#cursorHidden
    this.#cursorHidden = area.length > 0
    const text = [
      this.#cursorHidden && !wasHidden ? HIDE_CURSOR : '',
      this.#erase(),
      ...[...this.#lines, ...area].map((line) => `${line}\n`),
      wasHidden && !this.#cursorHidden ? SHOW_CURSOR : '',
    ].join('')
    this.#lines = []
    this.#drawn = area
    if (text !== '') this.#screen.write(text)
  }

  /**
   * Terminals re-flow lines when they become narrower: the area may by now take more rows than it has lines. The cursor
   * is below its last line.
   */
  #erase(): string {
    if (this.#drawn.length === 0) return ''
    const columns = this.#screen.columns() || 80
    const rows = this.#drawn
      .map((line) => displayWidth(stripVTControlCharacters(line)))
      .reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0)
    return `\r\x1b[${rows}A\x1b[J`
  }
}
