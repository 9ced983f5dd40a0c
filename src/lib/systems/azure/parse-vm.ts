import type {
  InstanceViewStatus,
  VirtualMachine,
  VirtualMachineAgentInstanceView,
  VirtualMachineScaleSetVM,
} from '@azure/arm-compute'
import type {Agent, Instance, Vm} from './model.js'
import {parseId} from './resource-id.js'

const BOUND = new Set(['UltraSSD_LRS', 'PremiumV2_LRS'])

export function parseVm(vm: VirtualMachine): Vm {
  const {storageProfile, instanceView} = vm
  const place = parseId(vm.id ?? '')
  return {
    id: vm.id ?? '',
    name: vm.name ?? place?.name ?? '',
    group: place?.group ?? '',
    location: vm.location ?? '',
    zone: vm.zones?.[0] ?? null,
    size: vm.hardwareProfile?.vmSize ?? '',
    os: storageProfile?.osDisk?.osType === 'Windows' ? 'Windows' : 'Linux',
    tags: vm.tags ?? {},
    provisioning: vm.provisioningState ?? 'Unknown',
    provisioningCode: stateOf(instanceView?.statuses, 'ProvisioningState')?.split('/')[1] ?? '',
    power: stateOf(instanceView?.statuses, 'PowerState') ?? 'unknown',
    generalized: stateOf(instanceView?.statuses, 'OSState') === 'generalized',
    agent: parseAgent(instanceView?.vmAgent),
    spot: vm.priority === 'Spot' ? (vm.evictionPolicy === 'Delete' ? 'Delete' : 'Deallocate') : null,
    ephemeralOs: storageProfile?.osDisk?.diffDiskSettings !== undefined,
    boundDisks: (storageProfile?.dataDisks ?? [])
      .map(({managedDisk}) => String(managedDisk?.storageAccountType ?? ''))
      .filter((type) => BOUND.has(type)),
    availabilitySet: vm.availabilitySet?.id ?? null,
    scaleSet: vm.virtualMachineScaleSet?.id ?? null,
    proximityGroup: vm.proximityPlacementGroup?.id ?? null,
    maintenance: instanceView?.maintenanceRedeployStatus?.isCustomerInitiatedMaintenanceAllowed === true,
    appHealth: instanceView?.vmHealth?.status?.code?.split('/')[1] ?? null,
    nics: (vm.networkProfile?.networkInterfaces ?? []).flatMap(({id}) => (id ? [id] : [])),
  }
}

export function parseInstance(vm: VirtualMachineScaleSetVM): Instance {
  const {instanceView} = vm
  return {
    id: vm.instanceId ?? '',
    name: vm.name ?? '',
    power: stateOf(instanceView?.statuses, 'PowerState') ?? 'unknown',
    provisioning: vm.provisioningState ?? 'Unknown',
    health: instanceView?.vmHealth?.status?.code?.split('/')[1] ?? null,
    protected: vm.protectionPolicy?.protectFromScaleSetActions === true,
    agent: parseAgent(instanceView?.vmAgent),
  }
}

/** `PowerState/running` */
function stateOf(statuses: InstanceViewStatus[] | undefined, kind: string): string | undefined {
  const found = statuses?.find(({code}) => code?.startsWith(`${kind}/`))
  return found?.code?.slice(kind.length + 1)
}

function parseAgent(view: VirtualMachineAgentInstanceView | undefined): Agent {
  const status = view?.statuses?.[0]
  if (!status) return {ready: false, says: 'no report', atMs: null}
  const atMs = status.time?.getTime()
  return {
    ready: status.code?.toLowerCase() === 'provisioningstate/succeeded',
    says: status.displayStatus ?? status.code ?? '',
    atMs: atMs === undefined || Number.isNaN(atMs) ? null : atMs,
  }
}
