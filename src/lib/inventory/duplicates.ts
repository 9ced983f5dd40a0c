import {isMap, isSeq, type Pair} from 'yaml'
import type {Problem} from './problem.js'
import {keyText, type Source, startOf} from './source.js'

/** Keys that a map has more than once, in time linear in the keys. */
export function duplicateKeys(source: Source): Problem[] {
  return search(source, source.document.contents, [])
}

function search(source: Source, node: unknown, path: readonly PropertyKey[]): Problem[] {
  if (isSeq(node)) return node.items.flatMap((item, at) => search(source, item, [...path, at]))
  if (!isMap(node)) return []
  const first = new Map<string, Pair>()
  return node.items.flatMap((pair) => {
    const key = keyText(pair)
    const here = [...path, key]
    const earlier = first.get(key)
    first.set(key, earlier ?? pair)
    const twice = earlier ? [taken(source, here, earlier, pair)] : []
    return [...twice, ...search(source, pair.value, here)]
  })
}

function taken(source: Source, path: readonly PropertyKey[], earlier: Pair, pair: Pair): Problem {
  const {line} = source.problem(startOf(earlier.key, 0), path, '')
  return source.problem(startOf(pair.key, 0), path, `this key is already on line ${line}`)
}
