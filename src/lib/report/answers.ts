import type {Answer, TargetAnswer} from '../engine/outcome.js'
import {clean} from '../text/clean.js'
import {duration} from './duration.js'
import type {Paint} from './paint.js'
import {displayWidth, pad, truncate} from './width.js'
import {wrap} from './wrap.js'

/** As they are counted: the best first. */
export const ANSWERS: readonly Answer[] = ['ok', 'no', 'unreachable', 'timed-out', 'bug']

const LONGEST_ANSWER = 'unreachable'.length
const LONGEST_TIME = '59m59s'.length

/** A line for each target, and under it what is wrong, what is doubtful and what has changed. */
export function answerLines(answers: readonly TargetAnswer[], width: number, colours: Paint): string[] {
  if (answers.length === 0) return []
  const room = width - LONGEST_ANSWER - LONGEST_TIME - 4
  const names = Math.min(room, Math.max(...answers.map(({target}) => displayWidth(clean(target))), 6))
  const row = (target: string, answer: string, time: string) =>
    `${pad(truncate(clean(target), names), names)}  ${answer}  ${pad(time, LONGEST_TIME, 'right')}`
  return [
    row('target', pad('answer', LONGEST_ANSWER), 'time'),
    ...answers.flatMap((one) => [
      row(one.target, painted(one.answer, colours), duration(one.ms)),
      ...detailLines(one, width),
    ]),
    '',
  ]
}

/** `3 ok, 1 no, 1 timed-out` */
export function answerCounts(answers: readonly TargetAnswer[]): string {
  const counts = ANSWERS.map((kind) => ({kind, count: answers.filter(({answer}) => answer === kind).length}))
  return counts
    .filter(({count}) => count > 0)
    .map(({kind, count}) => `${count} ${kind}`)
    .join(', ')
}

function painted(answer: Answer, colours: Paint): string {
  const text = pad(answer, LONGEST_ANSWER)
  if (answer === 'ok') return colours.green(text)
  return answer === 'no' || answer === 'bug' ? colours.red(text) : colours.yellow(text)
}

/** Findings that answer no stand in `because`, with those that are neither; the latter are marked. */
function detailLines({because, findings, sinceOk}: TargetAnswer, width: number): string[] {
  const doubtful = findings.flatMap(({level, id, saw}) => (level === 'warn' ? [`${id}: ${saw}`] : []))
  return [
    ...because.flatMap((line) => wrap(line, width, doubtful.includes(line) ? '  ! ' : '  - ')),
    ...(sinceOk ? sinceLines(sinceOk, width) : []),
  ]
}

function sinceLines({at, changes}: NonNullable<TargetAnswer['sinceOk']>, width: number): string[] {
  if (at === null) return ['  = no time on record when it was ok']
  const since = `since it was ok at ${at.slice(0, 19)}Z`
  if (changes.length === 0) return [`  = nothing changed ${since}`]
  return [`  = ${since}:`, ...changes.flatMap((line) => wrap(line, width, '    '))]
}
