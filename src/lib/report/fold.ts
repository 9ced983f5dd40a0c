/** Digit runs longer than this are ids, not counters. */
const DIGITS = 9
const RANGES = 12

/** Some names under one short form: `rpi-[0001-0040,0044]` stands for 41. */
export interface Folded {
  text: string
  names: number
}

interface Template {
  fixed: string[]
  numbers: string[][]
}

/**
 * Names that differ in a number, folded; the others as they are; in order of first appearance. One pass over the
 * names and one sort of the numbers of each pattern. For display only: it is not parsed back.
 */
export function fold(names: readonly string[]): Folded[] {
  return [...templates(names).values()].flatMap(foldTemplate)
}

/** The folded names as one text of at most about `room` characters: `a, b, c … and 37 more`. */
export function foldedText(names: readonly string[], room = 200): string {
  const parts = fold(names)
  const shown: string[] = []
  let used = 0
  let left = names.length
  for (const part of parts) {
    if (shown.length > 0 && used + part.text.length > room) break
    shown.push(part.text)
    used += part.text.length + 2
    left -= part.names
  }
  return shown.join(', ') + (left > 0 ? ` … and ${left} more` : '')
}

function templates(names: readonly string[]): Map<string, Template> {
  const found = new Map<string, Template>()
  for (const name of names) {
    const parts = name.split(/(\d+)/)
    const fixed = parts.filter((_, at) => at % 2 === 0)
    const numbers = parts.filter((_, at) => at % 2 === 1)
    const key = numbers.some((digits) => digits.length > DIGITS) ? name : fixed.join('\0')
    const template = found.get(key)
    if (template) template.numbers.push(numbers)
    else found.set(key, {fixed, numbers: [numbers]})
  }
  return found
}

/** The number that varies most becomes the range; each combination of the others is a part of its own. */
function foldTemplate({fixed, numbers}: Template): Folded[] {
  const place = mostVaried(numbers)
  if (place < 0) return [{text: spell(fixed, numbers[0] ?? []), names: numbers.length}]
  const families = new Map<string, {example: string[]; values: string[]}>()
  for (const one of numbers) {
    const value = one[place] ?? ''
    const key = one.map((digits, at) => (at === place ? '' : digits)).join('.')
    const family = families.get(key)
    if (family) family.values.push(value)
    else families.set(key, {example: one, values: [value]})
  }
  return [...families.values()].flatMap(({example, values}) =>
    padded(values).map((alike) => ({
      text: spell(fixed, example.with(place, ranges(alike))),
      names: alike.values.length,
    })),
  )
}

function mostVaried(numbers: readonly string[][]): number {
  const distinct = (numbers[0] ?? []).map((_, at) => new Set(numbers.map((one) => one[at])).size)
  const most = Math.max(1, ...distinct)
  return most > 1 ? distinct.lastIndexOf(most) : -1
}

interface Alike {
  values: string[]
  /** Digits to show; 0 where numbers are not padded. */
  digits: number
}

/** Where any number has leading zeros, numbers of different length are different names: `08`, `8`. */
function padded(values: string[]): Alike[] {
  if (!values.some((value) => value.length > 1 && value.startsWith('0'))) return [{values, digits: 0}]
  const byLength = new Map<number, string[]>()
  for (const value of values) {
    const alike = byLength.get(value.length)
    if (alike) alike.push(value)
    else byLength.set(value.length, [value])
  }
  return [...byLength].map(([digits, alike]) => ({values: alike, digits}))
}

/** `7`, or `[0001-0040,0044]` with at most a dozen ranges. */
function ranges({values, digits}: Alike): string {
  const sorted = [...new Set(values.map(Number))].sort((a, b) => a - b)
  const spans: Array<{from: number; to: number}> = []
  for (const number of sorted) {
    const last = spans.at(-1)
    if (last && number === last.to + 1) last.to = number
    else spans.push({from: number, to: number})
  }
  const show = (number: number) => String(number).padStart(digits, '0')
  const shown = spans
    .slice(0, RANGES)
    .map(({from, to}) => (from === to ? show(from) : `${show(from)}-${show(to)}`))
    .join(',')
  const hidden = spans.slice(RANGES).reduce((sum, {from, to}) => sum + to - from + 1, 0)
  if (sorted.length === 1) return shown
  return `[${shown}${hidden > 0 ? ` … ${hidden} more` : ''}]`
}

function spell(fixed: readonly string[], numbers: readonly string[]): string {
  return fixed.map((text, at) => text + (numbers[at] ?? '')).join('')
}
