import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Json} from '../engine/json.js'
import type {Outcome} from '../engine/outcome.js'
import {perform} from '../engine/perform.js'
import {type ParentStep, planCode} from '../engine/plan.js'
import type {Performed, Request} from '../engine/request.js'
import type {AnyRunbook} from '../engine/runbook.js'
import type {PlanEvent} from '../report/plan.js'
import type {Environment} from './environment.js'
import {finish} from './finish.js'
import type {ChangeFlags} from './flags.js'
import {type Bindings, bindPorts} from './ports.js'
import {secrets} from './secrets.js'
import {ownerJson, type Stores, stores} from './stores.js'
import {openSystems} from './systems.js'
import {writeTargetLists} from './target-lists.js'
import {UsageError} from './usage-error.js'
import type {Asked} from './within.js'

/** What differs where a run is the step of another one. */
export interface Part extends Bindings {
  parent?: ParentStep
}

/** Performs a runbook as the flags say, and prints how it ended. */
export async function performRunbook(
  runbook: AnyRunbook,
  asked: Asked,
  flags: ChangeFlags,
  at: Environment,
  version: string,
): Promise<Outcome> {
  if (at.within) return await at.within.perform(runbook, asked, flags)
  const {performed, planned} = await performQuietly(runbook, asked, flags, at, version)
  await savePlan(performed, flags)
  finish(performed.outcome, flags.json, planned)
  return performed.outcome
}

/** The same, and how it ended is not printed. */
export async function performQuietly(
  runbook: AnyRunbook,
  asked: Asked,
  flags: ChangeFlags,
  at: Environment,
  version: string,
  part: Part = {},
): Promise<{performed: Performed; planned: PlanEvent | undefined}> {
  if (flags['on-failure'] === 'ask' && !at.interactive)
    throw new UsageError('--on-failure ask needs a terminal: say undo or stop')
  const kept = await stores(at)
  const request = {...requestOf(asked, flags, kept, version), ...(part.parent && {parent: part.parent})}
  const systems = openSystems(flags.inventory, at, request)
  const bound = await bindPorts(flags, at, kept, part)
  let performed: Performed
  try {
    performed = await perform(runbook, systems, request, bound.ports)
  } finally {
    await bound.close()
    await systems.close()
  }
  const {outcome} = performed
  if (runbook.leftBehind && outcome.run !== undefined)
    outcome.lists = await writeTargetLists(outcome, join(at.stateDir, 'runs', outcome.run))
  return {performed, planned: bound.planned()}
}

export function requestOf(asked: Asked, flags: ChangeFlags, kept: Stores, version: string): Request {
  return {
    ...asked,
    mode: flags['dry-run'] ? 'dry-run' : flags.out !== undefined ? 'save' : 'run',
    overrides: overridesOf(asked, flags),
    ...(flags.reason !== undefined && {reason: flags.reason}),
    ...(flags.ticket !== undefined && {ticket: flags.ticket}),
    ...(flags['on-failure'] !== undefined && {onFailure: flags['on-failure']}),
    waitLockMs: flags['wait-lock'],
    ...(flags.timeout !== undefined && {patienceMs: flags.timeout}),
    ...(flags['hold-before'] !== undefined && {holdBefore: flags['hold-before']}),
    owner: ownerJson(kept.owner, version) as Json,
  }
}

/** A saved plan is applied with what was approved in it, and nothing more. */
function overridesOf({saved, past}: Asked, flags: ChangeFlags): string[] {
  if (saved) return saved.overrides
  return [...new Set([...(past?.plan.overrides ?? []), ...(flags.override ?? [])])]
}

/** Writes what `redeye apply` reads, and says how to approve exactly this. */
async function savePlan({outcome, plan: made}: Performed, flags: ChangeFlags): Promise<void> {
  if (flags.out === undefined || !made || outcome.verdict !== 'planned') return
  const plan = secrets.redactAll(made)
  await writeFile(flags.out, `${JSON.stringify(plan, null, 1)}\n`, {mode: 0o600})
  outcome.next.push(`redeye apply ${flags.out} --confirm ${planCode(plan)}`)
}
