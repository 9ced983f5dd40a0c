import {EarlyEnd} from './early.js'
import type {Performing} from './performing.js'
import {type Plan, planCode} from './plan.js'
import {guard, mustFit, refuse, survey} from './prepare.js'
import type {Effect} from './runbook.js'
import {viewOf} from './view.js'

/** A look older than this is taken again after the person has answered. */
const STALE_MS = 5000

/** Asks as hard as the effect deserves; an overridden guard makes any change disruptive. */
export async function confirm(performing: Performing, plan: Plan): Promise<void> {
  const {runbook, systems, request, ports, input, guarded, lease, subject = ''} = performing
  const asked = ports.clock.now()
  const {title} = viewOf(runbook, input, plan.facts)
  const effect: Effect = raised(runbook.effect(input), guarded?.overridden ?? [])
  const answer = await ports.asker.confirm({effect, subject, code: planCode(plan), title})
  if (answer !== 'yes') throw new EarlyEnd('declined', `${answer.no}; nothing was changed`)
  if (ports.clock.now() - asked <= STALE_MS) return
  const facts = await survey(runbook, systems, input, lease, ports)
  if (!request.past) mustFit(runbook, plan, facts)
  performing.guarded = guard(runbook, input, facts, request)
  refuse(performing.guarded.refused)
}

function raised(effect: Effect, overridden: readonly string[]): Effect {
  return effect === 'change' && overridden.length > 0 ? 'disrupt' : effect
}
