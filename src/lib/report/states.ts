import type {State, Totals} from '../engine/state.js'

const PLACE: Readonly<Record<State, number>> = {
  changed: 0,
  already: 1,
  undone: 2,
  failed: 3,
  unreachable: 4,
  'timed-out': 5,
  'in-doubt': 6,
  skipped: 7,
  'not-started': 8,
}

/** All states, the good ones first: the order in which they are counted for people. */
export const STATE_ORDER = (Object.keys(PLACE) as State[]).sort((a, b) => PLACE[a] - PLACE[b])

export type Counts = Record<State, number>

export function noCounts(): Counts {
  return Object.fromEntries(STATE_ORDER.map((state) => [state, 0])) as Counts
}

/** The states that people must look at. */
export function isBad(state: State): boolean {
  return state === 'failed' || state === 'unreachable' || state === 'timed-out' || state === 'in-doubt'
}

/** `changed 120, failed 3`: only what occurs; with `all`, each "of N". */
export function countsText(counts: Counts | Totals, all?: number): string {
  return STATE_ORDER.filter((state) => counts[state] > 0)
    .map((state) => `${state} ${counts[state]}${all === undefined ? '' : ` of ${all}`}`)
    .join(', ')
}
