import type {Environment} from './environment.js'
import {inventoryIfAny} from './inventory.js'
import {UsageError} from './usage-error.js'

export interface AccountFlags {
  inventory?: string | undefined
  subscription?: string | undefined
  group?: string | undefined
}

/** The subscription and the default group of a target. @throws UsageError where none is named */
export async function subscriptionOf(
  target: string,
  flags: AccountFlags,
  at: Environment,
): Promise<{target: string; subscription: string; group: string | null}> {
  const known = (await inventoryIfAny(flags.inventory, at))?.inventory.azure[target]
  const subscription = flags.subscription ?? known?.subscription ?? at.env.AZURE_SUBSCRIPTION_ID
  if (!subscription)
    throw new UsageError(`no subscription is named for ${target}`, [
      'use --subscription ID, set AZURE_SUBSCRIPTION_ID, or write an azure target into the inventory',
    ])
  return {target, subscription, group: flags.group ?? known?.group ?? null}
}

/** A VM or scale set by its name, or by its whole resource id, which must lie in that subscription. */
export async function placeOf(
  text: string,
  kind: 'virtualMachines' | 'virtualMachineScaleSets',
  target: string,
  flags: AccountFlags,
  at: Environment,
): Promise<{target: string; subscription: string; group: string | null; name: string}> {
  const account = await subscriptionOf(target, flags, at)
  if (!text.includes('/')) return {...account, name: text}
  const {parseId} = await import('../systems/azure/resource-id.js')
  const id = parseId(text)
  if (!id || id.kind.toLowerCase() !== `microsoft.compute/${kind}`.toLowerCase())
    throw new UsageError(`${text} is not the id of one of Microsoft.Compute/${kind}`)
  if (id.subscription.toLowerCase() !== account.subscription.toLowerCase())
    throw new UsageError(`${text} is not in subscription ${account.subscription}`, [
      `add --subscription ${id.subscription}`,
    ])
  return {...account, group: id.group, name: id.name}
}
