import {
  Alias,
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml'
import {type Problem, pathText} from './problem.js'
import {SECRET_HINT} from './secret.js'

/** The text of an inventory with what is needed to point into it. */
export interface Source {
  document: Document.Parsed
  /** @param at offset in the text */
  problem(at: number, path: readonly PropertyKey[], message: string): Problem
  /** Offset of a key (or list item), or of the value, at this path; of the nearest there is. */
  keyAt(path: readonly PropertyKey[]): number
  valueAt(path: readonly PropertyKey[]): number
}

/** What stands behind such keys is not repeated in messages, unless it is a reference. */
const SECRET_VALUE =
  /(["']?[\w.-]*(?:pass|secret|token|credential|private|webhook)[\w.-]*["']?\s*:\s*)(?![{\s]).+$/i
const ANY_VALUE = /(:\s+).+$/
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu
const WIDEST = 100

/** Parses without yaml's own check for duplicate keys, which takes time quadratic in the keys of a map. */
export function parseSource(text: string): Source {
  const counter = new LineCounter()
  const document = parseDocument(text, {lineCounter: counter, uniqueKeys: false, prettyErrors: false})
  const lines = text.split(/\r?\n/)
  return {
    document,
    problem(at, path, message) {
      const {line, col} = counter.linePos(Math.min(at, text.length))
      const secret = message === SECRET_HINT ? ANY_VALUE : SECRET_VALUE
      const shown = (lines[line - 1] ?? '').replace(secret, '$1***')
      const excerpt = excerptOf(shown, line, col)
      return {line, column: col, path: pathText(path), message, excerpt}
    },
    keyAt: (path) => locate(document, path).key,
    valueAt: (path) => locate(document, path).value,
  }
}

function excerptOf(line: string, number: number, column: number): string[] {
  const shown = line.replace(INVISIBLE, '·')
  const from = column > WIDEST ? column - WIDEST / 2 : 0
  const margin = ' '.repeat(String(number).length)
  return [
    `  ${number} | ${shown.slice(from, from + WIDEST)}`,
    `  ${margin} | ${' '.repeat(Math.max(0, column - 1 - from))}^`,
  ]
}

interface Place {
  key: number
  value: number
}

function locate(document: Document.Parsed, path: readonly PropertyKey[]): Place {
  let node: Node | null | undefined = document.contents
  let place: Place = {key: startOf(node, 0), value: startOf(node, 0)}
  for (const part of path) {
    const target = node instanceof Alias ? node.resolve(document) : node
    const found = child(target, part)
    if (!found) break
    const key = startOf(found.key, place.value)
    place = {key, value: startOf(found.value, key)}
    node = found.value
  }
  return place
}

function child(
  node: Node | null | undefined,
  part: PropertyKey,
): {key: unknown; value: Node | null | undefined} | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)]
    return isNode(item) ? {key: item, value: item} : undefined
  }
  if (!isMap(node)) return undefined
  const pair = pairs(node).get(String(part))
  return pair && {key: pair.key, value: isNode(pair.value) ? pair.value : undefined}
}

const indexes = new WeakMap<object, Map<string, Pair>>()

/** By key; of duplicates the last one, which is the one that counts. */
function pairs(map: {items: Pair[]}): Map<string, Pair> {
  const known = indexes.get(map)
  if (known) return known
  const index = new Map(map.items.filter(isPair).map((pair) => [keyText(pair), pair]))
  indexes.set(map, index)
  return index
}

export function keyText({key}: Pair): string {
  return isScalar(key) ? String(key.value) : String(key)
}

export function startOf(node: unknown, otherwise: number): number {
  return isNode(node) ? (node.range?.[0] ?? otherwise) : otherwise
}
