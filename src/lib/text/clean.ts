import {stripVTControlCharacters} from 'node:util'

/** Controls, invisible and bidi formatting characters, lone surrogates; joiners stay, scripts need them. */
const HOSTILE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const SUSPECT = /[^\x20-\x7e]/
/** Characters shown of one text; all of it is in the journal. */
const LIMIT = 4000

/** Text from a peer as one harmless line: colours gone, line breaks as spaces, other control characters visible. */
export function clean(text: string): string {
  const bounded =
    text.length > LIMIT ? `${text.slice(0, LIMIT)}… (${text.length - LIMIT} more characters)` : text
  if (!SUSPECT.test(bounded)) return bounded
  return stripVTControlCharacters(bounded)
    .replace(/[\r\n\t]+/g, ' ')
    .replace(HOSTILE, visible)
    .trim()
}

/** The same, but nothing is dropped: escape sequences and line breaks become visible too, so nobody can forge a line. */
export function printable(text: string): string {
  return text.replace(HOSTILE, (found) => (found === '\n' ? '\\n' : visible(found)))
}

/** `clean`, one entry per line of the text. */
export function cleanLines(text: string): string[] {
  return text.split(/\r?\n/).map(clean)
}

/** JSON text with the hostile characters that JSON itself allows as `\u` escapes: the value stays the same. */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value).replace(HOSTILE, (found) =>
    Array.from({length: found.length}, (_, at) => `\\u${hex(found.charCodeAt(at), 4)}`).join(''),
  )
}

function visible(found: string): string {
  const code = found.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${code.toString(16)}}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
