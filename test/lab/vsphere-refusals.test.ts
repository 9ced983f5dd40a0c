import {afterEach, describe, expect, test} from 'vitest'

import {runningVsphere} from './running-vsphere.js'
import {C, relocations, VM} from './vsphere-moves.js'

const at = runningVsphere({clusters: 2, hosts: 3, vms: 3})
const {control, reset, vmId, hostId, hostOfVm, relocate, relocated, checkRelocate, matrix, forgetDevices} =
  relocations(at)
afterEach(reset)

describe('is refused', () => {
  const to = `${C}_H1`
  const refusals: [string, () => Promise<void>, string][] = [
    ['a target in maintenance mode', () => control().host({host: to, inMaintenance: true}), 'InvalidState'],
    [
      'a target that is disconnected',
      () => control().host({host: to, connection: 'disconnected'}),
      'HostNotConnected',
    ],
    ['a target without vMotion', () => control().host({host: to, vmotion: false}), 'VMotionNotConfigured'],
    [
      'a source without vMotion',
      () => control().host({host: `${C}_H0`, vmotion: false}),
      'VMotionNotConfigured',
    ],
    [
      'a target without the memory',
      () => control().host({host: to, memoryMB: 7000}),
      'InsufficientMemoryResourcesFault',
    ],
    ['an orphaned VM', () => control().vm({vm: VM, connection: 'orphaned'}), 'InvalidState'],
    [
      'a mandatory rule',
      () =>
        control().cluster({
          cluster: C,
          rules: [{name: 'stay', kind: 'on-hosts', vms: [VM], hosts: [`${C}_H0`], mandatory: true}],
        }),
      'VmHostAffinityRuleViolation',
    ],
    [
      'what a test says',
      () =>
        control().pair({
          vm: VM,
          host: to,
          errors: [{fault: {type: 'CpuHotPlugNotSupported'}, message: 'CPU hot plug'}],
        }),
      'CpuHotPlugNotSupported',
    ],
  ]
  test.each(refusals)('%s', async (_, arrange, fault) => {
    await arrange()
    expect(await relocated(VM, to)).toMatchObject({state: 'error', fault})
    const check = await checkRelocate(VM, to)
    expect(check).toContain(`type="${fault}"`)
    expect(check).not.toContain('<warning>')
    expect(await matrix([VM], [to])).toEqual([[await vmId(VM), await hostId(to), fault]])
    expect(await hostOfVm(VM)).toBe(`${C}_H0`)
  })

  test('a network that is missing there', async () => {
    const {network} = await at().soap.props('HostSystem', await hostId(to), 'network')
    await control().host({host: to, networks: []})
    expect(await relocated(VM, to)).toMatchObject({fault: 'CannotAccessNetwork'})
    const ids = [...(network ?? '').matchAll(/>([\w-]+)</g)].map(([, id]) => id ?? '')
    await control().host({host: to, networks: ids})
    expect(await relocated(VM, to)).toMatchObject({state: 'success'})
  })

  test('a second move of the same VM', async () => {
    await control().vm({vm: VM, relocateMs: 300})
    const first = await relocate(VM, to)
    expect(await relocated(VM, `${C}_H2`)).toMatchObject({fault: 'TaskInProgress'})
    expect(await at().soap.ended(first)).toMatchObject({state: 'success'})
  })

  test('another cluster without its pool, a template, a host that is not there, a datastore', async () => {
    expect(await relocated(VM, 'DC0_C1_H0')).toMatchObject({fault: 'InvalidArgument'})
    const vm = ['VirtualMachine', await vmId(VM)] as [string, string]
    const spec = '<spec><host type="HostSystem">host-99999</host></spec>'
    expect(await at().soap.call('RelocateVM_Task', vm, spec)).toMatchObject({fault: 'ManagedObjectNotFound'})
    const {datastore} = await at().soap.props('VirtualMachine', vm[1], 'datastore')
    const id = />([\w-]+)</.exec(datastore ?? '')?.[1]
    const storage = `<spec><datastore type="Datastore">${id}</datastore></spec>`
    expect(await at().soap.call('RelocateVM_Task', vm, storage)).toMatchObject({fault: 'NotSupported'})
  })

  test('disabledMethod, and a VM that is locked so', async () => {
    await control().vm({vm: VM, disabledMethods: ['RelocateVM_Task']})
    await expect(relocate(VM, to)).rejects.toThrow('MethodDisabled')
    await control().vm({vm: VM, disabledMethods: []})
  })
})

describe('devices', () => {
  const kinds = ['host-cdrom', 'client-cdrom', 'floppy', 'passthrough', 'vgpu', 'sriov'] as const
  test.each(kinds)('%s keeps a running VM, and not one that is off', async (kind) => {
    const vm = 'DC0_C1_RP0_VM0'
    const device = (await at().soap.props('VirtualMachine', await vmId(vm), 'config.hardware.device'))[
      'config.hardware.device'
    ]
    expect(device).toContain('VirtualDisk')
    await control().vm({vm, devices: [{kind}]})
    expect(await relocated(vm, 'DC0_C1_H1')).toMatchObject({fault: 'DisallowedMigrationDeviceAttached'})
    await control().vm({vm, power: 'off'})
    expect(await relocated(vm, 'DC0_C1_H1')).toMatchObject({state: 'success'})
    await control().place({[vm]: 'DC0_C1_H0'})
    await control().vm({vm, power: 'on'})
    await forgetDevices(vm)
  })

  test('an ISO matters where its datastore is not mounted, and nothing matters when it is disconnected', async () => {
    const vm = 'DC0_C1_RP0_VM1'
    await control().datastore({name: 'single', hosts: ['DC0_C1_H1']})
    await control().vm({vm, devices: [{kind: 'iso', file: '[LocalDS_0] os.iso'}]})
    expect(await relocated(vm, 'DC0_C1_H0')).toMatchObject({state: 'success'})
    expect(await relocated(vm, 'DC0_C1_H1')).toMatchObject({state: 'success'})
    await control().vm({vm, datastores: ['LocalDS_0', 'single']})
    expect(await relocated(vm, 'DC0_C1_H0')).toMatchObject({fault: 'CannotAccessVmDisk'})
    await control().vm({vm: 'DC0_C1_RP0_VM2', devices: [{kind: 'host-cdrom', connected: false}]})
    expect(await relocated('DC0_C1_RP0_VM2', 'DC0_C1_H0')).toMatchObject({state: 'success'})
  })
})

test('answers told for checks alone do not stop the move; warnings are warnings', async () => {
  const to = `${C}_H1`
  await control().pair({
    vm: VM,
    host: to,
    onlyChecks: true,
    errors: [{message: 'not today'}],
    warnings: [{fault: {type: 'VendorPrivateFault', detail: 'plug-in'}, message: 'mind the gap'}],
  })
  const check = await checkRelocate(VM, to)
  expect(check).toMatch(/<warning><fault [^>]*type="VendorPrivateFault"/)
  expect(check).toContain('not today')
  expect(await relocated(VM, to)).toMatchObject({state: 'success'})
})
