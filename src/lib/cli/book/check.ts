import type {Config} from '@oclif/core'
import {problemLines} from '../../book/problem.js'
import type {Values} from '../../book/variable.js'
import type {Finding} from '../../engine/runbook.js'
import type {Environment} from '../environment.js'
import {endedEarly, finish} from '../finish.js'
import type {ChangeFlags, CommonFlags} from '../flags.js'
import {UsageError} from '../usage-error.js'
import {planAll, wouldNotGo} from './plans.js'
import {checkedCommands, unfitCommands} from './run.js'
import {type BookSource, readBook} from './source.js'
import {givenValues, withDefaults, wrongValues} from './values.js'

export interface BookCheckFlags extends CommonFlags {
  var?: string[] | undefined
  'dry-run': boolean
}

/** Checks every document, and with a dry run makes every plan; changes nothing. */
export async function checkBooks(
  files: readonly string[],
  flags: BookCheckFlags,
  at: Environment,
  config: Config,
): Promise<void> {
  const began = Date.now()
  const given = givenValues(flags.var ?? [])
  const sources = await Promise.all(files.map((file) => readBook(file, at)))
  mustBeDeclared(sources, given)
  const found: {file: string; commands: number; problems: string[]}[] = []
  for (const source of sources)
    found.push({file: source.file, ...(await checkBook(source, given, flags, at, config))})
  const bad = found.filter(({problems}) => problems.length > 0)
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
  const planned = flags['dry-run'] ? ', and every plan could be made' : ''
  finish(
    {
      ...endedEarly('usage', 'book.check', ''),
      subject: files.length === 1 ? (files[0] ?? '') : many(files.length, 'document'),
      verdict: bad.length > 0 ? 'unhealthy' : 'healthy',
      says:
        bad.length > 0
          ? `${bad.length} of ${many(files.length, 'document')} cannot be run as they are`
          : `${many(
              found.reduce((sum, {commands}) => sum + commands, 0),
              'command',
            )} checked${planned}`,
      because: bad.flatMap(({problems}) => problems),
      findings: found.map(({file, commands, problems}): Finding => {
        const level = problems.length > 0 ? 'refuse' : 'pass'
        return {id: file, level, saw: problems.join('; ') || many(commands, 'command')}
      }),
      ms: Date.now() - began,
    },
    flags.json,
  )
}

function mustBeDeclared(sources: readonly BookSource[], given: Values): void {
  const declared = new Set(sources.flatMap(({document}) => Object.keys(document.front.variables)))
  const unknown = Object.keys(given).filter((name) => !declared.has(name))
  if (unknown.length > 0) throw new UsageError(`no document has a variable ${unknown.join(', ')}`)
}

async function checkBook(
  source: BookSource,
  given: Values,
  flags: BookCheckFlags,
  at: Environment,
  config: Config,
): Promise<{commands: number; problems: string[]}> {
  const {file, document} = source
  const {variables, places} = document.front
  const early = [...source.problems, ...unfitCommands(source, config)]
  if (early.length > 0) return {commands: 0, problems: problemLines(file, early)}

  const values = withDefaults(variables, given, true)
  const missing = Object.keys(variables)
    .filter((name) => values[name] === undefined)
    .map((name) => ({
      line: 1,
      column: 1,
      ...places[name],
      message: `${name} has neither default nor example, and no --var`,
    }))
  const wrong = (await wrongValues(variables, values, flags.inventory, at)).map((message) => ({
    line: 1,
    column: 1,
    message,
  }))
  if (missing.length + wrong.length > 0)
    return {commands: 0, problems: problemLines(file, [...missing, ...wrong])}

  const all = silently(flags)
  const {commands, problems} = await checkedCommands(source, values, all, at, config)
  if (problems.length > 0 || !flags['dry-run'])
    return {commands: commands.length, problems: problemLines(file, problems)}
  const planned = await planAll(commands, {flags: all, config, at, show() {}, ended() {}})
  // A check that says no speaks of the target: the document can be run.
  const refused = planned
    .filter((one) => wouldNotGo(one) && one.outcome.verdict !== 'unhealthy')
    .map(({command, outcome}) => {
      const [word] = command.words
      const message = `${command.says}: ${[outcome.says, ...outcome.because].join('; ')}`
      return {line: word?.line ?? 1, column: word?.column ?? 1, message}
    })
  return {commands: commands.length, problems: problemLines(file, refused)}
}

/** Plans are made and not shown. */
function silently(flags: CommonFlags): ChangeFlags {
  return {
    ...flags,
    json: true,
    'dry-run': true,
    yes: false,
    'wait-lock': 0,
    announce: false,
    progress: 'none',
  }
}
