import type {Finding} from '../../../engine/runbook.js'
import type {Account, Lock, Permissions, Place} from '../../../systems/azure/model.js'
import {isPermitted} from '../../../systems/azure/permitted.js'

/** The subscription that was asked for, and one that can be used. */
export function account(asked: {subscription: string}, seen: Account): Finding {
  const id = 'account'
  const said = `${seen.name || seen.subscription} of tenant ${seen.tenant}, as ${seen.principal}`
  if (seen.subscription !== asked.subscription)
    return {id, level: 'refuse', saw: `this is subscription ${seen.subscription}, not ${asked.subscription}`}
  if (seen.state !== 'Enabled')
    return {
      id,
      level: 'refuse',
      saw: `${said}: the subscription is ${seen.state}`,
      clear: 'have it enabled again',
    }
  return {id, level: 'pass', saw: said}
}

/** A name stands for one thing, or for nothing. */
export function found(what: string, name: string, places: readonly Place[], command: string): Finding {
  const [only] = places
  if (!only)
    return {
      id: 'ambiguous',
      level: 'refuse',
      saw: `the subscription has no ${what} ${name}`,
      clear: 'check name and subscription',
    }
  if (places.length === 1) return {id: 'ambiguous', level: 'pass', saw: `${only.name} is in ${only.group}`}
  return {
    id: 'ambiguous',
    level: 'refuse',
    saw: `${places.length} resource groups have a ${what} ${name}: ${places.map(({group}) => group).join(', ')}`,
    clear: `redeye ${command} ${name} -g ${only.group}`,
  }
}

/** A ReadOnly lock stops every action; one against deletion stops none of ours, except where `deletes` is set. */
export function locked(locks: readonly Lock[] | null, why: string | undefined, deletes = false): Finding {
  const id = 'azure-lock'
  if (!locks)
    return {
      id,
      level: 'refuse',
      saw: `whether locks of Azure are in the way is not known: ${why}`,
      clear: 'grant Microsoft.Authorization/locks/read',
      overridable: true,
    }
  const inTheWay = locks.filter(({level}) => level === 'ReadOnly' || (deletes && level === 'CanNotDelete'))
  if (inTheWay.length === 0) return {id, level: 'pass', saw: 'no lock of Azure is in the way'}
  return {
    id,
    level: 'refuse',
    saw: inTheWay.map(({name, level, scope}) => `lock ${name} (${level}) on ${scope}`).join('; '),
    clear: `az lock delete --name ${inTheWay[0]?.name} with whoever set it`,
  }
}

/** What is needed is proven allowed, before anything is begun. */
export function permitted(
  permissions: Permissions | null,
  actions: readonly string[],
  why: string | undefined,
): Finding {
  const id = 'permission'
  if (!permissions)
    return {
      id,
      level: 'refuse',
      saw: `what you may do there is not known: ${why}`,
      clear: 'grant Microsoft.Authorization/permissions/read',
      overridable: true,
    }
  const missing = actions.filter((one) => !isPermitted(permissions, one))
  if (missing.length === 0)
    return {id, level: 'pass', saw: `you may do all ${actions.length} actions that it needs`}
  return {
    id,
    level: 'refuse',
    saw: `you may not: ${missing.join(', ')}`,
    clear: 'have the custom role of docs/azure.md assigned',
  }
}
