import {clean} from '../text/clean.js'
import {displayWidth, head} from './width.js'

/** A longer start of the first line does not push the others as far in. */
const DEEPEST = 16

/**
 * Cleaned text as lines of at most `width` cells. `first` starts the first line; the others are indented as far.
 * A word longer than a line is broken, behind a comma where it has one.
 */
export function wrap(text: string, width: number, first = ''): string[] {
  if (displayWidth(first.trimEnd()) > width) return wrap(`${first.trim()} ${text}`, width)
  const indent = ' '.repeat(hanging(first))
  const room = Math.max(1, width - indent.length)
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of clean(text)
    .split(' ')
    .flatMap((long) => pieces(long, room))) {
    const longer = empty ? line + word : `${line} ${word}`
    if (displayWidth(longer) <= width) line = longer
    else {
      if (line.trim() !== '') lines.push(line)
      line = indent + word
    }
    empty = false
  }
  return [...lines, line].map((content) => content.trimEnd())
}

function hanging(first: string): number {
  const width = displayWidth(first)
  return width <= DEEPEST ? width : first.search(/\S|$/) + 2
}

function pieces(word: string, room: number): string[] {
  const parts: string[] = []
  let rest = word
  while (displayWidth(rest) > room) {
    const most = head(rest, room)
    if (most === '') break
    // Folded lists of hosts are long words: a number in two halves would be read as two.
    const comma = most.lastIndexOf(',') + 1
    const part = comma > most.length / 2 ? most.slice(0, comma) : most
    parts.push(part)
    rest = rest.slice(part.length)
  }
  return [...parts, rest]
}
