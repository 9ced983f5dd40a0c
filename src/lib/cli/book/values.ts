import {notAValue} from '../../book/value.js'
import type {Values, Variable} from '../../book/variable.js'
import {EarlyEnd} from '../../engine/early.js'
import {clean} from '../../text/clean.js'
import {ask, type Terminal} from '../ask.js'
import type {Environment} from '../environment.js'
import {targetsOf} from '../inventory.js'
import {UsageError} from '../usage-error.js'
import type {BookSource} from './source.js'

/** `NAME=VALUE` of every `--var`. @throws UsageError */
export function givenValues(texts: readonly string[]): Values {
  const given: Values = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) throw new UsageError(`--var ${text}: write NAME=VALUE`)
    const name = text.slice(0, at)
    if (Object.hasOwn(given, name)) throw new UsageError(`--var ${name} is given twice`)
    given[name] = text.slice(at + 1)
  }
  return given
}

/** What was given, else the default, else what somebody answers. @throws UsageError naming what is missing or no value */
export async function valuesOf(
  {file, document}: BookSource,
  given: Values,
  terminal: Terminal,
  inventory: string | undefined,
  at: Environment,
): Promise<Values> {
  const {variables} = document.front
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(variables, name))
  if (unknown.length > 0)
    throw new UsageError(`${file} has no variable ${unknown.join(', ')}`, [
      `it has ${Object.keys(variables).join(', ') || 'none'}`,
    ])
  const known = withDefaults(variables, given)
  const missing = Object.keys(variables).filter((name) => known[name] === undefined)
  const wrong = await wrongValues(variables, known, inventory, at)
  if (wrong.length > 0)
    throw new UsageError(`${wrong.length === 1 ? 'a value' : 'values'} of ${file} cannot be used`, wrong)
  if (missing.length > 0 && !terminal.interactive)
    throw new UsageError(
      `${file} needs ${missing.join(', ')}, and there is no terminal to ask at`,
      [],
      [`redeye book run ${file} ${missing.map((name) => `--var ${name}=...`).join(' ')}`],
    )
  for (const name of missing)
    known[name] = await askFor(name, variables[name] as Variable, terminal, inventory, at)
  return known
}

export function withDefaults(variables: {[name: string]: Variable}, given: Values, examples = false): Values {
  const entries = Object.entries(variables).flatMap(([name, variable]) => {
    const value = given[name] ?? variable.default ?? (examples ? variable.example : undefined)
    return value === undefined ? [] : [[name, String(value)] as const]
  })
  return Object.fromEntries(entries)
}

/** One line for each value that cannot be used. */
export async function wrongValues(
  variables: {[name: string]: Variable},
  values: Values,
  inventory: string | undefined,
  at: Environment,
): Promise<string[]> {
  const lines: string[] = []
  for (const [name, value] of Object.entries(values)) {
    const why = await problemOf(variables[name] as Variable, value, inventory, at)
    if (why !== undefined) lines.push(`${name} = ${value}: ${why}`)
  }
  return lines
}

async function problemOf(
  variable: Variable,
  value: string,
  inventory: string | undefined,
  at: Environment,
): Promise<string | undefined> {
  const why = notAValue(variable, value)
  if (why !== undefined || variable.type !== 'target') return why
  const {known, source} = await targetsOf(variable.system, inventory, at)
  return known.includes(value)
    ? undefined
    : `${source} has no ${variable.system} target of that name; it has ${known.join(', ') || 'none'}`
}

/** Asks until the answer is a value. @throws EarlyEnd `declined` when there is none */
async function askFor(
  name: string,
  variable: Variable,
  terminal: Terminal,
  inventory: string | undefined,
  at: Environment,
): Promise<string> {
  for (;;) {
    const options = variable.type === 'choice' ? ` (${variable.options.join(', ')})` : ''
    const answer = await ask(terminal, `${clean(variable.ask ?? `Which ${name}?`)}${options} `)
    if (answer === undefined) throw new EarlyEnd('declined', `${name} was not answered; nothing was run`)
    const why = await problemOf(variable, answer, inventory, at)
    if (why === undefined) return answer
    const like = variable.example === undefined ? '' : ` (for instance ${clean(String(variable.example))})`
    terminal.output.write(`${clean(answer)}: ${why}${like}\n`)
  }
}
