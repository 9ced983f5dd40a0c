import type {Loaded} from '../inventory/load.js'
import type {System} from '../inventory/schema.js'
import type {Environment} from './environment.js'
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

/** The named target, or the only one there is. @throws UsageError: an unknown one is never all */
export async function chooseTarget(
  system: System,
  named: string | undefined,
  explicit: string | undefined,
  at: Environment,
): Promise<string> {
  const {inventory, source} = await inventoryOf(explicit, at)
  const known = Object.keys(inventory[system])
  if (named !== undefined && known.includes(named)) return named
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
