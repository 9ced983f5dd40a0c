import type {Json} from '../../engine/json.js'
import type {LabPart} from '../../lab/install.js'
import {LAB_PARTS} from '../../lab/lab-record.js'
import type {Environment} from '../environment.js'
import {UsageError} from '../usage-error.js'
import {machine, type Said} from './machine.js'

/** Of one part, or of all that `lab up` starts. */
export async function labInstallCommand(
  part: LabPart | undefined,
  dryRun: boolean,
  at: Environment,
): Promise<Said> {
  const said: Said[] = []
  for (const one of part === undefined ? LAB_PARTS : [part])
    said.push(await installOne(one, dryRun, part !== undefined, at))
  return {
    lines: said.flatMap(({lines}) => lines),
    json: part === undefined ? said.map(({json}) => json) : (said[0]?.json ?? null),
  }
}

async function installOne(part: LabPart, dryRun: boolean, must: boolean, at: Environment): Promise<Said> {
  const {install, installPlan} = await import('../../lab/install.js')
  const plan = await installPlan(part, machine(at))
  const only = {lines: [plan.says], json: {part, ...plan} as unknown as Json}
  if (dryRun || plan.missing.length === 0) return only
  if (!plan.possible && must) throw new UsageError(plan.says)
  if (!plan.possible) return only
  const installed = await install(part, machine(at))
  return {lines: [`installed ${installed.join(', ')}`], json: {part, ...plan, installed} as unknown as Json}
}
