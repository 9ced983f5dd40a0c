import type {Document} from './document.js'
import {fill, fillWord} from './fill.js'
import type {Problem} from './problem.js'
import type {Word} from './split.js'
import type {Values} from './variable.js'

/** One command of a document: one step of its run. */
export interface BookCommand {
  /** Its number in the document, from 1. */
  id: string
  words: Word[]
  argv: string[]
  /** To show and to paste: `redeye haproxy drain app/s2`. */
  says: string
}

/** Every command in order, with its variables filled in as far as they have values. */
export function commandsOf(
  {parts}: Document,
  values: Values,
): {commands: BookCommand[]; problems: Problem[]} {
  const problems: Problem[] = []
  const blocks = parts.flatMap((part) => (part.kind === 'block' ? part.commands : []))
  const commands = blocks.map((words, at) => {
    const argv = words.map((word) => {
      const filled = fillWord(word, values)
      if ('text' in filled) return filled.text
      problems.push(filled.problem)
      return fill(word.text, values)
    })
    return {id: String(at + 1), words, argv, says: ['redeye', ...argv].map(pasteable).join(' ')}
  })
  return {commands, problems}
}

/** As a shell takes it for one word. */
export function pasteable(word: string): string {
  return /^[\w@%+=:,./~{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
