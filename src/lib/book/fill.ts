import type {Problem} from './problem.js'
import type {Word} from './split.js'
import type {Values} from './variable.js'

const VARIABLE = /\{\{\s*([A-Za-z][\w-]*)\s*\}\}/g

/** Names in the text, with the offset of each. */
export function namesIn(text: string): {name: string; at: number}[] {
  return [...text.matchAll(VARIABLE)].map(({1: name = '', index}) => ({name, at: index}))
}

/** The text with its variables; those without a value stay as they are. */
export function fill(text: string, values: Values): string {
  return text.replace(VARIABLE, (found, name: string) => values[name] ?? found)
}

/** Filled in after the line was split: a value is never more than one word, nor a part of none, nor a flag. */
export function fillWord(word: Word, values: Values): {text: string} | {problem: Problem} {
  const text = fill(word.text, values)
  if (!word.open || !text.startsWith('-')) return {text}
  const {line, column} = word
  return {
    problem: {line, column, message: `${word.text}: a value that begins with - would be taken for a flag`},
  }
}
