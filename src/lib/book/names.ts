import {suggest} from '../inventory/suggest.js'
import type {Document} from './document.js'
import {namesIn} from './fill.js'
import type {Problem} from './problem.js'

/** Variables that nobody has declared, and those that nobody uses. @param text of the whole document */
export function nameProblems({front, parts}: Document, text: string): Problem[] {
  const known = Object.keys(front.variables)
  const words = parts.flatMap((part) => (part.kind === 'block' ? part.commands.flat() : []))
  const unknown = words.flatMap(({text: word, line, column}) => [
    ...namesIn(word)
      .filter(({name}) => !known.includes(name))
      .map(({name}) => ({line, column, message: unknownVariable(name, known)})),
    ...(/\{\{/.test(word.replace(/\{\{\s*[A-Za-z][\w-]*\s*\}\}/g, ''))
      ? [{line, column, message: `${word}: a variable is written {{name}}`}]
      : []),
  ])
  const used = new Set(namesIn(text).map(({name}) => name))
  const unused = known
    .filter((name) => !used.has(name))
    .map((name) => ({line: 1, column: 1, ...front.places[name], message: `variable ${name} is not used`}))
  return [...unknown, ...unused]
}

function unknownVariable(name: string, known: readonly string[]): string {
  const near = suggest(name, known)
  const advice = near
    ? `did you mean ${near}?`
    : known.length > 0
      ? `there are ${known.join(', ')}`
      : 'declare it under vars'
  return `there is no variable ${name}; ${advice}`
}
