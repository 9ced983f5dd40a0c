import type {Arm} from './arm.js'
import type {Azure} from './azure.js'
import type {Health, Lock, Permissions} from './model.js'
import {vmId} from './resource-id.js'
import type {Session} from './session.js'

const SUBSCRIPTIONS = '2022-12-01'
const PROVIDERS = '2021-04-01'
const LOCKS = '2020-05-01'
const PERMISSIONS = '2022-04-01'
const HEALTH = '2025-05-01'

type Reads = Pick<Azure, 'account' | 'provider' | 'locks' | 'permissions' | 'health'>

/** What is not compute: the subscription, locks, permissions, Resource Health. Plain requests; no further package. */
export function scopeReads(session: Session, arm: Arm, subscription: string, endpoint: string): Reads {
  return {
    async account(signal) {
      const principal = await session.call('the sign-in', signal, (tools) => tools.principal())
      const about = (await arm.get(`/subscriptions/${subscription}`, SUBSCRIPTIONS, signal)) as {
        displayName?: string
        tenantId?: string
        state?: string
      }
      const {displayName: name = '', tenantId: tenant = '', state = 'Unknown'} = about
      return {subscription, name, tenant, state, principal, endpoint}
    },
    async provider(signal) {
      const path = `/subscriptions/${subscription}/providers/Microsoft.Compute`
      const {registrationState = 'Unknown'} = (await arm.get(path, PROVIDERS, signal)) as {
        registrationState?: string
      }
      return registrationState
    },
    async locks(scope, signal) {
      const found = (await arm.list(
        `${scope}/providers/Microsoft.Authorization/locks`,
        LOCKS,
        signal,
      )) as RawLock[]
      return found.map(parseLock)
    },
    async permissions(scope, signal) {
      const found = await arm.list(
        `${scope}/providers/Microsoft.Authorization/permissions`,
        PERMISSIONS,
        signal,
      )
      return (found as Partial<Permissions[number]>[]).map(({actions = [], notActions = []}) => ({
        actions,
        notActions,
      }))
    },
    async health(at, signal) {
      const path = `${vmId(subscription, at)}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`
      const {properties = {}} = (await arm.get(path, HEALTH, signal)) as {properties?: RawHealth}
      return parseHealth(properties)
    },
  }
}

type RawLock = {id?: string; name?: string; properties?: {level?: string}}
type RawHealth = {availabilityState?: string; reasonType?: string; summary?: string}

function parseLock({id = '', name = '', properties}: RawLock): Lock {
  return {
    name,
    level: properties?.level ?? 'Unknown',
    scope: id.split('/providers/Microsoft.Authorization/')[0] ?? '',
  }
}

function parseHealth({availabilityState = 'Unknown', reasonType = '', summary = ''}: RawHealth): Health {
  return {state: availabilityState, reason: reasonType, summary}
}
