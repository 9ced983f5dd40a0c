import type {PlannedStage, PlannedStep} from '../engine/plan.js'
import {clean} from '../text/clean.js'
import {alike, renderAlike} from './alike.js'
import {foldedText} from './fold.js'
import type {Paint} from './paint.js'
import {displayWidth, pad} from './width.js'
import {wrap} from './wrap.js'

/** Steps shown of a stage with more than `MANY`. */
const MANY = 40
const SHOWN = 5

interface Numbered {
  number: number
  step: PlannedStep
}

/** The stages with their steps, numbered through the whole plan, and the point of no return. */
export function renderStages(stages: readonly PlannedStage[], width: number, colours: Paint): string[] {
  const all = stages.flatMap((stage) => stage.steps)
  const first = all.find((step) => step.irreversible !== undefined && step.reached !== true)
  const digits = String(all.length).length
  let number = 0
  let undoSaid = ''
  return stages.flatMap((stage) => {
    const same = alike(stage)
    if (same) {
      const from = number + 1
      number += stage.steps.length
      // Said once: the waves of a fleet have the same.
      const undo = same.undo === '' || same.undo === undoSaid ? [] : wrap(same.undo, width, '    undo: ')
      undoSaid = same.undo
      return [...heading(stage, width, colours), ...renderAlike(stage, from, same, width), ...undo]
    }
    const steps = stage.steps.map((step) => ({number: ++number, step}))
    const noReturn = steps.find(({step}) => step === first)
    return [...heading(stage, width, colours), ...renderSteps(steps, digits, width, colours, noReturn)]
  })
}

function heading({says, steps, width: inFlight}: PlannedStage, width: number, colours: Paint): string[] {
  const pace = inFlight > 1 && steps.length > 1 ? `, ${Math.min(inFlight, steps.length)} at a time` : ''
  const count = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`
  return wrap(`${says} (${count}${pace})`, width).map((line) => colours.bold(line))
}

function renderSteps(
  steps: readonly Numbered[],
  digits: number,
  width: number,
  colours: Paint,
  noReturn: Numbered | undefined,
): string[] {
  const shown = steps.length > MANY ? steps.slice(0, SHOWN) : steps
  const hidden = steps.slice(shown.length)
  const columns = sideBySide(shown, digits, width)
  const warning = noReturn ? pointOfNoReturn(noReturn, width, colours) : []
  return [
    ...shown.flatMap((one) => [
      ...(one === noReturn ? warning : []),
      ...(columns ? oneLine(one, digits, columns) : stacked(one, digits, width)),
    ]),
    ...(noReturn && hidden.includes(noReturn) ? warning : []),
    ...rest(hidden, digits, width),
  ]
}

function pointOfNoReturn({number, step}: Numbered, width: number, colours: Paint): string[] {
  return wrap(`${step.irreversible ?? ''}`, width, `POINT OF NO RETURN before step ${number}: `).map((line) =>
    colours.red.bold(line),
  )
}

/** Column widths when every step fits on one line, else nothing. */
function sideBySide(steps: readonly Numbered[], digits: number, width: number): [number, number] | undefined {
  const says = widest(steps.map(({step}) => clean(step.says)))
  const seen = widest(steps.map(({step}) => now(step)))
  const undo = widest(steps.map(({step}) => undoOf(step)))
  return digits + 3 + says + 2 + seen + 2 + undo <= width ? [says, seen] : undefined
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0)
}

function oneLine({number, step}: Numbered, digits: number, [says, seen]: [number, number]): string[] {
  return [
    `${label(number, digits)}${pad(clean(step.says), says)}  ${pad(now(step), seen)}  ${undoOf(step)}`.trimEnd(),
  ]
}

function stacked({number, step}: Numbered, digits: number, width: number): string[] {
  const indent = ' '.repeat(digits + 5)
  const details = [now(step), undoOf(step)].filter((detail) => detail !== '')
  const together = details.join('; ')
  return [
    ...wrap(step.says, width, label(number, digits)),
    ...(indent.length + displayWidth(together) <= width ? [together] : details)
      .filter((detail) => detail !== '')
      .flatMap((detail) => wrap(detail, width, indent)),
  ]
}

function label(number: number, digits: number): string {
  return `  ${String(number).padStart(digits)} `
}

function now({reached, saw}: PlannedStep): string {
  const seen = clean(saw)
  if (reached === true) return seen === '' ? 'already so' : `already so: ${seen}`
  return reached === null || seen === '' ? '' : `now: ${seen}`
}

function undoOf({reached, undo}: PlannedStep): string {
  return reached === true || undo === '' ? '' : `undo: ${clean(undo)}`
}

function rest(hidden: readonly Numbered[], digits: number, width: number): string[] {
  if (hidden.length === 0) return []
  const already = hidden.filter(({step}) => step.reached === true).length
  const so = already > 0 ? `, ${already} of them already so` : ''
  const names = foldedText(hidden.map(({step}) => step.id))
  return wrap(`… and ${hidden.length} more steps${so}: ${names}`, width, ' '.repeat(digits + 3))
}
