import type {z} from 'zod'
import {inventoryJsonSchema} from './json-schema.js'
import {knownKeys} from './known-keys.js'
import type {Problem} from './problem.js'
import type {Source} from './source.js'
import {suggest} from './suggest.js'

type Issue = z.core.$ZodIssue

/** What zod found, in words for people and with its place in the file. */
export function issueProblems(source: Source, issues: readonly Issue[], input: unknown): Problem[] {
  if (issues.length === 0) return []
  const schema = inventoryJsonSchema()
  return issues.flatMap(flatten).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return unknownKeys(source, issue.path, issue.keys, knownKeys(schema, issue.path))
    const {path} = issue
    const [at, message] =
      issue.code === 'invalid_key'
        ? [source.keyAt(path), issue.issues[0]?.message ?? issue.message]
        : [placeOf(source, path, input), wording(issue, valueAt(input, path))]
    return [source.problem(at, path, message)]
  })
}

/** Of a choice that nothing fits, the problems of the one alternative that has the right kind of value, or else all of its keys. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const alternatives: Issue[][] = issue.errors
  const meant = alternatives.filter(
    (some) => !some.some((one) => one.path.length === 0 && one.code === 'invalid_type'),
  )
  const known = meant.filter(
    (some) => !some.some((one) => one.path.length === 0 && one.code === 'unrecognized_keys'),
  )
  const [only, ...more] = meant.length === 1 ? meant : known
  if (!only || more.length > 0) return [issue]
  return only.flatMap((inner) => flatten({...inner, path: [...issue.path, ...inner.path]}))
}

function unknownKeys(
  source: Source,
  path: readonly PropertyKey[],
  keys: readonly string[],
  known: readonly string[],
): Problem[] {
  return keys.map((key) => {
    const meant = suggest(key, known)
    const advice = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`
    return source.problem(source.keyAt([...path, key]), [...path, key], `unknown key; ${advice}`)
  })
}

/** Something missing is shown where it should be: at the start of what should have it. */
function placeOf(source: Source, path: readonly PropertyKey[], input: unknown): number {
  return valueAt(input, path) === undefined ? source.valueAt(path.slice(0, -1)) : source.valueAt(path)
}

function wording(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_type') {
    const wanted = KINDS[issue.expected] ?? issue.expected
    return value === undefined ? `missing; expected ${wanted}` : `expected ${wanted}, found ${kindOf(value)}`
  }
  if (issue.code === 'too_small' && issue.origin === 'number') return `expected at least ${issue.minimum}`
  if (issue.code === 'too_big' && issue.origin === 'number') return `expected at most ${issue.maximum}`
  if (issue.code === 'invalid_union' && issue.message === 'Invalid input') return unfit(issue.errors, value)
  if (issue.code === 'too_small' && issue.message.startsWith('Too small')) return 'must not be empty'
  return issue.message
}

function unfit(alternatives: readonly Issue[][], value: unknown): string {
  const wanted = alternatives.flatMap(([first]) =>
    first?.code === 'invalid_type' ? [KINDS[first.expected] ?? first.expected] : [],
  )
  return `expected ${wanted.join(' or ')}, found ${kindOf(value)}`
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return KINDS[typeof value] ?? typeof value
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    input,
  )
}
