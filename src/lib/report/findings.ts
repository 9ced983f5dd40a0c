import type {Finding} from '../engine/runbook.js'
import {clean} from '../text/clean.js'
import type {Paint} from './paint.js'
import {wrap} from './wrap.js'

/** The guards' answers: passes as one line, then warnings and overrides. What refuses stands in the outcome. */
export function renderFindings(
  findings: readonly Finding[],
  overridden: readonly string[],
  width: number,
  colours: Paint,
): string[] {
  const isOverridden = ({id}: Finding) => overridden.includes(id)
  const refusals = findings.filter((finding) => finding.level === 'refuse')
  return [
    ...passes(findings.filter((finding) => finding.level === 'pass').length, colours),
    ...findings
      .filter((finding) => finding.level === 'warn')
      .flatMap((finding) => block(colours.yellow('WARNING'), finding, width)),
    ...refusals
      .filter(isOverridden)
      .flatMap((finding) => block(colours.yellow.bold('OVERRIDDEN'), finding, width)),
    ...refusedLine(
      refusals.filter((finding) => !isOverridden(finding)),
      width,
      colours,
    ),
  ]
}

function passes(count: number, colours: Paint): string[] {
  if (count === 0) return []
  return [`${colours.green('ok')} ${count} ${count === 1 ? 'guard' : 'guards'} passed`]
}

function block(label: string, {id, saw, clear}: Finding, width: number): string[] {
  return [
    `${label} ${clean(id)}`,
    ...wrap(saw, width, '  '),
    ...(clear === undefined ? [] : wrap(clear, width, '  clear: ')),
  ]
}

function refusedLine(refused: readonly Finding[], width: number, colours: Paint): string[] {
  if (refused.length === 0) return []
  const [first = '', ...more] = wrap(refused.map(({id}) => id).join(', '), width, 'REFUSED by ')
  return [colours.red.bold('REFUSED') + first.slice('REFUSED'.length), ...more]
}
