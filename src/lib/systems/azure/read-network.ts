import type {Arm} from './arm.js'
import type {Azure} from './azure.js'
import {ArmError} from './errors.js'
import type {Address, Network, Peers, Vm} from './model.js'
import {sameId} from './resource-id.js'

const NETWORK = '2024-05-01'
const COMPUTE = '2024-07-01'
/** Larger pools are not read member by member. */
const MOST_MEMBERS = 100

type Nic = {
  properties?: {
    ipConfigurations?: {
      properties?: {
        privateIPAddress?: string
        publicIPAddress?: {id?: string}
        loadBalancerBackendAddressPools?: {id?: string}[]
      }
    }[]
    virtualMachine?: {id?: string}
  }
}

/** Addresses and pools of a VM, and who else is in them. */
export function networkReads(arm: Arm, vms: Azure['vms']): Pick<Azure, 'network' | 'peers'> {
  return {
    network: (vm, signal) => network(arm, vm, signal),
    async peers(vm, pools, signal) {
      const groups: {of: string; members: string[]}[] = []
      if (vm.availabilitySet) {
        const set = (await arm.get(vm.availabilitySet, COMPUTE, signal)) as {
          properties?: {virtualMachines?: {id?: string}[]}
        }
        const members = (set.properties?.virtualMachines ?? []).flatMap(({id}) => (id ? [id] : []))
        groups.push({of: `availability set ${last(vm.availabilitySet)}`, members})
      }
      for (const pool of pools)
        groups.push({of: `backend pool ${last(pool)}`, members: await membersOf(arm, pool, signal)})
      if (groups.length === 0) return []
      const everyone = await vms(signal)
      return groups.map(({of, members}) => peersOf(of, members, vm, everyone))
    },
  }
}

function peersOf(of: string, members: string[], vm: Vm, everyone: Vm[]): Peers {
  const others = members.filter((id) => !sameId(id, vm.id))
  const running = everyone.filter(
    ({id, power}) => power === 'running' && others.some((other) => sameId(other, id)),
  )
  return {of, others: others.length, running: running.map(({name}) => name)}
}

async function network(arm: Arm, vm: Vm, signal: AbortSignal): Promise<Network> {
  const nics = (await Promise.all(vm.nics.map((id) => arm.get(id, NETWORK, signal)))) as Nic[]
  const configurations = nics.flatMap(({properties}) =>
    (properties?.ipConfigurations ?? []).flatMap((one) => (one.properties ? [one.properties] : [])),
  )
  const addresses = configurations.flatMap(({publicIPAddress}) =>
    publicIPAddress?.id ? [publicIPAddress.id] : [],
  )
  return {
    privateIps: configurations
      .flatMap(({privateIPAddress}) => (privateIPAddress ? [privateIPAddress] : []))
      .sort(),
    addresses: await Promise.all(addresses.map((id) => address(arm, id, signal))),
    pools: [
      ...new Set(
        configurations.flatMap(({loadBalancerBackendAddressPools = []}) =>
          loadBalancerBackendAddressPools.flatMap(({id}) => (id ? [id] : [])),
        ),
      ),
    ],
  }
}

async function address(arm: Arm, id: string, signal: AbortSignal): Promise<Address> {
  const {properties = {}, sku} = (await arm.get(id, NETWORK, signal)) as {
    properties?: {ipAddress?: string; publicIPAllocationMethod?: string}
    sku?: {name?: string}
  }
  return {
    id,
    ip: properties.ipAddress ?? null,
    allocation: properties.publicIPAllocationMethod ?? 'Unknown',
    sku: sku?.name ?? 'Basic',
  }
}

/** Ids of the VMs behind a pool, through their NICs. */
async function membersOf(arm: Arm, pool: string, signal: AbortSignal): Promise<string[]> {
  const {properties} = (await arm.get(pool, NETWORK, signal)) as {
    properties?: {backendIPConfigurations?: {id?: string}[]}
  }
  const nics = [
    ...new Set(
      (properties?.backendIPConfigurations ?? []).flatMap(({id}) =>
        id ? [id.split('/ipConfigurations/')[0] ?? ''] : [],
      ),
    ),
  ]
  if (nics.length > MOST_MEMBERS)
    throw new ArmError('answered', '', `the pool ${last(pool)} has more than ${MOST_MEMBERS} members`)
  const read = (await Promise.all(nics.map((id) => arm.get(id, NETWORK, signal)))) as Nic[]
  return read.flatMap(({properties: nic}) => (nic?.virtualMachine?.id ? [nic.virtualMachine.id] : []))
}

function last(id: string): string {
  return id.split('/').at(-1) ?? ''
}
