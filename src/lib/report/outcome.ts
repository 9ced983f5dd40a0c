import {basename, dirname} from 'node:path'
import type {Outcome, Verdict} from '../engine/outcome.js'
import type {Totals} from '../engine/state.js'
import {clean, cleanLines} from '../text/clean.js'
import {answerLines} from './answers.js'
import {duration} from './duration.js'
import {EXIT_CODES, exitCode} from './exit-codes.js'
import {type Group, groupNames, groupResults} from './grouping.js'
import {type Paint, stateColour} from './paint.js'
import {countsText, isBad} from './states.js'
import {wrap} from './wrap.js'

/** Groups of failed steps shown; the rest is counted. */
const GROUPS = 20

/** How a run ended, in one or a few words. */
export const WORDS: Readonly<Record<Verdict, string>> = {
  done: 'DONE',
  nothing: 'NOTHING TO DO',
  planned: 'PLANNED',
  healthy: 'HEALTHY',
  unhealthy: 'UNHEALTHY',
  refused: 'REFUSED',
  declined: 'NOT CONFIRMED',
  usage: 'USAGE ERROR',
  unreachable: 'UNREACHABLE',
  locked: 'LOCKED',
  drifted: 'PLAN NO LONGER FITS',
  undone: 'FAILED, UNDONE',
  partial: 'FAILED, LEFT PART-WAY',
  'undo-failed': 'UNDO FAILED, LOOK NOW',
  interrupted: 'INTERRUPTED',
  tolerated: 'FINISHED WITH FAILURES',
  bug: 'BUG IN REDEYE',
}

/** How a run ended, for a person, in lines of at most `width` cells; commands to paste are never cut or wrapped. */
export function renderOutcome(outcome: Outcome, width: number, colours: Paint): string[] {
  return [
    ...answerLines(outcome.targets ?? [], width, colours),
    ...verdictLines(outcome, width, colours),
    ...wrap(outcome.says, width, '  '),
    ...totalsLines(outcome.totals, width),
    ...evidence(outcome).flatMap((line) => wrap(line, width, '  - ')),
    ...failedSteps(outcome, width, colours),
    ...listLines(outcome, width),
    ...footer(outcome, width, colours),
    ...nextLines(outcome.next, colours),
  ]
}

function verdictLines({verdict, runbook, subject}: Outcome, width: number, colours: Paint): string[] {
  const word = WORDS[verdict]
  const [first = '', ...more] = wrap(`${runbook.replaceAll('.', ' ')} ${subject}`, width, `${word}  `)
  return [painted(first, word, verdictColour(verdict, colours)), ...more]
}

/** The line with this word in colour, where the width left the word whole. */
function painted(line: string, word: string, colour: Paint): string {
  const at = line.indexOf(word)
  return at < 0 ? line : line.slice(0, at) + colour(word) + line.slice(at + word.length)
}

function verdictColour(verdict: Verdict, colours: Paint): Paint {
  if (exitCode(verdict) === 0) return colours.green.bold
  return verdict === 'declined' ||
    verdict === 'interrupted' ||
    verdict === 'tolerated' ||
    verdict === 'undone'
    ? colours.yellow.bold
    : colours.red.bold
}

/** Only the states that occur, always "of N". Nothing where no step was begun. */
function totalsLines(totals: Totals, width: number): string[] {
  if (totals['not-started'] === totals.all) return []
  const text = countsText(totals, totals.all)
  return text === '' ? [] : wrap(text, width, '  ')
}

/** Without what only repeats a failed step or an answer of a target: those are listed with their full text. */
function evidence({because, steps, targets}: Outcome): string[] {
  if (targets) return []
  const bad = steps.filter(({state}) => isBad(state))
  return because
    .filter((line) => !bad.some(({says, saw}) => line.startsWith(says) && line.endsWith(saw)))
    .flatMap(cleanLines)
}

function failedSteps({steps, totals}: Outcome, width: number, colours: Paint): string[] {
  const failed = groupResults(steps.filter(({state}) => isBad(state)))
  const groups = failed.toSorted((a, b) => b.results.length - a.results.length)
  const hidden = groups.slice(GROUPS)
  const count = hidden.reduce((sum, group) => sum + group.results.length, 0)
  return [
    ...groups.slice(0, GROUPS).flatMap((group) => failedGroup(group, totals.all, width, colours)),
    ...(count > 0 ? wrap(`… and ${count} more failed steps in ${hidden.length} groups`, width, '  ') : []),
  ]
}

function failedGroup(group: Group, all: number, width: number, colours: Paint): string[] {
  const {state, class: kind, results, message} = group
  const [only] = results
  const what = results.length === 1 && only ? only.says : groupNames(group)
  const lead = `  ${state}${kind === undefined ? '' : ` (${clean(kind)})`}${results.length === 1 ? '' : ` ${results.length} of ${all}`}: `
  const [first = '', ...more] = wrap(what, width, lead)
  return [painted(first, state, stateColour(colours, state)), ...more, ...messageLines(message, width)]
}

/** A message may have the last lines of a log under it. */
function messageLines(message: string, width: number): string[] {
  return message.split('\n').flatMap((line) => wrap(line, width, '    '))
}

/** The directory once, and what is in it: paths are to be pasted. */
function listLines({lists = []}: Outcome, width: number): string[] {
  const [first] = lists
  if (!first) return []
  const names = lists.map(({file, count}) => `${basename(file)} (${count})`).join(', ')
  return [...wrap(`who ended how: ${names} in`, width, '  '), `    ${clean(dirname(first.file))}`]
}

function footer({verdict, run, ms, targets}: Outcome, width: number, colours: Paint): string[] {
  const exit = exitCode(verdict)
  // Those who were only asked are as they were, however it ended.
  const changed = targets ? 'no' : (EXIT_CODES.find(({code}) => code === exit)?.changed ?? 'unknown')
  const parts = [
    ...(run === undefined ? [] : [`run ${run}`]),
    duration(ms),
    `exit ${exit}`,
    ...(exit === 0 ? [] : [`changed: ${changed}`]),
  ]
  return wrap(parts.join(', '), width, '  ').map((line) => colours.dim(line))
}

function nextLines(next: readonly string[], colours: Paint): string[] {
  return next.length === 0 ? [] : [colours.bold('Next:'), ...next.map((command) => `  ${clean(command)}`)]
}
