import type {Azure, AzureSystems} from '../../systems/azure/azure.js'
import type {Account, Instance, Lock, Permissions, Place, ScaleSet, Vm} from '../../systems/azure/model.js'
import {setId} from '../../systems/azure/resource-id.js'
import {orNull} from './facts.js'
import {together} from './together.js'

/** What Azure said about one scale set; null is what could not be read. */
export type SetFacts = {
  account: Account
  places: Place[]
  set: ScaleSet | null
  instances: Instance[]
  /** The VMs behind the instances of a flexible set, in the same order; empty otherwise. */
  vms: Vm[]
  locks: Lock[] | null
  permissions: Permissions | null
  unread: {[what: string]: string}
}

type Asked = {target: string; subscription: string; group: string | null; set: string}

export async function surveySet(systems: AzureSystems, asked: Asked, signal: AbortSignal): Promise<SetFacts> {
  const azure = await systems.azure(asked.target, asked.subscription)
  const account = await azure.account(signal)
  const places =
    asked.group === null
      ? await azure.find('set', asked.set, signal)
      : [{group: asked.group, name: asked.set}]
  const [at] = places
  const nothing = {set: null, instances: [], vms: [], locks: null, permissions: null, unread: {}}
  if (!at || places.length > 1) return {account, places, ...nothing}
  const set = await azure.scaleSet(at, signal)
  const unread: {[what: string]: string} = {}
  const id = setId(azure.subscription, at)
  const [locks, permissions, vms] = await Promise.all([
    orNull('locks', azure.locks(id, signal), unread),
    orNull('permissions', azure.permissions(id, signal), unread),
    set.mode === 'Flexible' ? members(azure, set, signal) : [],
  ])
  const instances = set.mode === 'Flexible' ? vms.map(instanceOf) : await azure.instances(at, signal)
  return {account, places, set, instances, vms, locks, permissions, unread}
}

/** Instances of a flexible set are plain VMs; the set's own calls are not for them [docs: orchestration modes]. */
async function members(azure: Azure, set: ScaleSet, signal: AbortSignal): Promise<Vm[]> {
  const places = await azure.members(set, signal)
  return await together(places, (place) => azure.vm(place, signal))
}

export function instanceOf(vm: Vm): Instance {
  const {name, power, provisioning, appHealth: health, agent} = vm
  return {id: name, name, power, provisioning, health, protected: false, agent}
}

/** Serves requests, as far as one can tell: healthy where something probes it, running where nothing does. */
export function isUp({power, health}: Instance): boolean {
  return power === 'running' && (health === null || health === 'healthy')
}
