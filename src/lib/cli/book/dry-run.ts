import {pasteable} from '../../book/command.js'
import {type BookFacts, type BookInput, bookCode, documentOf} from '../../book/runbook.js'
import type {Outcome} from '../../engine/outcome.js'
import type {Carrying} from './carry.js'
import {planAll, wouldNotGo} from './plans.js'
import type {BookShown} from './show.js'

/** Shows the document with the plan of every command, and says by which code all of it can be approved. */
export async function dryRun(
  planned: Outcome,
  input: BookInput,
  facts: BookFacts,
  carrying: Carrying & {narrator: BookShown},
): Promise<Outcome> {
  const {narrator} = carrying
  const {commands} = documentOf(input)
  const plans = await planAll(commands, carrying, ({id}) => narrator.tell(id))
  narrator.tellEnd()
  const bad = plans.filter(wouldNotGo)
  const [first] = bad
  return {
    ...planned,
    verdict: first?.outcome.verdict ?? 'planned',
    says: first
      ? `${bad.length} of ${commands.length} commands would not go through as things are now; nothing was changed`
      : `${commands.length} commands would be run; nothing was changed`,
    because: bad.map(({command, outcome}) => `step ${command.id}: ${command.says}: ${outcome.says}`),
    next: first ? [] : [approving(input, bookCode(input, facts))],
    steps: planned.steps.map((step, at) => ({...step, saw: plans[at]?.outcome.says ?? ''})),
  }
}

function approving({file, values}: BookInput, code: string): string {
  const given = Object.entries(values).map(([name, value]) => ` --var ${pasteable(`${name}=${value}`)}`)
  return `redeye book run ${pasteable(file)}${given.join('')} --confirm ${code}`
}
