/** Every step ends in exactly one of these. */
export const STATES = [
  'already',
  'changed',
  'undone',
  'failed',
  'unreachable',
  'timed-out',
  'skipped',
  'not-started',
  'in-doubt',
] as const
export type State = (typeof STATES)[number]
export type Totals = Record<State, number> & {all: number}

export interface StepResult {
  step: string
  says: string
  state: State
  saw: string
  /** Groups and budgets go by it: `refused`, `no-unit`, `guard` ... */
  class?: string
  /** From the first probe to the end. */
  ms: number
}

/** Counts the results. @throws when they do not add up to the number of steps planned: that is a bug of ours. */
export function tally(results: readonly StepResult[], planned: number): Totals {
  const totals = {all: planned, ...Object.fromEntries(STATES.map((state) => [state, 0]))} as Totals
  for (const result of results) totals[result.state] += 1
  const sum = STATES.reduce((all, state) => all + totals[state], 0)
  const distinct = new Set(results.map((result) => result.step)).size
  if (sum !== planned || distinct !== planned)
    throw new Error(`totals do not add up: ${planned} steps planned, ${sum} results for ${distinct} steps`)
  return totals
}

/** Results for steps that were never begun. */
export function notStarted(
  steps: readonly {step: string; says: string}[],
  state: State = 'not-started',
): {results: StepResult[]; totals: Totals} {
  const results = steps.map((step) => ({...step, state, saw: '', ms: 0}))
  return {results, totals: tally(results, steps.length)}
}
