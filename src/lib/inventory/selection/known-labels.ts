import {suggestions} from '../suggest.js'
import {type Expression, type Term, terms} from './expression.js'
import {type Labels, segments, valueTest} from './match.js'
import {SelectionError} from './selection-error.js'

/** The values of every label, as far as the expressions ask for them. */
export type KnownLabels = ReadonlyMap<string, ReadonlySet<string>>

export function knownLabels(all: readonly Labels[]): KnownLabels {
  const known = new Map<string, Set<string>>()
  for (const labels of all)
    for (const label in labels) {
      const value = labels[label]
      if (value === undefined) continue
      const values = known.get(label)
      if (values) values.add(value)
      else known.set(label, new Set([value]))
    }
  return known
}

/**
 * A label that no host has, or a value that no host has, is a slip of the pen: it must not read as nobody, and negated it
 * must not read as everybody.
 * @throws SelectionError naming the nearest known ones
 */
export function mustBeKnown(expression: Expression, text: string, known: KnownLabels): void {
  for (const term of terms(expression)) {
    const values = known.get(term.label)
    if (!values)
      throw new SelectionError(
        `no host has the label ${term.label}${nearest(term.label, known.keys())}`,
        text,
        term.at,
      )
    const missing = missingValue(term, values)
    if (missing !== undefined)
      throw new SelectionError(`${missing}${nearest(wantedOf(term), values)}`, text, term.at)
  }
}

function missingValue(term: Term, values: ReadonlySet<string>): string | undefined {
  if (term.kind === 'in') {
    const absent = term.values.find((value) => !values.has(value))
    return absent === undefined ? undefined : `no host has ${term.label}=${absent}`
  }
  const test = valueTest(term)
  for (const value of values) if (test(value)) return undefined
  switch (term.kind) {
    case 'is':
      return `no host has ${term.label}=${term.value}`
    case 'like':
      return `no host has a ${term.label} like ${term.glob}`
    case 'order':
      return segments(term.value)
        ? `no host has ${term.label}${term.sign}${term.value}`
        : `${term.value} is no number or version`
  }
}

function wantedOf(term: Term): string {
  if (term.kind === 'in') return term.values.join(' ')
  return term.kind === 'like' ? term.glob.replaceAll(/[*?]/g, '') : term.value
}

/** At most a handful, so that a label with 30,000 values does not fill the screen. */
function nearest(wanted: string, known: Iterable<string>): string {
  const all = [...known]
  const near = suggestions(wanted, all)
  if (near.length > 0) return ` (did you mean ${near.join(' or ')}?)`
  return all.length <= 8 ? ` (there are ${all.sort().join(', ')})` : ` (there are ${all.length} others)`
}
