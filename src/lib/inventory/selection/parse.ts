import type {Expression, Term} from './expression.js'
import {SelectionError} from './selection-error.js'
import {type Sign, type Token, tokens} from './tokens.js'

const ORDER: readonly Sign[] = ['<', '<=', '>', '>=']
const KEYWORDS = ['and', 'or', 'not', 'in']

/**
 * `country=SE and model~pi4* and not site in (a, b)`: `=`, `!=`, `~` and `!~` (globs with * and ?), `in`, `<` `<=` `>` `>=`
 * (numbers and versions); `not` binds tighter than `and`, `and` tighter than `or`.
 * @throws SelectionError
 */
export function parseExpression(text: string): Expression {
  const reader = readerOf(text)
  const expression = anyOf(reader)
  const rest = reader.next()
  if (rest.kind !== 'end') throw reader.wrong(rest, 'expected and, or, or the end')
  return expression
}

interface Reader {
  peek(): Token
  next(): Token
  wrong(token: Token, expected: string): SelectionError
}

function readerOf(text: string): Reader {
  const all = tokens(text)
  const last = all.at(-1) ?? {kind: 'end' as const, at: 0}
  let at = 0
  return {
    peek: () => all[at] ?? last,
    next: () => all[at++] ?? last,
    wrong: (token, expected) =>
      new SelectionError(
        token.kind === 'end' ? `${expected}, and it ends here` : `${expected}, not ${token.text}`,
        text,
        token.at,
      ),
  }
}

function anyOf(reader: Reader): Expression {
  return joined('or', reader, () => joined('and', reader, () => one(reader)))
}

function joined(kind: 'and' | 'or', reader: Reader, part: () => Expression): Expression {
  const parts = [part()]
  while (isKeyword(reader.peek(), kind)) {
    reader.next()
    parts.push(part())
  }
  const [only] = parts
  return only !== undefined && parts.length === 1 ? only : {kind, parts}
}

function one(reader: Reader): Expression {
  if (isKeyword(reader.peek(), 'not')) {
    reader.next()
    return {kind: 'not', part: one(reader)}
  }
  if (isSign(reader.peek(), '(')) {
    reader.next()
    const inner = anyOf(reader)
    const close = reader.next()
    if (!isSign(close, ')')) throw reader.wrong(close, 'expected )')
    return inner
  }
  return comparison(reader)
}

function comparison(reader: Reader): Expression {
  const word = reader.next()
  if (word.kind !== 'word' || (!word.quoted && KEYWORDS.includes(word.text)))
    throw reader.wrong(word, 'expected a label')
  const at = {label: word.text, at: word.at}
  const sign = reader.next()
  if (isKeyword(sign, 'in')) return {...at, kind: 'in', values: list(reader)}
  if (isKeyword(sign, 'not') && isKeyword(reader.peek(), 'in')) {
    reader.next()
    return not({...at, kind: 'in', values: list(reader)})
  }
  if (sign.kind !== 'sign') throw reader.wrong(sign, `expected =, !=, ~, in, < or > after ${word.text}`)
  if (sign.text === '=') return {...at, kind: 'is', value: value(reader)}
  if (sign.text === '!=') return not({...at, kind: 'is', value: value(reader)})
  if (sign.text === '~') return {...at, kind: 'like', glob: value(reader)}
  if (sign.text === '!~') return not({...at, kind: 'like', glob: value(reader)})
  if (ORDER.includes(sign.text))
    return {...at, kind: 'order', sign: sign.text as '<' | '<=' | '>' | '>=', value: value(reader)}
  throw reader.wrong(sign, `expected =, !=, ~, in, < or > after ${word.text}`)
}

function list(reader: Reader): string[] {
  const open = reader.next()
  if (!isSign(open, '(')) throw reader.wrong(open, 'expected (a, b, ...) after in')
  const values = [value(reader)]
  for (;;) {
    const next = reader.next()
    if (isSign(next, ')')) return values
    if (!isSign(next, ',')) throw reader.wrong(next, 'expected , or )')
    values.push(value(reader))
  }
}

function value(reader: Reader): string {
  const token = reader.next()
  if (token.kind !== 'word') throw reader.wrong(token, 'expected a value')
  return token.text
}

function not(part: Term): Expression {
  return {kind: 'not', part}
}

function isKeyword(token: Token, word: string): boolean {
  return token.kind === 'word' && !token.quoted && token.text === word
}

function isSign(token: Token, sign: Sign): boolean {
  return token.kind === 'sign' && token.text === sign
}
