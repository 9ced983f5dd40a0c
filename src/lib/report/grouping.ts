import type {State, StepResult} from '../engine/state.js'
import {foldedText} from './fold.js'
import {mask} from './mask.js'

/** Results that tell the same story. */
export interface Group {
  state: State
  class?: string
  /** As seen; masked (`<time>`, `<address>`, `<name>`) where the originals differ. */
  message: string
  results: StepResult[]
}

/** Equal state, class and masked message make one group; in order of first appearance. */
export function groupResults(results: readonly StepResult[]): Group[] {
  const groups = new Map<string, Group>()
  for (const result of results) {
    const message = mask(nameless(result))
    const key = keyOf(result, message)
    const group = groups.get(key)
    if (!group) groups.set(key, {...storyOf(result), results: [result]})
    else {
      if (group.message !== result.saw) group.message = message
      group.results.push(result)
    }
  }
  return [...groups.values()]
}

/** Equal for results of one group. */
export function storyKey(result: StepResult): string {
  return keyOf(result, mask(nameless(result)))
}

function keyOf({state, class: kind}: StepResult, message: string): string {
  return `${state}\0${kind ?? ''}\0${message}`
}

/** The steps of a group, folded and bounded: `rpi-[0001-0040,0044]`. */
export function groupNames(group: Group, room?: number): string {
  return foldedText(
    group.results.map((result) => result.step),
    room,
  )
}

function storyOf({state, class: kind, saw}: StepResult): Omit<Group, 'results'> {
  return {state, message: saw, ...(kind !== undefined && {class: kind})}
}

/** The message without the name of the step's own target, which is no difference: `lb1` in `lb1/drain`. */
function nameless({step, saw}: StepResult): string {
  const whole = withoutWord(saw, step)
  return step
    .split(/[/:\s]/)
    .filter((part) => TELLING.test(part))
    .reduce(withoutWord, whole)
}

/** Parts of a step id that name a host rather than an action: `rpi-0001`, `db.example.net`. */
const TELLING = /[\d.]/
const WORD = /[\w-]/

function withoutWord(text: string, word: string): string {
  let at = text.indexOf(word)
  if (at < 0 || word === '') return text
  let result = ''
  let from = 0
  for (; at >= 0; at = text.indexOf(word, at + word.length)) {
    if (WORD.test(text[at - 1] ?? '') || WORD.test(text[at + word.length] ?? '')) continue
    result += `${text.slice(from, at)}<name>`
    from = at + word.length
  }
  return result + text.slice(from)
}
