import type {Config} from '@oclif/core'
import {type BookCommand, commandsOf} from '../../book/command.js'
import {type Problem, problemLines} from '../../book/problem.js'
import {book} from '../../book/runbook.js'
import type {Values} from '../../book/variable.js'
import type {Terminal} from '../ask.js'
import type {Environment} from '../environment.js'
import type {ChangeFlags} from '../flags.js'
import {widthOf} from '../screen.js'
import {UsageError} from '../usage-error.js'
import {commandProblem} from './command.js'
import {inspectCommands} from './inspect.js'
import {performBook} from './perform.js'
import {type BookSource, readBook} from './source.js'
import {givenValues, valuesOf} from './values.js'

export interface BookFlags extends Omit<ChangeFlags, 'confirm'> {
  var?: string[] | undefined
  confirm?: string[] | undefined
}

/** Checks the whole document, asks for its variables, and carries it out. @throws UsageError before anything is run */
export async function runBook(
  file: string,
  flags: BookFlags,
  at: Environment,
  config: Config,
): Promise<void> {
  const given = givenValues(flags.var ?? [])
  const source = await readBook(file, at)
  mustBeFine(source, [...source.problems, ...unfitCommands(source, config)])
  const values = await valuesOf(source, given, terminalOf(at), flags.inventory, at)
  const common: ChangeFlags = {...flags, confirm: undefined}
  const {problems} = await checkedCommands(source, values, common, at, config)
  mustBeFine(source, problems)
  const {name, text} = source
  const input = {file, name, text, values}
  await performBook({runbook: book, asked: {input}, input, names: flags.confirm ?? []}, common, at, config)
}

/** What is wrong with commands whatever their variables are. */
export function unfitCommands({document}: BookSource, config: Config): Problem[] {
  return commandsOf(document, {}).commands.flatMap((command) => commandProblem(config, command) ?? [])
}

/** The commands with their variables, and what the program says about each. */
export async function checkedCommands(
  {document}: BookSource,
  values: Values,
  flags: ChangeFlags,
  at: Environment,
  config: Config,
): Promise<{commands: BookCommand[]; problems: Problem[]}> {
  const {commands, problems} = commandsOf(document, values)
  if (problems.length > 0) return {commands, problems}
  return {commands, problems: (await inspectCommands(commands, {flags, at, config})).problems}
}

function mustBeFine({file}: BookSource, problems: readonly Problem[]): void {
  if (problems.length === 0) return
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`
  throw new UsageError(`the document has ${count}; nothing was run`, problemLines(file, problems))
}

function terminalOf({interactive}: Environment): Terminal {
  const {stdin: input, stderr: output} = process
  return {interactive, input, output, columns: () => widthOf(output), pause() {}, resume() {}}
}
