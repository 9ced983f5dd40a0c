import type {Outcome, TargetAnswer} from '../engine/outcome.js'
import {clean} from '../text/clean.js'

/** TAP version 14 (testanything.org): a test point for each target, with what is wrong as YAML. */
export function tapLines({targets = [], says, verdict}: Outcome): string[] {
  return [
    'TAP version 14',
    `1..${targets.length}`,
    ...targets.flatMap((one, at) => pointLines(one, at + 1)),
    ...(verdict === 'interrupted' ? [`Bail out! ${says}`] : [`# ${says}`]),
  ]
}

function pointLines(one: TargetAnswer, number: number): string[] {
  const point = `${one.answer === 'ok' ? 'ok' : 'not ok'} ${number} - ${clean(one.target)}`
  return [
    point,
    '  ---',
    `  answer: ${one.answer}`,
    `  duration_ms: ${Math.round(one.ms)}`,
    `  message: ${scalar(one.says)}`,
    ...(one.because.length === 0 ? [] : ['  wrong:', ...one.because.map((line) => `    - ${scalar(line)}`)]),
    ...(one.sinceOk ? sinceLines(one.sinceOk) : []),
    `  command: ${scalar(one.command)}`,
    '  ...',
  ]
}

function sinceLines({at, changes}: NonNullable<TargetAnswer['sinceOk']>): string[] {
  return [
    `  ok_at: ${at ?? '~'}`,
    ...(changes.length === 0 ? [] : ['  changes:', ...changes.map((line) => `    - ${scalar(line)}`)]),
  ]
}

/** A JSON string is a YAML one. */
function scalar(text: string): string {
  return JSON.stringify(clean(text))
}
