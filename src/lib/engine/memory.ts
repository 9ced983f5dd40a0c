import type {Json} from './json.js'
import type {Entry} from './ports.js'
import type {StepResult} from './state.js'

/** What a run knows of one step. */
export interface Remembered {
  /** What the first probe saw: undo restores it. */
  before: Json
  /** Times its apply was begun and not taken back: more than 0 means that it may have taken hold. */
  sent: number
  /** It slipped and was done again. */
  again: boolean
  /** What its last apply remembered. */
  learned?: Json
  result?: StepResult
}

/** Folded from the journal's entries, whether they were just written or left behind by a killed process. */
export type Memory = Map<string, Remembered>

/** Takes one journal entry in. Steps keep the order in which they were begun. */
export function learn(memory: Memory, entry: Entry): void {
  if (entry.kind === 'applying') {
    const {learned: _, ...known} = recall(memory, entry.step)
    const before = known.sent > 0 ? known.before : entry.before
    memory.set(entry.step, {
      ...known,
      before,
      sent: known.sent + 1,
      again: known.again || entry.again === true,
    })
  } else if (entry.kind === 'learned') {
    memory.set(entry.step, {...recall(memory, entry.step), learned: entry.learned})
  } else if (entry.kind === 'unsent') {
    const known = recall(memory, entry.step)
    memory.set(entry.step, {...known, sent: known.sent - 1})
  } else if (entry.kind === 'settled') {
    const {result, before} = entry
    memory.set(result.step, {...recall(memory, result.step), ...(before !== undefined && {before}), result})
  } else if (entry.kind === 'unwound') {
    const known = recall(memory, entry.result.step)
    const sent = entry.result.state === 'undone' ? 0 : known.sent
    memory.set(entry.result.step, {...known, sent, result: entry.result})
  }
}

export function remember(entries: Iterable<Entry>): Memory {
  const memory: Memory = new Map()
  for (const entry of entries) learn(memory, entry)
  return memory
}

function recall(memory: Memory, step: string): Remembered {
  return memory.get(step) ?? {before: null, sent: 0, again: false}
}
