/** What a pretended subscription holds. Times are ms since the epoch; ids are made from group and name. */
export type AzureEstate = {
  subscription: string
  tenant: string
  location: string
  vms: LabVm[]
  sets: LabSet[]
  nics: LabNic[]
  addresses: LabAddress[]
  /** Backend pools, by id, with the ids of the NICs in them. */
  pools: {[id: string]: string[]}
  locks: {name: string; scope: string; level: 'ReadOnly' | 'CanNotDelete'}[]
  /** Actions that the signed-in principal may not do, `Microsoft.Compute/virtualMachines/restart/action`. */
  denied: string[]
  /** `Registered` unless a test says otherwise. */
  provider: string
  /** `Enabled` unless a test says otherwise. */
  state: string
}

export type LabVm = {
  name: string
  group: string
  size: string
  os: 'Linux' | 'Windows'
  tags: {[key: string]: string}
  power: 'running' | 'starting' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated' | 'unknown'
  provisioning: string
  generalized: boolean
  agent: {ready: boolean /** When the guest agent last reported. */; at: number}
  /** Changes with every boot. */
  bootId: string
  host: string
  health: {state: string; reason: string}
  nics: string[]
  zone?: string
  spot?: 'Deallocate' | 'Delete'
  ephemeral?: boolean
  disks?: string[]
  availabilitySet?: string
  proximityGroup?: string
  /** Name of a flexible scale set. */
  set?: string
  maintenance?: boolean
  /** The guest agent does not come back after a boot. */
  agentDies?: boolean
}

export type LabSet = {
  name: string
  group: string
  mode: 'Uniform' | 'Flexible'
  repairs: boolean
  /** `runningStatus.code` of its latest rolling upgrade; none when null. */
  rolling: string | null
  instances: LabInstance[]
}

export type LabInstance = {
  id: string
  power: string
  provisioning: string
  /** Null where no health is probed. */
  health: 'healthy' | 'unhealthy' | null
  protected: boolean
  agentAt: number
  /** Its guest agent reports no more. */
  silent?: boolean
  bootId: string
  /** Its health after the next boot, if another one. */
  healthAfter?: 'healthy' | 'unhealthy'
}

export type LabNic = {name: string; group: string; private: string; address?: string; pools: string[]}
export type LabAddress = {name: string; group: string; ip: string; method: 'Static' | 'Dynamic'; sku: string}

export const LAB_SUBSCRIPTION = '11111111-2222-4333-8444-555555555555'
export const LAB_TENANT = '99999999-8888-4777-8666-555555555555'
const GROUP = 'rg-web'

/** Machine sizes that have a temporary disk, in MiB. */
export const TEMPORARY_DISKS: {[size: string]: number} = {
  Standard_D2s_v5: 0,
  Standard_D2ds_v5: 76_800,
  Standard_B2ms: 16_384,
}

export function idOf(kind: string, group: string, name: string, subscription = LAB_SUBSCRIPTION): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${kind}/${name}`
}

export const VM_KIND = 'Microsoft.Compute/virtualMachines'
export const SET_KIND = 'Microsoft.Compute/virtualMachineScaleSets'
export const NIC_KIND = 'Microsoft.Network/networkInterfaces'
export const ADDRESS_KIND = 'Microsoft.Network/publicIPAddresses'
export const AVAILABILITY_KIND = 'Microsoft.Compute/availabilitySets'

export function labVm(name: string, now: number, more: Partial<LabVm> = {}): LabVm {
  return {
    name,
    group: GROUP,
    size: 'Standard_D2s_v5',
    os: 'Linux',
    tags: {},
    power: 'running',
    provisioning: 'Succeeded',
    generalized: false,
    agent: {ready: true, at: now},
    bootId: `boot-${name}-0`,
    host: 'host-0',
    health: {state: 'Available', reason: ''},
    nics: [`${name}-nic`],
    ...more,
  }
}

/** Two web servers behind a pool, a database, a batch machine, and two scale sets. */
export function labEstate(now: number): AzureEstate {
  const vms = [
    labVm('web-1', now, {tags: {role: 'web'}}),
    labVm('web-2', now, {tags: {role: 'web'}}),
    labVm('db-1', now, {size: 'Standard_D2ds_v5', nics: ['db-1-nic'], tags: {role: 'db'}}),
    labVm('batch-1', now, {group: 'rg-batch', power: 'deallocated', agent: {ready: false, at: 0}}),
  ]
  const pool = `${idOf('Microsoft.Network/loadBalancers', GROUP, 'lb')}/backendAddressPools/web`
  const nicOf = (vm: LabVm, at: number): LabNic => ({
    name: `${vm.name}-nic`,
    group: vm.group,
    private: `10.0.0.${at + 4}`,
    pools: vm.tags.role === 'web' ? [pool] : [],
    ...(vm.name === 'web-1' && {address: 'web-1-ip'}),
  })
  const nics = vms.map(nicOf)
  const instances = (health: 'healthy' | null): LabInstance[] =>
    ['0', '1', '2', '3', '4', '5'].map((id) => ({
      id,
      power: 'running',
      provisioning: 'Succeeded',
      health,
      protected: false,
      agentAt: now,
      bootId: `boot-${id}-0`,
    }))
  return {
    subscription: LAB_SUBSCRIPTION,
    tenant: LAB_TENANT,
    location: 'westeurope',
    vms: [...vms, ...['flex-a', 'flex-b', 'flex-c'].map((name) => labVm(name, now, {set: 'flex', nics: []}))],
    sets: [
      {
        name: 'front',
        group: GROUP,
        mode: 'Uniform',
        repairs: false,
        rolling: null,
        instances: instances('healthy'),
      },
      {name: 'flex', group: GROUP, mode: 'Flexible', repairs: false, rolling: null, instances: []},
    ],
    nics,
    addresses: [{name: 'web-1-ip', group: GROUP, ip: '203.0.113.10', method: 'Static', sku: 'Standard'}],
    pools: {
      [pool]: nics.filter(({pools}) => pools.length > 0).map(({name, group}) => idOf(NIC_KIND, group, name)),
    },
    locks: [],
    denied: [],
    provider: 'Registered',
    state: 'Enabled',
  }
}
