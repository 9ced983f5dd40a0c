import type {Command, Config} from '@oclif/core'
import type {BookCommand} from '../../book/command.js'
import type {Problem} from '../../book/problem.js'
import type {Word} from '../../book/split.js'
import {suggestions} from '../../inventory/suggest.js'
import type {BaseCommand} from '../base-command.js'
import type {Environment} from '../environment.js'
import type {Within} from '../within.js'

/** A command of the program with what stands behind its name. */
export interface Found {
  command: Command.Loadable
  argv: string[]
}

/** Work on the tool itself, or on other runs: nothing for a document. */
const NOT_IN_BOOKS = /^(book|apply|lab|runs|locks|help|autocomplete|receivers:keys)(:|$)/
/** What the flags of the document say for all of its commands. */
const OF_THE_BOOK = ['json', 'progress', 'out', 'yes', 'confirm', 'inventory', 'dry-run', 'log-level', 'help']

/** The command that the words begin with; the longest name counts. */
export function findCommand(config: Config, words: readonly string[]): Found | undefined {
  for (let count = Math.min(4, words.length); count > 0; count -= 1) {
    const name = words.slice(0, count)
    const command = name.every((word) => /^[a-z][a-z\d-]*$/.test(word)) && config.findCommand(name.join(':'))
    if (command) return {command, argv: words.slice(count)}
  }
  return undefined
}

/** What can be said of a command without its variables: its name, and flags that are not its own. */
export function commandProblem(config: Config, {words}: Pick<BookCommand, 'words'>): Problem | undefined {
  const [first] = words
  if (!first) return undefined
  const found = findCommand(
    config,
    words.map(({text}) => text),
  )
  if (!found)
    return at(
      first,
      unknownCommand(
        config,
        words.map(({text}) => text),
      ),
    )
  if (NOT_IN_BOOKS.test(found.command.id))
    return at(first, `redeye ${found.command.id.replaceAll(':', ' ')} is not for documents`)
  const own = ownFlags(words)
  const theirs = own.find(
    ({text}) =>
      OF_THE_BOOK.some((flag) => text === `--${flag}` || text.startsWith(`--${flag}=`)) ||
      text === '-y' ||
      text === '-h',
  )
  return (
    theirs &&
    at(theirs, `${theirs.text.replace(/=.*/, '')} is for the whole document: give it to redeye book run`)
  )
}

/** What stands behind `--` is for somebody else. */
function ownFlags(words: readonly Word[]): Word[] {
  const end = words.findIndex(({text}) => text === '--')
  return words.slice(0, end < 0 ? words.length : end).filter(({text}) => text.startsWith('-'))
}

function unknownCommand(config: Config, words: readonly string[]): string {
  const known = config.commands
    .filter(({hidden, id}) => !hidden && !NOT_IN_BOOKS.test(id))
    .map(({id}) => id.replaceAll(':', ' '))
  const typed = words.slice(0, 2).join(' ')
  const below = known.filter((command) => command.startsWith(`${words[0]} `))
  const starts = [3, 2].map((count) => words.slice(0, count).join(' '))
  const near =
    starts.map((start) => suggestions(start, known)).find((all) => all.length > 0) ?? below.slice(0, 8)
  return `there is no command ${typed}${near.length > 0 ? `; did you mean ${near.join(', ')}?` : ''}`
}

/** A problem where the message names one of the words, or at the start of the command. */
export function problemOf({words}: Pick<BookCommand, 'words'>, message: string): Problem {
  const named = words.find(({text}) => text.startsWith('-') && message.includes(text.replace(/=.*/, '')))
  return at(named ?? (words[0] as Word), message)
}

function at({line, column}: Word, message: string): Problem {
  return {line, column, message}
}

/** Runs a command as a part of a document. */
export async function runFound(
  {command, argv}: Found,
  config: Config,
  here: Environment & {within: Within},
): Promise<void> {
  const Loaded = (await command.load()) as unknown as new (argv: string[], config: Config) => BaseCommand
  await new Loaded(argv, config).runWithin(here)
}
