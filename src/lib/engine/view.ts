import type {Json} from './json.js'
import type {AnyRunbook, PlanView} from './runbook.js'

/** What a person sees of a plan: what must not be overlooked stands before everything else. */
export function viewOf(runbook: AnyRunbook, input: Json, facts: Json, planned?: Json): PlanView {
  const view = runbook.view(input, facts, planned)
  const warning = runbook.beware?.(input, facts)
  return warning === undefined ? view : {...view, title: `${warning} ${view.title}`}
}
