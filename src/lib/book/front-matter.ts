import {parseSource, type Source} from '../inventory/source.js'
import {suggest} from '../inventory/suggest.js'
import type {Problem} from './problem.js'
import {notAValue} from './value.js'
import {frontMatter, type Variables} from './variable.js'

export interface FrontMatter {
  title: string | undefined
  variables: Variables
  /** Where each variable is declared. */
  places: {[name: string]: Pick<Problem, 'line' | 'column'>}
  problems: Problem[]
}

export const NO_FRONT_MATTER: FrontMatter = {title: undefined, variables: {}, places: {}, problems: []}
/** The line with `---` stands before what yaml sees. */
const OFFSET = 1

/** The lines between `---` and `---` at the very start, where there are such. */
export function cutFrontMatter(lines: readonly string[]): readonly string[] | undefined {
  if (lines[0]?.trimEnd() !== '---') return undefined
  const end = lines.findIndex((line, at) => at > 0 && line.trimEnd() === '---')
  return end < 0 ? undefined : lines.slice(1, end)
}

export function parseFrontMatter(lines: readonly string[]): FrontMatter {
  const source = parseSource(lines.join('\n'))
  const broken = source.document.errors.map(({pos, message}) =>
    at(source, pos[0], `not valid YAML: ${message}`),
  )
  if (broken.length > 0) return {...NO_FRONT_MATTER, problems: broken}
  const input: unknown = source.document.toJS({maxAliasCount: 0}) ?? {}
  const checked = frontMatter.safeParse(input)
  if (!checked.success)
    return {
      ...NO_FRONT_MATTER,
      problems: checked.error.issues.flatMap((issue) => issueProblems(source, issue)),
    }
  const {title, vars = {}} = checked.data
  const places = Object.keys(vars).map(
    (name) => [name, at(source, source.keyAt(['vars', name]), '')] as const,
  )
  return {title, variables: vars, places: Object.fromEntries(places), problems: unfitValues(source, vars)}
}

/** A default or an example that is no value. */
function unfitValues(source: Source, variables: Variables): Problem[] {
  return Object.entries(variables).flatMap(([name, variable]) =>
    (['default', 'example'] as const).flatMap((key) => {
      const value = variable[key]
      const why = value === undefined ? undefined : notAValue(variable, String(value))
      return why === undefined
        ? []
        : [at(source, source.valueAt(['vars', name, key]), `${name}: ${key} ${value}: ${why}`)]
    }),
  )
}

type Issue = NonNullable<ReturnType<typeof frontMatter.safeParse>['error']>['issues'][number]

function issueProblems(source: Source, issue: Issue): Problem[] {
  const {path} = issue
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const near = suggest(key, KEYS)
      return at(
        source,
        source.keyAt([...path, key]),
        `unknown key ${key}${near ? `; did you mean ${near}?` : ''}`,
      )
    })
  if (issue.code === 'invalid_union' && path.at(-1) === 'type')
    return [at(source, source.valueAt(path), `type must be one of ${TYPES.join(', ')}`)]
  const place = issue.code === 'invalid_key' ? source.keyAt(path) : source.valueAt(path)
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  return [at(source, place, `${path.map(String).join('.')}: ${message}`)]
}

const TYPES = ['string', 'integer', 'duration', 'boolean', 'choice', 'target']
const KEYS = ['type', 'ask', 'default', 'example', 'pattern', 'min', 'max', 'options', 'system']

function at(source: Source, offset: number, message: string): Problem {
  const {line, column} = source.problem(offset, [], message)
  return {line: line + OFFSET, column, message: message.replace(/\n[\s\S]*/, '')}
}
