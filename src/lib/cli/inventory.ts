import type {Loaded} from '../inventory/load.js'
import type {System} from '../inventory/schema.js'
import {AWS_ENVIRONMENT} from './aws-environment.js'
import {AZURE_ENV, impliesAzure} from './azure-env.js'
import type {Environment} from './environment.js'
import {GOVC, impliesVsphere} from './govc-env.js'
import {UsageError} from './usage-error.js'

/** Loads the inventory that the flag, the environment or the usual places name. @throws InventoryError */
export async function inventoryOf(explicit: string | undefined, at: Environment): Promise<Loaded> {
  const {loadInventory} = await import('../inventory/load.js')
  const {REDEYE_INVENTORY: env} = at.env
  return await loadInventory({
    ...(explicit !== undefined && {explicit}),
    ...(env !== undefined && {env}),
    cwd: at.cwd,
    configHome: at.configHome,
  })
}

/** Names of the targets of a system, and where they come from. @throws InventoryError */
export async function targetsOf(
  system: System,
  explicit: string | undefined,
  at: Environment,
): Promise<{known: string[]; source: string}> {
  const implied = impliedBy(system, at.env)
  const loaded = await (implied ? inventoryIfAny(explicit, at) : inventoryOf(explicit, at))
  const known = Object.keys(loaded?.inventory[system] ?? {})
  if (implied && known.length === 0) return {known: [implied.name], source: implied.source}
  return {known, source: loaded?.source ?? ''}
}

/** The one target that the environment describes by a system's own conventions. */
export function impliedBy(
  system: System,
  env: Environment['env'],
): {name: string; source: string} | undefined {
  if (system === 'aws') return {name: AWS_ENVIRONMENT, source: 'the environment'}
  if (system === 'vsphere' && impliesVsphere(env)) return {name: GOVC, source: 'GOVC_URL'}
  if (system === 'azure' && impliesAzure(env)) return {name: AZURE_ENV, source: 'AZURE_SUBSCRIPTION_ID'}
  return undefined
}

/** The same as `inventoryOf`, where it is no error that there is none. */
export async function inventoryIfAny(
  explicit: string | undefined,
  at: Environment,
): Promise<Loaded | undefined> {
  const {NoInventory} = await import('../inventory/problem.js')
  try {
    return await inventoryOf(explicit, at)
  } catch (error) {
    if (error instanceof NoInventory) return undefined
    throw error
  }
}

/** The named target, or the only one there is. @throws UsageError: an unknown one is never all */
export async function chooseTarget(
  system: System,
  named: string | undefined,
  explicit: string | undefined,
  at: Environment,
): Promise<string> {
  const {known, source} = await targetsOf(system, explicit, at)
  if (named !== undefined && known.includes(named)) return named
  if (system === 'aws' && named === AWS_ENVIRONMENT) return named
  if (named !== undefined) {
    const {suggest} = await import('../inventory/suggest.js')
    const near = suggest(named, known)
    throw new UsageError(
      `${source} has no ${system} target ${named}${near ? `; did you mean ${near}?` : ''}`,
      [`it has ${known.join(', ') || 'none'}`],
    )
  }
  const [only] = known
  if (only !== undefined && known.length === 1) return only
  throw new UsageError(
    known.length === 0
      ? `${source} has no ${system} target`
      : `${source} has ${known.length} ${system} targets: say which`,
    known.length === 0 ? [] : [`they are ${known.join(', ')}`],
  )
}
