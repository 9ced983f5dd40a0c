import type {PlannedStage} from '../engine/plan.js'
import {clean} from '../text/clean.js'
import {foldedText} from './fold.js'
import {wrap} from './wrap.js'

const NAMES = 120

/** What is done to each target of a stage, where it is the same for all of them and none was looked at yet. */
export interface Alike {
  says: string
  undo: string
}

/** Undefined where the steps differ in more than the name before their colon (`rx-1: restart x`). */
export function alike({steps}: PlannedStage): Alike | undefined {
  const [first] = steps
  if (!first) return undefined
  const says = sentenceOf(first)
  const same = steps.every(
    (step) =>
      step.reached === null &&
      step.saw === '' &&
      step.irreversible === undefined &&
      step.undo === first.undo &&
      sentenceOf(step) === says,
  )
  return says !== undefined && same ? {says, undo: first.undo} : undefined
}

/** One sentence for all targets, with their folded names. @param from the number of the first step */
export function renderAlike({steps}: PlannedStage, from: number, {says}: Alike, width: number): string[] {
  const to = from + steps.length - 1
  const numbers = to === from ? `${from}` : `${from}-${to}`
  const names = foldedText(
    steps.map(({id}) => id),
    NAMES,
  )
  return wrap(`${clean(says)}: ${names}`, width, `  ${numbers} `)
}

function sentenceOf({id, says}: {id: string; says: string}): string | undefined {
  const lead = `${id}: `
  return says.startsWith(lead) ? says.slice(lead.length) : undefined
}
