import type {Expression, Term} from './expression.js'

export type Labels = Readonly<Record<string, string>>

/**
 * The expression as a function, made once for many hosts. A host without a label fits no comparison of it, and so fits
 * every negated one.
 */
export function matcher(expression: Expression): (labels: Labels) => boolean {
  switch (expression.kind) {
    case 'and': {
      const parts = expression.parts.map(matcher)
      return (labels) => parts.every((part) => part(labels))
    }
    case 'or': {
      const parts = expression.parts.map(matcher)
      return (labels) => parts.some((part) => part(labels))
    }
    case 'not': {
      const part = matcher(expression.part)
      return (labels) => !part(labels)
    }
    default:
      return comparer(expression)
  }
}

function comparer(term: Term): (labels: Labels) => boolean {
  const test = valueTest(term)
  return (labels) => {
    const value = labels[term.label]
    return value !== undefined && test(value)
  }
}

/** Whether one value of the label fits. */
export function valueTest(term: Term): (value: string) => boolean {
  switch (term.kind) {
    case 'is':
      return (value) => value === term.value
    case 'in': {
      const values = new Set(term.values)
      return (value) => values.has(value)
    }
    case 'like': {
      const pattern = globPattern(term.glob)
      return (value) => pattern.test(value)
    }
    case 'order': {
      const wanted = segments(term.value)
      return (value) => {
        const seen = segments(value)
        return seen !== undefined && wanted !== undefined && fits(term.sign, compare(seen, wanted))
      }
    }
  }
}

/** `*` is any text, `?` one character; without either the text may stand anywhere. */
function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return /[*?]/.test(glob) ? new RegExp(`^${source}$`, 's') : new RegExp(source, 's')
}

/** `1.10.2` as numbers; `v1.2` likewise. Anything else has no order. */
export function segments(text: string): number[] | undefined {
  if (!/^v?-?\d+(\.\d+)*$/.test(text)) return undefined
  return text.replace(/^v/, '').split('.').map(Number)
}

/** A missing segment is 0: 1.2 equals 1.2.0. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function fits(sign: '<' | '<=' | '>' | '>=', difference: number): boolean {
  if (difference === 0) return sign === '<=' || sign === '>='
  return difference < 0 ? sign.startsWith('<') : sign.startsWith('>')
}
