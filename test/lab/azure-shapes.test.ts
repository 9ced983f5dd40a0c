import {describe, expect, test} from 'vitest'
import {vmAction} from '../../src/lib/lab/azure-actions.js'
import {idOf, labVm, VM_KIND} from '../../src/lib/lab/azure-estate.js'
import {
  addressPayload,
  instancePayload,
  nicPayload,
  setPayload,
  vmPayload,
} from '../../src/lib/lab/azure-payloads.js'
import * as reads from '../../src/lib/lab/azure-reads.js'
import {actionCommand, commandPayload} from '../../src/lib/lab/azure-run-commands.js'
import {azureWorld} from '../../src/lib/lab/azure-world.js'
import {until} from '../../src/lib/lab/until.js'

/*
 * The peer may say less than Azure does, and nothing that Azure does not say: every key of its payloads is in a published example of the API
 * specification (github.com/Azure/azure-rest-api-specs, below specification/). They are listed here by hand, each with its file.
 */
const COMPUTE = 'compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/examples'
const NETWORK = 'network/resource-manager/Microsoft.Network/stable/2024-01-01/examples'

const STATUS = ['code', 'level', 'displayStatus', 'message', 'time']
const under = (path: string, keys: string[]) => [path, ...keys.map((key) => `${path}.${key}`)]
const TOP = ['name', 'id', 'type', 'location', 'tags', 'properties']

const VIEW = [
  'computerName',
  'osName',
  ...under('vmAgent', ['vmAgentVersion', ...under('statuses', STATUS)]),
  'bootDiagnostics',
  ...under('statuses', STATUS),
]

const PUBLISHED: {[source: string]: string[]} = {
  [`${COMPUTE}/virtualMachineExamples/VirtualMachine_Get.json`]: [
    ...TOP,
    ...under('properties', [
      'vmId',
      'provisioningState',
      ...under('availabilitySet', ['id']),
      ...under('proximityPlacementGroup', ['id']),
      ...under('hardwareProfile', ['vmSize']),
      ...under('storageProfile', [
        ...under('osDisk', [
          'osType',
          'name',
          'createOption',
          'caching',
          ...under('managedDisk', ['storageAccountType']),
        ]),
        ...under('dataDisks', [
          'lun',
          'name',
          'createOption',
          ...under('managedDisk', ['storageAccountType']),
        ]),
      ]),
      ...under('networkProfile', [...under('networkInterfaces', ['id'])]),
    ]),
  ],
  // It is the body of the instance view; in a VM it is below this key.
  [`${COMPUTE}/virtualMachineExamples/VirtualMachine_Get_InstanceView.json`]: [
    ...under('properties', [...under('instanceView', VIEW)]),
  ],
  [`${COMPUTE}/virtualMachineExamples/VirtualMachine_List_MaximumSet_Gen.json`]: [
    ...under('properties', [
      ...under('virtualMachineScaleSet', ['id']),
      'priority',
      'evictionPolicy',
      ...under('storageProfile', [
        ...under('osDisk', [...under('diffDiskSettings', ['option', 'placement'])]),
      ]),
    ]),
  ],
  [`${COMPUTE}/virtualMachineExamples/VirtualMachine_ListAvailableVmSizes.json`]: [
    ...under('value', [
      'name',
      'numberOfCores',
      'osDiskSizeInMB',
      'resourceDiskSizeInMB',
      'memoryInMB',
      'maxDataDiskCount',
    ]),
  ],
  [`${COMPUTE}/virtualMachineScaleSetExamples/VirtualMachineScaleSetVM_List_MaximumSet_Gen.json`]: [
    ...TOP,
    'instanceId',
    'zones',
    ...under('properties', [
      'latestModelApplied',
      'vmId',
      'provisioningState',
      ...under('protectionPolicy', ['protectFromScaleIn', 'protectFromScaleSetActions']),
      ...under('instanceView', [
        ...VIEW,
        ...under('maintenanceRedeployStatus', ['isCustomerInitiatedMaintenanceAllowed']),
        ...under('vmHealth', [...under('status', STATUS)]),
      ]),
    ]),
  ],
  [`${COMPUTE}/virtualMachineScaleSetExamples/VirtualMachineScaleSetRollingUpgrade_GetLatest_MaximumSet_Gen.json`]:
    [...under('properties', [...under('runningStatus', ['code', 'startTime'])])],
  [`${COMPUTE}/runCommandExamples/VirtualMachineRunCommand_Get.json`]: [
    ...TOP,
    ...under('properties', [
      ...under('source', ['script']),
      'asyncExecution',
      'treatFailureAsDeploymentFailure',
      'timeoutInSeconds',
      'provisioningState',
    ]),
  ],
  [`${COMPUTE}/runCommandExamples/VirtualMachineRunCommand.json`]: [
    ...under('value', ['code', 'level', 'displayStatus', 'message']),
  ],
  [`${NETWORK}/NetworkInterfaceGet.json`]: [
    ...TOP,
    ...under('properties', [
      'provisioningState',
      ...under('ipConfigurations', [
        'name',
        'id',
        ...under('properties', [
          'privateIPAddress',
          'privateIPAllocationMethod',
          'primary',
          ...under('publicIPAddress', ['id']),
        ]),
      ]),
      ...under('virtualMachine', ['id']),
    ]),
  ],
  [`${NETWORK}/PublicIpAddressListAll.json`]: [
    ...TOP,
    ...under('properties', ['provisioningState', 'publicIPAllocationMethod', 'ipAddress']),
  ],
  'resourcehealth/resource-manager/Microsoft.ResourceHealth/stable/2022-10-01/examples/AvailabilityStatus_GetByResource.json':
    [...TOP, ...under('properties', ['availabilityState', 'title', 'summary', 'reasonType', 'reportedTime'])],
  'monitor/resource-manager/Microsoft.Insights/stable/2015-04-01/examples/GetActivityLogsFiltered.json': [
    ...under('value', [
      'correlationId',
      ...under('eventName', ['value', 'localizedValue']),
      ...under('httpRequest', ['clientRequestId', 'method']),
      'level',
      ...under('operationName', ['value', 'localizedValue']),
      ...under('properties', ['statusCode']),
      ...under('status', ['value', 'localizedValue']),
      ...under('subStatus', ['value', 'localizedValue']),
      'eventTimestamp',
      'submissionTimestamp',
      'subscriptionId',
    ]),
  ],
}

/** In none of these examples; so the reference of the resource type has them. */
const BY_REFERENCE: {[type: string]: string[]} = {
  'Microsoft.Network/networkInterfaces': [
    ...under('properties', [
      ...under('ipConfigurations', [
        ...under('properties', [...under('loadBalancerBackendAddressPools', ['id'])]),
      ]),
    ]),
  ],
  'Microsoft.Network/publicIPAddresses': under('sku', ['name']),
}

const published = (...files: string[]) =>
  Object.entries({...PUBLISHED, ...BY_REFERENCE}).flatMap(([source, keys]) =>
    files.some((file) => source.includes(file)) ? keys : [],
  )

/** Paths of all keys, lists passed over; below `tags` the names are somebody's own. */
function keysOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => keysOf(one, path))
  if (typeof value !== 'object' || value === null || path === 'tags') return []
  return Object.entries(value).flatMap(([key, part]) => {
    const at = path === '' ? key : `${path}.${key}`
    return [at, ...keysOf(part, at)]
  })
}

function fits(payload: unknown, ...files: string[]): void {
  const known = new Set(published(...files))
  expect(known.size).toBeGreaterThan(0)
  const keys = [...new Set(keysOf(payload))]
  expect(keys.length).toBeGreaterThan(0)
  expect(keys.filter((key) => !known.has(key))).toEqual([])
}

const world = azureWorld()
const {estate} = world
const [vm = labVm('x', 0)] = estate.vms

describe('payloads', () => {
  test('a VM with all that the peer can say of one', () => {
    const full = labVm('full', Date.now(), {
      zone: '1',
      ephemeral: true,
      disks: ['UltraSSD_LRS'],
      availabilitySet: 'as',
      proximityGroup: 'ppg',
      maintenance: true,
      generalized: true,
    })
    fits(vmPayload(full, estate, true), 'VirtualMachine_Get', 'VirtualMachine_List_Max', 'ScaleSetVM_List')
  })

  test('scale sets', () => {
    const [set] = estate.sets
    const [instance] = set?.instances ?? []
    if (!set || !instance) throw new Error('no set')
    fits(instancePayload(instance, set, estate), 'ScaleSetVM_List')
    fits(
      reads.scaleSet(
        {...world, estate: {...estate, sets: [{...set, rolling: 'Completed'}]}},
        set.group,
        set.name,
        'rollingUpgrades/latest',
      ).body,
      'RollingUpgrade',
    )
    expect(keysOf(setPayload(set, estate))).toContain('properties.orchestrationMode')
  })

  test('network', () => {
    const [nic] = estate.nics
    const [address] = estate.addresses
    fits(nic && nicPayload(nic, estate), 'NetworkInterfaceGet', 'networkInterfaces')
    fits(address && addressPayload(address, estate), 'PublicIpAddressListAll', 'publicIPAddresses')
  })

  test('Resource Health and sizes', () => {
    fits(reads.health(vm).body, 'AvailabilityStatus')
    fits(reads.sizes().body, 'ListAvailableVmSizes')
  })

  test('run commands: the resource, and the result of an action', async () => {
    const command = {
      name: 'c',
      tags: {},
      script: 'x',
      timeoutS: 1,
      state: 'Succeeded',
      output: '',
      error: '',
      startedAt: 0,
    } as const
    fits(commandPayload(vm, command, estate, false), 'VirtualMachineRunCommand_Get')
    // No example has its instance view: the keys are those of VirtualMachineRunCommandInstanceView in @azure/arm-compute.
    const viewed = commandPayload(vm, {...command, exitCode: 0, endedAt: 1}, estate, true)
    expect(Object.keys(viewed.properties.instanceView ?? {})).toEqual([
      'executionState',
      'executionMessage',
      'exitCode',
      'output',
      'error',
      'startTime',
      'endTime',
    ])
    actionCommand(world, vm, {script: ['true']}, 'id')
    await until(() => world.operations.all().every(({status}) => status !== 'InProgress'), 5000)
    fits(world.operations.all()[0]?.result, 'VirtualMachineRunCommand.json')
  })

  test('the Activity Log', () => {
    vmAction(world, vm, 'restart', 'id-1')
    const filter = `eventTimestamp ge '2020-01-01T00:00:00Z' and resourceUri eq '${idOf(VM_KIND, vm.group, vm.name)}'`
    fits(reads.activity(world, filter).body, 'GetActivityLogsFiltered')
    world.operations.clear()
  })
})

test('an operation: 202 with where to ask, then 200 whatever became of it', async () => {
  world.script = {fail: {code: 'AllocationFailed', message: 'none'}}
  const web2 = estate.vms.find(({name}) => name === 'web-2') ?? vm
  const answer = vmAction(world, web2, 'deallocate', 'id-2')
  expect(answer.status).toBe(202)
  expect(Object.keys(answer.headers ?? {})).toEqual(['azure-asyncoperation', 'location'])
  const [operation] = world.operations.all()
  expect(reads.operationStatus(world, operation)).toMatchObject({status: 200, body: {status: 'InProgress'}})
  await until(() => operation?.status !== 'InProgress', 2000)
  expect(reads.operationStatus(world, operation)).toMatchObject({
    status: 200,
    body: {status: 'Failed', error: {code: 'AllocationFailed', message: 'none'}},
  })
})
