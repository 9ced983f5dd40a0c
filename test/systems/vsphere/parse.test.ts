import {expect, test} from 'vitest'
import {parseDevices} from '../../../src/lib/systems/vsphere/parse-device.js'
import {parseHost} from '../../../src/lib/systems/vsphere/parse-host.js'
import {entityName, pathOf} from '../../../src/lib/systems/vsphere/parse-name.js'
import {isMove, runningTasks, taskState} from '../../../src/lib/systems/vsphere/parse-task.js'
import {parseVm} from '../../../src/lib/systems/vsphere/parse-vm.js'
import {kebab} from '../../../src/lib/systems/vsphere/soap-fault.js'
import {addressOf} from '../../../src/lib/systems/vsphere/target.js'
import {fits} from '../../../src/lib/systems/vsphere/thumbprint.js'
import {agreedVersion} from '../../../src/lib/systems/vsphere/versions.js'

const versions = (own: string, ...prior: string[]) =>
  `<namespaces version="1.0"><namespace><name>urn:vim25</name><version>${own}</version><priorVersions>${prior.map((one) => `<version>${one}</version>`).join('')}</priorVersions></namespace><namespace><name>urn:other</name><version>7.9</version></namespace></namespaces>`

test('the version is the newest that both know', () => {
  expect(agreedVersion(versions('8.0.1.0', '7.0.0.0'), '8.0.1.0')).toBe('8.0.1.0')
  expect(agreedVersion(versions('9.0.0.0', '8.0.3.0', '8.0.2.0'), '9.0.0.0')).toBe('8.0.3.0')
  expect(agreedVersion(versions('9.0.0.0', '8.0.2.0', '8.0.10.0'), '9.0.0.0')).toBe('8.0.2.0')
  expect(agreedVersion(versions('6.7.3'), '6.7.3')).toBe('6.7.3')
  expect(agreedVersion(undefined, '6.7.3')).toBe('6.7.3')
  expect(agreedVersion(undefined, '9.1.0.0')).toBe('8.0.3.0')
  expect(agreedVersion('<html/>', '')).toBe('8.0.3.0')
})

test('classes of faults are their names in kebab case', () => {
  expect(
    [
      'InvalidPowerState',
      'HAErrorsAtDest',
      'RDMNotSupported',
      'NoPermission',
      'Timedout',
      'OutOfBounds2x',
    ].map(kebab),
  ).toEqual([
    'invalid-power-state',
    'ha-errors-at-dest',
    'rdm-not-supported',
    'no-permission',
    'timedout',
    'out-of-bounds2x',
  ])
})

test('paths have the names as they came, names are readable, and a circle is no trap', () => {
  const above = new Map(
    [
      {ref: 'root', name: 'Datacenters'},
      {ref: 'dc', name: 'A%2fB', parent: 'root'},
      {ref: 'f', name: 'host', parent: 'dc'},
    ].map((one) => [one.ref, one]),
  )
  expect(pathOf({ref: 'h', name: 'esx1', parent: 'f'}, above)).toBe('/A%2fB/host/esx1')
  expect(entityName('A%2fB%25%5c%41', 'x')).toBe('A/B%\\%41')
  expect(entityName(undefined, 'vm-1')).toBe('vm-1')
  const circle = new Map([
    ['a', {ref: 'a', name: 'a', parent: 'b'}],
    ['b', {ref: 'b', name: 'b', parent: 'a'}],
  ])
  expect(pathOf({ref: 'h', name: 'h', parent: 'a'}, circle)).toBe('/b/a/h')
})

test('devices that may hold a VM back, by type and backing', () => {
  const device = (is: string, backing = '', more: {connected?: boolean; sharedBus?: string} = {}) => ({
    is,
    key: 1,
    deviceInfo: {is: '', label: 'L'},
    connectable: more.connected === undefined ? undefined : {is: '', connected: more.connected},
    backing: backing === '' ? undefined : {is: backing, fileName: undefined, datastore: 'ds-1'},
    sharedBus: more.sharedBus,
  })
  const seen = parseDevices([
    device('VirtualCdrom', 'VirtualCdromIsoBackingInfo', {connected: true}),
    device('VirtualCdrom', 'VirtualCdromRemotePassthroughBackingInfo', {connected: false}),
    device('VirtualCdrom', 'VirtualCdromAtapiBackingInfo', {connected: true}),
    device('VirtualFloppy', 'VirtualFloppyImageBackingInfo', {connected: true}),
    device('VirtualPCIPassthrough', 'VirtualPCIPassthroughVmiopBackingInfo'),
    device('VirtualPCIPassthrough', 'VirtualPCIPassthroughDynamicBackingInfo'),
    device('VirtualSriovEthernetCard', 'VirtualEthernetCardNetworkBackingInfo', {connected: true}),
    device('VirtualSerialPort', 'VirtualSerialPortPipeBackingInfo', {connected: true}),
    device('VirtualSerialPort', 'VirtualSerialPortURIBackingInfo', {connected: true}),
    device('VirtualParallelPort', 'VirtualParallelPortFileBackingInfo', {connected: true}),
    device('VirtualUSB', 'VirtualUSBUSBBackingInfo', {connected: true}),
    device('ParaVirtualSCSIController', '', {sharedBus: 'physicalSharing'}),
    device('ParaVirtualSCSIController', '', {sharedBus: 'noSharing'}),
    device('VirtualDisk', 'VirtualDiskFlatVer2BackingInfo'),
    device('VirtualVmxnet3', 'VirtualEthernetCardNetworkBackingInfo', {connected: true}),
  ])
  expect(seen.map(({kind, backing, connected}) => `${kind} ${backing} ${connected}`)).toEqual([
    'cdrom iso true',
    'cdrom remote false',
    'cdrom host true',
    'floppy iso true',
    'vgpu host true',
    'passthrough host true',
    'sriov host true',
    'serial pipe true',
    'serial uri true',
    'parallel file true',
    'usb host true',
    'shared-bus none true',
  ])
  expect(seen[0]).toMatchObject({key: 1, label: 'L', datastore: 'ds-1'})
})

test('only unfinished tasks run, the newest first', () => {
  const task = (ref: string, state: 'queued' | 'running' | 'success', at: number) => ({
    ref,
    type: 'Task',
    'info.state': state,
    'info.descriptionId': 'VirtualMachine.relocate',
    'info.entity': {type: 'VirtualMachine', ref: 'vm-1'},
    ...(state === 'queued' ? {'info.queueTime': at} : {'info.startTime': at}),
  })
  const running = runningTasks([
    task('t1', 'running', 10),
    task('t2', 'success', 40),
    task('t3', 'queued', 30),
    task('t4', 'running', 20),
  ])
  expect(running.map(({key, startedAtMs}) => [key, startedAtMs])).toEqual([
    ['t3', 0],
    ['t4', 20],
    ['t1', 10],
  ])
  expect(running[0]).toMatchObject({entity: 'vm-1', percent: -1, user: ''})
  const moves = [
    'VirtualMachine.relocate',
    'VirtualMachine.relocateVm',
    'VirtualMachine.migrate',
    'Drm.ExecuteVMotionLRO',
    'VirtualMachine.createSnapshot',
  ]
  expect(moves.map((what) => running[0] && isMove({...running[0], what}))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ])
})

test('a task says how it ended, also when it gives no reason', () => {
  const task = {ref: 't', type: 'Task'}
  expect(taskState(task)).toBeUndefined()
  expect(taskState({...task, 'info.state': 'running'})).toMatchObject({state: 'running', error: null})
  expect(taskState({...task, 'info.state': 'error'})).toMatchObject({
    error: {fault: 'MethodFault'},
    cancelled: false,
  })
})

test('what is not said is taken for the worse', () => {
  const vm = parseVm({ref: 'vm-1', type: 'VirtualMachine'}, undefined, [])
  expect(vm).toMatchObject({name: 'vm-1', power: 'poweredOn', connection: 'invalid', host: '', devices: []})
  const context = {path: '/', running: [], vms: new Set<string>(), alarm: String, direct: false}
  const found = {ref: 'host-1', type: 'HostSystem', 'summary.managementServerIp': '10.0.0.1'}
  const host = parseHost(found, context)
  expect(host).toMatchObject({connection: 'disconnected', power: 'unknown', overall: 'gray', managedBy: ''})
  expect(parseHost(found, {...context, direct: true}).managedBy).toBe('10.0.0.1')
})

test('the link of vMotion is the fastest one of the switch that carries it, standard or distributed', () => {
  const context = {path: '/', running: [], vms: new Set<string>(), alarm: String, direct: false}
  const pnic = (device: string, speedMb?: number) => ({
    is: '',
    key: `key-vim.host.PhysicalNic-${device}`,
    device,
    linkSpeed: speedMb === undefined ? undefined : {is: '', speedMb},
  })
  const nic = (key: string, portgroup: string | undefined, switchUuid?: string) => ({
    is: '',
    key,
    portgroup,
    spec: switchUuid ? {is: '', distributedVirtualPort: {is: '', switchUuid}} : undefined,
  })
  const host = (...candidateVnic: ReturnType<typeof nic>[]) =>
    parseHost(
      {
        ref: 'host-1',
        type: 'HostSystem',
        'config.virtualNicManagerInfo.netConfig': [
          {
            is: '',
            nicType: 'vmotion',
            selectedVnic: ['VirtualNic-vmotion.key-vim.host.VirtualNic-vmk1'],
            candidateVnic,
          },
        ],
        'config.network.pnic': [
          pnic('vmnic0', 1000),
          pnic('vmnic1', 10_000),
          pnic('vmnic2', 25_000),
          pnic('vmnic3'),
        ],
        'config.network.vswitch': [
          {
            is: '',
            portgroup: ['key-vim.host.PortGroup-Management'],
            pnic: ['key-vim.host.PhysicalNic-vmnic2'],
          },
          {
            is: '',
            portgroup: ['key-vim.host.PortGroup-vMotion'],
            pnic: [
              'key-vim.host.PhysicalNic-vmnic0',
              'key-vim.host.PhysicalNic-vmnic1',
              'key-vim.host.PhysicalNic-vmnic3',
            ],
          },
        ],
        'config.network.proxySwitch': [{is: '', dvsUuid: 'dvs-1', pnic: ['key-vim.host.PhysicalNic-vmnic0']}],
      },
      context,
    ).vmotionSpeedMb
  const vmk0 = nic('key-vim.host.VirtualNic-vmk0', 'Management')
  expect(host(vmk0, nic('key-vim.host.VirtualNic-vmk1', 'vMotion'))).toBe(10_000)
  expect(host(vmk0, nic('key-vim.host.VirtualNic-vmk1', undefined, 'dvs-1'))).toBe(1000)
  expect(host(vmk0)).toBe(0)
})

test('pins fit in any notation, and never by their beginning', () => {
  const sha1 = 'AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01'
  const sha256 = `${sha1}:11:22:33:44:55:66:77:88:99:AA:BB:CC`
  const seen = {fingerprint: sha1, fingerprint256: sha256}
  for (const pin of [sha1, sha256, sha256.replaceAll(':', ''), sha1.toLowerCase()])
    expect(fits(pin, seen)).toBe(true)
  for (const pin of ['', 'AB', sha1.slice(0, -1), `${sha1}:00`, sha256.replace(/C$/, 'D')])
    expect(fits(pin, seen)).toBe(false)
})

test('addresses have the port and the path that are usual', () => {
  expect(addressOf('https://vc.example.net')).toEqual({
    host: 'vc.example.net',
    port: 443,
    path: '/sdk',
    where: 'vc.example.net',
  })
  expect(addressOf('https://[2001:db8::1]:8443/proxy/sdk/')).toEqual({
    host: '2001:db8::1',
    port: 8443,
    path: '/proxy/sdk',
    where: '[2001:db8::1]:8443',
  })
})
