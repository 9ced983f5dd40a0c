import {
  ADDRESS_KIND,
  AVAILABILITY_KIND,
  type AzureEstate,
  idOf,
  type LabAddress,
  type LabInstance,
  type LabNic,
  type LabSet,
  type LabVm,
  NIC_KIND,
  SET_KIND,
  VM_KIND,
} from './azure-estate.js'

/** Payloads in the shapes of the published examples of the API specification; test/lab/azure-shapes.test.ts compares them. */
export function vmPayload(vm: LabVm, estate: AzureEstate, expanded: boolean) {
  return {
    name: vm.name,
    id: idOf(VM_KIND, vm.group, vm.name),
    type: VM_KIND,
    location: estate.location,
    tags: vm.tags,
    ...(vm.zone && {zones: [vm.zone]}),
    properties: {
      vmId: `vmid-${vm.name}`,
      hardwareProfile: {vmSize: vm.size},
      provisioningState: vm.provisioning,
      storageProfile: {
        osDisk: {
          osType: vm.os,
          name: `${vm.name}-os`,
          createOption: 'FromImage',
          caching: 'ReadWrite',
          ...(vm.ephemeral && {diffDiskSettings: {option: 'Local', placement: 'CacheDisk'}}),
          managedDisk: {storageAccountType: 'Premium_LRS'},
        },
        dataDisks: (vm.disks ?? []).map((type, lun) => ({
          lun,
          name: `${vm.name}-data-${lun}`,
          createOption: 'Attach',
          managedDisk: {storageAccountType: type},
        })),
      },
      networkProfile: {networkInterfaces: vm.nics.map((nic) => ({id: idOf(NIC_KIND, vm.group, nic)}))},
      ...(vm.availabilitySet && {
        availabilitySet: {id: idOf(AVAILABILITY_KIND, vm.group, vm.availabilitySet)},
      }),
      ...(vm.proximityGroup && {
        proximityPlacementGroup: {
          id: idOf('Microsoft.Compute/proximityPlacementGroups', vm.group, vm.proximityGroup),
        },
      }),
      ...(vm.set && {virtualMachineScaleSet: {id: idOf(SET_KIND, vm.group, vm.set)}}),
      ...(vm.spot && {priority: 'Spot', evictionPolicy: vm.spot}),
      ...(expanded && {instanceView: instanceView(vm)}),
    },
  }
}

function instanceView(vm: LabVm) {
  return {
    computerName: vm.name,
    osName: vm.os === 'Linux' ? 'debian' : 'Windows Server 2022 Datacenter',
    ...(vm.power === 'running' && {vmAgent: agentPayload(vm)}),
    ...(vm.maintenance && {maintenanceRedeployStatus: {isCustomerInitiatedMaintenanceAllowed: true}}),
    bootDiagnostics: {},
    statuses: [
      status(`ProvisioningState/${vm.provisioning.toLowerCase()}`, `Provisioning ${vm.provisioning}`),
      ...(vm.generalized ? [status('OSState/generalized', 'VM generalized')] : []),
      status(`PowerState/${vm.power}`, `VM ${vm.power}`),
    ],
  }
}

function agentPayload({agent}: LabVm) {
  return {
    vmAgentVersion: agent.ready ? '2.9.1.1' : 'Unknown',
    statuses: [
      {
        code: agent.ready ? 'ProvisioningState/succeeded' : 'ProvisioningState/Unavailable',
        level: agent.ready ? 'Info' : 'Warning',
        displayStatus: agent.ready ? 'Ready' : 'Not Ready',
        message: agent.ready ? 'Guest Agent is running' : 'The status of the agent is not yet populated.',
        time: new Date(agent.at).toISOString(),
      },
    ],
  }
}

function status(code: string, displayStatus: string) {
  return {code, level: 'Info', displayStatus}
}

export function setPayload(set: LabSet, estate: AzureEstate) {
  return {
    name: set.name,
    id: idOf(SET_KIND, set.group, set.name),
    type: SET_KIND,
    location: estate.location,
    sku: {name: 'Standard_D2s_v5', tier: 'Standard', capacity: set.instances.length},
    properties: {
      singlePlacementGroup: false,
      orchestrationMode: set.mode,
      upgradePolicy: {mode: 'Manual'},
      automaticRepairsPolicy: {enabled: set.repairs, gracePeriod: 'PT30M'},
      provisioningState: 'Succeeded',
      overprovision: false,
    },
  }
}

export function instancePayload(one: LabInstance, set: LabSet, estate: AzureEstate) {
  return {
    name: `${set.name}_${one.id}`,
    id: `${idOf(SET_KIND, set.group, set.name)}/virtualMachines/${one.id}`,
    instanceId: one.id,
    type: `${SET_KIND}/virtualMachines`,
    location: estate.location,
    properties: {
      latestModelApplied: true,
      vmId: `vmid-${set.name}-${one.id}`,
      provisioningState: one.provisioning,
      protectionPolicy: {protectFromScaleIn: false, protectFromScaleSetActions: one.protected},
      instanceView: {
        ...(one.health && {vmHealth: {status: status(`HealthState/${one.health}`, one.health)}}),
        vmAgent: {
          vmAgentVersion: '2.9.1.1',
          statuses: [
            {
              code: 'ProvisioningState/succeeded',
              level: 'Info',
              displayStatus: 'Ready',
              message: 'Guest Agent is running',
              // A living agent reports all the time.
              time: new Date(one.silent ? one.agentAt : Date.now()).toISOString(),
            },
          ],
        },
        statuses: [
          status(`ProvisioningState/${one.provisioning.toLowerCase()}`, 'Provisioning'),
          status(`PowerState/${one.power}`, `VM ${one.power}`),
        ],
      },
    },
  }
}

export function nicPayload(nic: LabNic, estate: AzureEstate) {
  const id = idOf(NIC_KIND, nic.group, nic.name)
  const vm = estate.vms.find(({group, nics}) => group === nic.group && nics.includes(nic.name))
  return {
    name: nic.name,
    id,
    type: NIC_KIND,
    location: estate.location,
    properties: {
      provisioningState: 'Succeeded',
      ipConfigurations: [
        {
          name: 'ipconfig1',
          id: `${id}/ipConfigurations/ipconfig1`,
          properties: {
            privateIPAddress: nic.private,
            privateIPAllocationMethod: 'Dynamic',
            primary: true,
            loadBalancerBackendAddressPools: nic.pools.map((pool) => ({id: pool})),
            ...(nic.address && {publicIPAddress: {id: idOf(ADDRESS_KIND, nic.group, nic.address)}}),
          },
        },
      ],
      ...(vm && {virtualMachine: {id: idOf(VM_KIND, vm.group, vm.name)}}),
    },
  }
}

export function addressPayload(one: LabAddress, estate: AzureEstate) {
  return {
    name: one.name,
    id: idOf(ADDRESS_KIND, one.group, one.name),
    type: ADDRESS_KIND,
    location: estate.location,
    sku: {name: one.sku},
    properties: {
      provisioningState: 'Succeeded',
      publicIPAllocationMethod: one.method,
      ipAddress: one.ip,
    },
  }
}
