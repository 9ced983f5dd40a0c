import {difference} from './difference.js'
import {EarlyEnd} from './early.js'
import {failing} from './failure.js'
import {type Guarded, judge, unknownOverrides} from './guards.js'
import type {Json} from './json.js'
import {fingerprint, type Plan, restsOn} from './plan.js'
import type {Lease, Ports} from './ports.js'
import type {Request} from './request.js'
import type {AnyRunbook, Finding} from './runbook.js'

/** Checks flags, plan files and resumed runs alike. @throws EarlyEnd `usage` */
export function checkInput(runbook: Pick<AnyRunbook, 'id' | 'input'>, input: unknown): Json {
  const checked = runbook.input.safeParse(input)
  if (checked.success) return checked.data as Json
  const because = checked.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
  throw new EarlyEnd('usage', `${runbook.id}: the input is not usable`, because)
}

/** The read-only look. Takes what only the facts can name into the lease, and then looks again. */
export async function survey(
  runbook: AnyRunbook,
  systems: unknown,
  input: Json,
  lease: Lease | undefined,
  ports: Ports,
): Promise<Json> {
  const facts = await surveyOnce(runbook, systems, input, ports)
  const also = runbook.alsoLocks?.(input, facts) ?? []
  if (!lease || also.length === 0) return facts
  await lease.extend(also)
  return await surveyOnce(runbook, systems, input, ports)
}

async function surveyOnce(runbook: AnyRunbook, systems: unknown, input: Json, ports: Ports): Promise<Json> {
  try {
    return (await runbook.survey(systems, input, ports.abort)) as Json
  } catch (error) {
    throw couldNotLook(error)
  }
}

/** A read that failed before any change: out of reach, or an answer that says no. */
export function couldNotLook(error: unknown): unknown {
  if (error instanceof EarlyEnd || !isFault(error)) return error
  const {fault, message, hint} = failing(error)
  return new EarlyEnd(fault === 'answered' ? 'refused' : 'unreachable', message, hint ? [hint] : [])
}

function isFault(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'fault' in error
}

/** All guards, all evaluated. @throws EarlyEnd `usage` when an override names no guard */
export function guard(
  runbook: AnyRunbook,
  input: Json,
  facts: Json,
  {overrides, past}: Pick<Request, 'overrides' | 'past'>,
): Guarded {
  const findings = runbook.guards(input, facts, past?.plan.facts)
  const unknown = unknownOverrides(findings, overrides)
  if (unknown.length > 0) {
    const known = [...new Set(findings.map((one) => one.id))]
    throw new EarlyEnd(
      'usage',
      `--override ${unknown.join(', ')}: ${runbook.id} has no such guard to override`,
      [`guards that can be overridden here: ${known.join(', ') || 'none'}`],
    )
  }
  return judge(findings, overrides)
}

/** @throws EarlyEnd `refused` */
export function refuse(refused: readonly Finding[]): void {
  if (refused.length === 0) return
  const names = refused.map((finding) => finding.id).join(', ')
  const commands = refused.flatMap(({clear}) => (clear?.startsWith('redeye ') ? [clear] : []))
  throw new EarlyEnd(
    'refused',
    `refused by ${refused.length === 1 ? 'guard' : 'guards'} ${names}; nothing was changed`,
    refused.flatMap(evidence),
    [...new Set(commands)],
  )
}

function evidence({id, saw, clear, overridable}: Finding): string[] {
  return [
    `${id}: ${saw}`,
    ...(clear && !clear.startsWith('redeye ') ? [`to clear it: ${clear}`] : []),
    overridable ? `to override it: --override ${id} --reason "..."` : 'it cannot be overridden',
  ]
}

/** A saved plan is applied exactly or not at all. @throws EarlyEnd `drifted`, with the differences */
export function mustFit(runbook: AnyRunbook, saved: Plan, facts: Json): void {
  if (fingerprint(runbook, saved.input, facts) === saved.fingerprint) return
  const because = difference(restsOn(runbook, saved.input, saved.facts), restsOn(runbook, saved.input, facts))
  throw new EarlyEnd('drifted', 'the plan no longer fits what is there; nothing was changed', because, [
    'make the plan again and have it approved again',
  ])
}

/** @throws EarlyEnd `drifted` when this version would build other steps than the plan names */
export function sameSteps(planned: readonly string[], built: readonly string[], what: string): void {
  if (planned.length === built.length && planned.every((id, at) => id === built[at])) return
  throw new EarlyEnd(
    'drifted',
    `this version of redeye builds other steps than the ${what} names; nothing was changed`,
    [`planned: ${planned.slice(0, 10).join(', ')}`, `built: ${built.slice(0, 10).join(', ')}`],
  )
}
