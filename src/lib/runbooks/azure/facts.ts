import {failing} from '../../engine/failure.js'
import type {Azure, AzureSystems} from '../../systems/azure/azure.js'
import type {
  Account,
  Health,
  Lock,
  Network,
  Peers,
  Permissions,
  Place,
  Vm,
} from '../../systems/azure/model.js'
import {parseId, vmId} from '../../systems/azure/resource-id.js'
import type {RecoverInput} from './input.js'

/** What Azure said about one VM; null is what could not be read, and `unread` says why. */
export type Facts = {
  account: Account
  /** Where a VM of this name is. One, unless the name is unknown or ambiguous. */
  places: Place[]
  vm: Vm | null
  health: Health | null
  locks: Lock[] | null
  permissions: Permissions | null
  temporaryDisk: boolean | null
  network: Network | null
  peers: Peers[] | null
  /** Whether its scale set repairs it automatically; false where it is in none. */
  repaired: boolean | null
  unread: {[what: string]: string}
}

export async function survey(
  systems: AzureSystems,
  asked: Pick<RecoverInput, 'target' | 'subscription' | 'group' | 'vm'>,
  signal: AbortSignal,
): Promise<Facts> {
  const azure = await systems.azure(asked.target, asked.subscription)
  const account = await azure.account(signal)
  const places =
    asked.group === null ? await azure.find('vm', asked.vm, signal) : [{group: asked.group, name: asked.vm}]
  const [at] = places
  const nothing: Facts = {account, places, ...NOTHING, unread: {}}
  if (!at || places.length > 1) return nothing
  const vm = await azure.vm(at, signal)
  return {account, places, ...(await around(azure, at, vm, signal))}
}

const NOTHING = {
  vm: null,
  health: null,
  locks: null,
  permissions: null,
  temporaryDisk: null,
  network: null,
  peers: null,
  repaired: null,
}

/** What is known of the surroundings decides guards: what may not be read is unknown, and they refuse. */
async function around(
  azure: Azure,
  at: Place,
  vm: Vm,
  signal: AbortSignal,
): Promise<Omit<Facts, 'account' | 'places'>> {
  const unread: {[what: string]: string} = {}
  const read = (what: string, reading: Promise<unknown>) => orNull(what, reading, unread)
  const id = vmId(azure.subscription, at)
  const [health, locks, permissions, temporaryDisk, network, repaired] = await Promise.all([
    read('health', azure.health(at, signal)) as Promise<Health | null>,
    read('locks', azure.locks(id, signal)) as Promise<Lock[] | null>,
    read('permissions', azure.permissions(id, signal)) as Promise<Permissions | null>,
    read('sizes', azure.hasTemporaryDisk(at, vm.size, signal)) as Promise<boolean | null>,
    read('network', azure.network(vm, signal)) as Promise<Network | null>,
    read('scale set', isRepaired(azure, vm, signal)) as Promise<boolean | null>,
  ])
  const peers = network && ((await read('peers', azure.peers(vm, network.pools, signal))) as Peers[] | null)
  return {vm, health, locks, permissions, temporaryDisk, network, peers, repaired, unread}
}

export async function orNull<T>(
  what: string,
  reading: Promise<T>,
  unread: {[what: string]: string},
): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    const {fault, message} = failing(error)
    if (fault !== 'answered') throw error
    unread[what] = message
    return null
  }
}

async function isRepaired(azure: Azure, vm: Vm, signal: AbortSignal): Promise<boolean> {
  const set = vm.scaleSet === null ? undefined : parseId(vm.scaleSet)
  return set ? (await azure.scaleSet(set, signal)).repairs : false
}
