import type {AwsAccount} from '../systems/aws/account.js'
import {AWS_ENVIRONMENT} from './aws-environment.js'
import type {Environment} from './environment.js'
import {inventoryIfAny} from './inventory.js'
import {secrets} from './secrets.js'
import {UsageError} from './usage-error.js'

/** An account of the inventory, or the one that the environment describes; nothing is sent yet. @throws UsageError */
export async function openAccount(
  name: string,
  explicit: string | undefined,
  at: Environment,
): Promise<AwsAccount> {
  const loaded = await inventoryIfAny(explicit, at)
  const target = loaded?.inventory.aws[name]
  if (!target && name !== AWS_ENVIRONMENT)
    throw new UsageError(`${loaded?.source ?? 'no inventory'} has no aws target ${name}`)
  for (const secret of [at.env.AWS_SECRET_ACCESS_KEY, at.env.AWS_SESSION_TOKEN])
    if (secret) secrets.add(secret)
  // The SDK looks for some of a profile, its endpoint above all, by this variable alone.
  if (target?.profile !== undefined) process.env.AWS_PROFILE = target.profile
  const {openAws} = await import('../systems/aws/open.js')
  return openAws({...target, env: at.env})
}
