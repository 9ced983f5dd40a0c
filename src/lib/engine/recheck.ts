import {judge} from './guards.js'
import type {Json} from './json.js'
import type {Ports} from './ports.js'
import type {Request} from './request.js'
import type {AnyRunbook, Finding} from './runbook.js'

/** A look may be shared by steps that start within this time. */
const FRESH_MS = 1000

interface Surveyed {
  runbook: AnyRunbook
  systems: unknown
  input: Json
  ports: Ports
  request: Pick<Request, 'past'>
}

/** Reads named guards again, over facts at most one second old. Resolves to those that refuse. */
export function recheck(
  {runbook, systems, input, ports, request}: Surveyed,
  overrides: readonly string[],
): (ids: readonly string[]) => Promise<Finding[]> {
  let last: {at: number; facts: Promise<Json>} | undefined
  return async (ids) => {
    const now = ports.clock.now()
    if (!last || now - last.at >= FRESH_MS)
      last = {at: now, facts: runbook.survey(systems, input, ports.abort)}
    const findings = runbook.guards(input, await last.facts, request.past?.plan.facts)
    return judge(findings, overrides).refused.filter((finding) => ids.includes(finding.id))
  }
}
