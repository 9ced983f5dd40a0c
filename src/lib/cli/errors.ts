import {EarlyEnd} from '../engine/early.js'
import {failing} from '../engine/failure.js'
import type {Outcome} from '../engine/outcome.js'
import {endedEarly} from './finish.js'
import {UsageError} from './usage-error.js'

/** What an error that reached the top means. Anything not known is a bug of ours. */
export function endOf(error: Error, command: string): Outcome {
  if (error instanceof UsageError)
    return endedEarly('usage', command, firstLine(error.message), error.because, error.next)
  if (error instanceof EarlyEnd) {
    const {verdict, says, because, next} = error
    return {...endedEarly('usage', command, says, because, next), verdict}
  }
  if (error.name === 'InventoryError') return endedEarly('usage', command, ...inventoryProblems(error))
  if (isParseError(error))
    return endedEarly('usage', command, firstLine(error.message), [], [helpFor(command)])
  if ('fault' in error) {
    const {fault, message, hint} = failing(error)
    const outcome = endedEarly('usage', command, message, hint ? [hint] : [])
    return {...outcome, verdict: fault === 'answered' ? 'usage' : 'unreachable'}
  }
  return endedEarly('bug', command, `${error.name}: ${error.message}`, [
    'please report this with the text on stderr',
  ])
}

/** oclif gives its usage errors an exit code of 2 and names them CLIParseError and the like. */
function isParseError(error: Error): boolean {
  return 'oclif' in error && (error as {oclif?: {exit?: number}}).oclif?.exit === 2
}

/** Without what oclif adds on lines of its own. */
function firstLine(message: string): string {
  return message
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .replace(/\n?See more help with --help$/, '')
    .replace(/\s*Note: --[\s\S]*allows multiple values[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
}

function helpFor(command: string): string {
  return `redeye ${command.replaceAll(':', ' ')} --help`.replace('  ', ' ')
}

/** The problems themselves go to stderr as they are: their carets must stay under what they point at. */
function inventoryProblems(error: Error): [string, string[], string[]] {
  const {problems = []} = error as {problems?: readonly unknown[]}
  const says =
    problems.length === 0
      ? 'there is no inventory that could be used'
      : `the inventory has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`
  return [says, error.message.split('\n'), problems.length === 0 ? [] : ['redeye inventory check']]
}
