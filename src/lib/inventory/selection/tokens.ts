import {SelectionError} from './selection-error.js'

export type Token = {at: number} & (
  | {kind: 'word'; text: string; quoted: boolean}
  | {kind: 'sign'; text: Sign}
  | {kind: 'end'}
)
export type Sign = '=' | '!=' | '~' | '!~' | '<=' | '>=' | '<' | '>' | '(' | ')' | ','

const TOKEN =
  /\s*(?:(?<sign>!=|!~|<=|>=|[=~<>(),])|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<word>[^\s"'=!~<>(),]+))/y

/** Words may be quoted, to hold spaces and signs; there are no escapes. @throws SelectionError */
export function tokens(text: string): Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  for (let from = 0; text.slice(from).trim() !== ''; from = TOKEN.lastIndex) {
    TOKEN.lastIndex = from
    const match = TOKEN.exec(text)
    const at = from + (text.slice(from).length - text.slice(from).trimStart().length)
    if (!match?.groups) throw new SelectionError(unreadable(text.slice(at)), text, at)
    const {sign, double, single, word} = match.groups
    const quotedText = double ?? single
    if (sign !== undefined) found.push({kind: 'sign', text: sign as Sign, at})
    else found.push({kind: 'word', text: quotedText ?? word ?? '', quoted: quotedText !== undefined, at})
  }
  return [...found, {kind: 'end', at: text.length}]
}

function unreadable(rest: string): string {
  if (rest.startsWith('"') || rest.startsWith("'")) return `the quote ${rest[0]} is not closed`
  return `${rest[0]} is no sign here; write !=, !~ or not`
}
