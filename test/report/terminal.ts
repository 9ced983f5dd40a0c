import {displayWidth} from '../../src/lib/report/width.js'

interface Row {
  cells: string[]
  /** The next row continues this one: it was cut by the terminal's width, not by a line break. */
  wraps: boolean
}

/** As much of a terminal as a renderer may use. Throws on any control it does not know. */
export class Terminal {
  cursorShown = true
  /** All text written, for counting. */
  readonly writes: string[] = []
  #rows: Row[] = [{cells: [], wraps: false}]
  #top = 0
  #x = 0
  #y = 0
  #listeners = new Set<() => void>()

  constructor(
    public columns: number,
    public height: number,
  ) {}

  write(text: string): void {
    this.writes.push(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is made of them
    for (const [token] of text.matchAll(/\x1b\[\??[\d;]*[A-Za-z]|\x1b[^[]|[\x00-\x1f]|./gsu))
      this.#take(token)
  }

  onResize(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => this.#listeners.delete(changed)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Re-flows wrapped lines as tmux, VTE and kitty do, then tells the program. */
  resize(columns: number, height: number): void {
    this.#reflow(columns)
    this.columns = columns
    this.height = height
    if (this.#y - this.#top >= height) this.#top = this.#y - height + 1
    this.#top = Math.min(this.#top, this.#y)
    for (const changed of this.#listeners) changed()
  }

  /** The visible rows, without trailing blanks and without blank rows at the end. */
  screen(): string[] {
    return trimmed(this.#rows.slice(this.#top, this.#top + this.height))
  }

  /** The screen and all that has scrolled off above it. */
  everything(): string[] {
    return trimmed(this.#rows)
  }

  #take(token: string): void {
    if (token === '\r') this.#x = 0
    else if (token === '\n') this.#lineFeed()
    else if (token.startsWith('\x1b[')) this.#control(token)
    else if (token < ' ' || token === '\x1b') throw new Error(`unknown control ${JSON.stringify(token)}`)
    else this.#print(token)
  }

  /** The line discipline makes CR LF of it. */
  #lineFeed(): void {
    this.#x = 0
    this.#down()
  }

  #down(): void {
    this.#y += 1
    if (this.#y === this.#rows.length) this.#rows.push({cells: [], wraps: false})
    if (this.#y - this.#top >= this.height) this.#top += 1
  }

  #print(character: string): void {
    const width = displayWidth(character)
    if (this.#x + width > this.columns) {
      this.#row().wraps = true
      this.#x = 0
      this.#down()
    }
    const {cells} = this.#row()
    while (cells.length < this.#x) cells.push(' ')
    if (width === 0) cells[this.#x - 1] += character
    else cells.splice(this.#x, width, character, ...(width === 2 ? [''] : []))
    this.#x += width
  }

  #control(token: string): void {
    const count = Number(token.slice(2, -1)) || 1
    if (token === '\x1b[?25l') this.cursorShown = false
    else if (token === '\x1b[?25h') this.cursorShown = true
    else if (token.endsWith('A')) this.#y = Math.max(this.#top, this.#y - count)
    else if (token === '\x1b[J') this.#eraseBelow()
    else if (token === '\x1b[2K') this.#row().cells = []
    else if (!token.endsWith('m')) throw new Error(`unknown control ${JSON.stringify(token)}`)
  }

  #eraseBelow(): void {
    this.#row().cells.length = Math.min(this.#x, this.#row().cells.length)
    this.#row().wraps = false
    this.#rows.length = this.#y + 1
  }

  #row(): Row {
    const row = this.#rows[this.#y]
    if (!row) throw new Error('the cursor is outside the screen')
    return row
  }

  #reflow(columns: number): void {
    const flowed: Row[] = []
    let cursor = {x: this.#x, y: 0}
    let line: string[] = []
    for (const [y, row] of this.#rows.entries()) {
      const at = line.length + this.#x
      if (y === this.#y) cursor = {x: at % columns, y: flowed.length + Math.floor(at / columns)}
      line.push(...row.cells)
      if (row.wraps) continue
      for (let from = 0; from === 0 || from < line.length; from += columns)
        flowed.push({cells: line.slice(from, from + columns), wraps: from + columns < line.length})
      line = []
    }
    this.#rows = flowed
    this.#x = cursor.x
    this.#y = cursor.y
    this.#top = Math.max(0, this.#y - this.height + 1)
  }
}

function trimmed(rows: Row[]): string[] {
  const lines = rows.map(({cells}) => cells.join('').trimEnd())
  while (lines.at(-1) === '') lines.pop()
  return lines
}
