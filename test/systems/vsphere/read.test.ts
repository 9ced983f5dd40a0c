import {expect, test} from 'vitest'
import {calm} from '../../lab/running-lab.js'
import {refOf, runningVsphere, vcenterOf} from './running.js'

const lab = runningVsphere({clusters: 2, hosts: 3, vms: 6, standaloneHosts: 1})
const GIB = 1024 ** 3

test('says who it is without signing in', async () => {
  const {vc, calls} = vcenterOf(lab(), {password: () => Promise.reject(new Error('nobody asks for it'))})
  expect(await vc.about(calm)).toEqual({
    apiType: 'VirtualCenter',
    uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    fullName: expect.stringContaining('vCenter'),
    apiVersion: '8.0.3.0',
  })
  const methods = calls.map(({method}) => method).sort()
  expect(methods).toEqual(['GET /sdk/vimServiceVersions.xml', 'RetrieveServiceContent'])
})

test('finds a host by name, path, reference and address, and all that have one name', async () => {
  const {vc} = vcenterOf(lab())
  const ref = await refOf(lab(), 'DC0_C0_H1')
  const path = '/DC0/host/DC0_C0/DC0_C0_H1'
  const host = {ref, name: 'DC0_C0_H1', path, parent: expect.stringMatching(/^domain-c/)}
  for (const name of ['DC0_C0_H1', 'dc0_c0_h1', path, ref])
    expect(await vc.findHosts(name, calm)).toEqual([host])
  const vnic = [
    {
      _typeName: 'HostVirtualNic',
      spec: {_typeName: 'HostVirtualNicSpec', ip: {_typeName: 'HostIpConfig', ipAddress: '10.1.2.3'}},
    },
  ]
  await lab().control.set('DC0_C0_H1', 'config.network.vnic', vnic)
  expect(await vc.findHosts('10.1.2.3', calm)).toEqual([host])
  for (const name of ['DC0_C0_H', 'no-such-host', '10.9.9.9', ''])
    expect(await vc.findHosts(name, calm)).toEqual([])
  await lab().control.host({host: 'DC0_C1_H0', name: 'DC0_C0_H1'})
  const both = (await vc.findHosts('DC0_C0_H1', calm)).map((one) => one.path)
  expect(both).toEqual([path, '/DC0/host/DC0_C1/DC0_C0_H1'])
  await lab().control.host({host: 'DC0_C1/DC0_C0_H1', name: 'DC0_C1_H0'})
})

test('reads the surroundings of a host in two calls after signing in: its cluster, and nothing else', async () => {
  const {vc, calls} = vcenterOf(lab())
  const ref = await refOf(lab(), 'DC0_C0_H0')
  await vc.session(calm)
  const before = calls.length
  const around = await vc.surroundings(ref, calm)
  const methods = calls.slice(before).map(({method}) => method)
  expect(methods).toEqual(['RetrievePropertiesEx', 'RetrievePropertiesEx'])
  expect(around.cluster).toMatchObject({
    name: 'DC0_C0',
    kind: 'cluster',
    drs: {enabled: true, behavior: 'fullyAutomated'},
    ha: {enabled: false},
  })
  expect(around.hosts.map(({name}) => name).sort()).toEqual(['DC0_C0_H0', 'DC0_C0_H1', 'DC0_C0_H2'])
  expect(around.vms).toHaveLength(6)
  expect(around.datastores.map(({name}) => name)).toEqual(['LocalDS_0'])
  expect(around.host).toEqual(around.hosts.find((one) => one.ref === ref))
  const {vms} = await lab().control.state()
  for (const vm of around.vms) {
    const real = vms.find(({moref}) => moref === vm.ref)
    const host = around.hosts.find((one) => one.ref === vm.host)
    expect([vm.name, host?.name, vm.power]).toEqual([real?.name, real?.host, real?.power])
  }
  expect(around.vms.filter((vm) => vm.host !== ref).flatMap((vm) => vm.devices)).toEqual([])
})

test('figures have the units they say', async () => {
  const {vc} = vcenterOf(lab())
  const ref = await refOf(lab(), 'DC0_C0_H0')
  const figures = {memoryMB: 2048, usedMB: 1024, reservedMB: 512, cpuMhz: 300, cpus: 2}
  await lab().control.vm({vm: 'DC0_C0_RP0_VM0', ...figures})
  const {host, vms} = await vc.surroundings(ref, calm)
  expect(vms.find(({name}) => name === 'DC0_C0_RP0_VM0')).toMatchObject({
    memoryBytes: 2 * GIB,
    memoryUsedBytes: GIB,
    memoryReservedBytes: GIB / 2,
    cpuUsedMhz: 300,
    cpus: 2,
  })
  expect(host.memoryBytes).toBe(256 * GIB)
  expect(host.memoryUsedBytes).toBeGreaterThanOrEqual(GIB)
  expect(host.cpuMhz).toBeGreaterThan(1000)
  expect(host.vmotionEnabled).toBe(true)
  expect(host.vmotionSpeedMb).toBeGreaterThan(0)
})

test('reads what stands in the way: devices, rules, overrides, questions, alarms', async () => {
  const {control} = lab()
  const {vc} = vcenterOf(lab())
  const ref = await refOf(lab(), 'DC0_C0_H0')
  const [a, b, c] = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM1', 'DC0_C0_RP0_VM2'] as const
  await control.place({[a]: 'DC0_C0_H0', [b]: 'DC0_C0_H0', [c]: 'DC0_C0_H1'})
  await control.vm({
    vm: a,
    devices: [{kind: 'passthrough'}, {kind: 'iso', file: '[LocalDS_0] tools.iso', connected: true}],
    question: {text: 'moved or copied?', choices: ['moved', 'copied']},
    disabledMethods: ['RelocateVM_Task'],
  })
  await control.vm({vm: b, devices: [{kind: 'vgpu'}]})
  await control.vm({vm: c, agent: true})
  await control.cluster({
    cluster: 'DC0_C0',
    drs: 'partiallyAutomated',
    ha: true,
    admissionControl: true,
    failoverLevel: 1,
    currentFailoverLevel: 2,
    evc: 'intel-broadwell',
    rules: [
      {name: 'db', kind: 'apart', vms: [a, b]},
      {name: 'web', kind: 'together', vms: [b, c]},
      {name: 'licence', kind: 'on-hosts', vms: [a], hosts: ['DC0_C0_H0'], mandatory: true},
      {name: 'noise', kind: 'off-hosts', vms: [b], hosts: ['DC0_C0_H1']},
      {name: 'old', kind: 'apart', vms: [a, c], disabled: true},
    ],
    drsOverrides: [{vm: b, behavior: 'manual'}],
  })
  const alarms = [
    {name: 'Host memory', status: 'red' as const},
    {name: 'Fan', status: 'yellow' as const},
  ]
  await control.host({host: 'DC0_C0_H0', alarms, configIssues: ['SSH is on']})
  const {host, hosts, cluster, vms} = await vc.surroundings(ref, calm)
  const of = (name: string) => vms.find((one) => one.name === name)
  const refs = (...names: string[]) => names.map((name) => of(name)?.ref)
  expect(host).toMatchObject({redAlarms: ['Host memory'], configIssues: ['SSH is on']})
  expect(of(a)).toMatchObject({
    passthrough: true,
    question: {text: 'moved or copied?', choices: ['moved', 'copied']},
    disabledMethods: ['RelocateVM_Task'],
  })
  const devices = of(a)?.devices.map(({kind, backing, connected}) => ({kind, backing, connected}))
  expect(devices).toContainEqual({kind: 'passthrough', backing: 'host', connected: true})
  expect(devices).toContainEqual({kind: 'cdrom', backing: 'iso', connected: true})
  expect(of(b)?.devices.map(({kind}) => kind)).toContain('vgpu')
  expect(of(c)?.managedBy).toBe('com.vmware.vim.eam')
  expect(cluster).toMatchObject({
    drs: {enabled: true, behavior: 'partiallyAutomated'},
    drsOfVm: {[of(b)?.ref ?? '']: {enabled: true, behavior: 'manual'}},
    ha: {enabled: true, admissionControl: true, policy: {kind: 'level', hosts: 1}, currentLevel: 2},
    evcMode: 'intel-broadwell',
  })
  const [h0, h1] = ['DC0_C0_H0', 'DC0_C0_H1'].map((name) => hosts.find((one) => one.name === name)?.ref)
  expect(cluster.rules).toEqual([
    {kind: 'apart', name: 'db', mandatory: true, vms: refs(a, b)},
    {kind: 'together', name: 'web', mandatory: true, vms: refs(b, c)},
    {kind: 'on', name: 'licence', mandatory: true, vms: refs(a), hosts: [h0]},
    {kind: 'off', name: 'noise', mandatory: false, vms: refs(b), hosts: [h1]},
  ])
})

test('pages are followed to the end, and a page that fails fails the whole', async () => {
  const {vc} = vcenterOf(lab())
  const paged = vcenterOf(lab(), {}, {limits: {pageSize: 4}})
  const all = await vc.estate(null, calm)
  expect(await paged.vc.estate(null, calm)).toEqual(all)
  expect(paged.count('ContinueRetrievePropertiesEx')).toBeGreaterThan(3)
  expect(all.hosts).toHaveLength(7)
  const names = all.clusters.map(({name, kind}) => `${name} ${kind}`)
  expect(names.sort()).toEqual(['DC0_C0 cluster', 'DC0_C1 cluster', 'DC0_H0 host'])

  const fault = {type: 'SystemError', reason: 'out of luck'}
  await lab().control.fault({method: 'ContinueRetrievePropertiesEx', skip: 2, times: 1, fault})
  const broken = vcenterOf(lab(), {}, {limits: {pageSize: 4}})
  await expect(broken.vc.estate(null, calm)).rejects.toMatchObject({fault: 'answered', class: 'system-error'})
})

test('one cluster by name, path or reference; an unknown one is never all', async () => {
  const {vc} = vcenterOf(lab())
  const [cluster] = (await vc.estate('DC0_C1', calm)).clusters
  expect(cluster).toMatchObject({name: 'DC0_C1', kind: 'cluster'})
  for (const name of ['/DC0/host/DC0_C1', cluster?.ref ?? '']) {
    const {clusters, hosts} = await vc.estate(name, calm)
    expect(clusters.map((one) => one.name)).toEqual(['DC0_C1'])
    expect(hosts).toHaveLength(3)
  }
  await expect(vc.estate('DC0_C', calm)).rejects.toMatchObject({
    class: 'no-such-cluster',
    hint: expect.stringContaining('DC0_C0'),
  })
})

test('what is gone is an error, not an empty answer', async () => {
  const {vc} = vcenterOf(lab())
  const missing = {fault: 'answered', class: 'managed-object-not-found'}
  await expect(vc.surroundings('host-99999', calm)).rejects.toMatchObject(missing)
  await expect(vc.vmState('vm-99999', calm)).rejects.toMatchObject(missing)
  await expect(vc.hostState('host-99999', calm)).rejects.toMatchObject(missing)
  expect(await vc.task('task-99999', calm)).toBeUndefined()
  expect(await vc.follow('task-99999', 5000, calm)).toBeUndefined()
})

test('whereabouts are those of runtime.host, at once after a move', async () => {
  const {control} = lab()
  const {vc} = vcenterOf(lab())
  await control.pace({staleMs: -1})
  await control.place({DC0_C0_RP0_VM3: 'DC0_C0_H1'})
  const {cluster} = await vc.surroundings(await refOf(lab(), 'DC0_C0_H0'), calm)
  const host = await refOf(lab(), 'DC0_C0_H2')
  const vm = await refOf(lab(), 'DC0_C0_RP0_VM3')
  const task = await vc.relocate(vm, {host}, 'default', calm)
  expect(await vc.follow(task, 20_000, calm)).toMatchObject({state: 'success'})
  const all = await vc.whereabouts(cluster.rootPool, calm)
  expect(all.find((one) => one.ref === vm)).toMatchObject({host, power: 'poweredOn', name: 'DC0_C0_RP0_VM3'})
})

test('the clock, privileges and the health of a host', async () => {
  const {vc} = vcenterOf(lab())
  expect(Math.abs((await vc.clock(calm)) - Date.now())).toBeLessThan(60_000)
  const host = await refOf(lab(), 'DC0_C0_H0')
  const entity = {type: 'HostSystem', ref: host, name: 'h'}
  const vm = {type: 'VirtualMachine', ref: await refOf(lab(), 'DC0_C0_RP0_VM0'), name: 'v'}
  const wanted = [
    {entity, privileges: ['Host.Config.Maintenance']},
    {entity: vm, privileges: ['Resource.HotMigrate', 'VirtualMachine.Interact.PowerOff']},
  ]
  expect(await vc.lacking(wanted, calm)).toEqual([])
  const reader = vcenterOf(lab(), {user: lab().readonlyUser})
  expect(await reader.vc.lacking(wanted, calm)).toEqual([
    {entity, privilege: 'Host.Config.Maintenance'},
    {entity: vm, privilege: 'Resource.HotMigrate'},
    {entity: vm, privilege: 'VirtualMachine.Interact.PowerOff'},
  ])
  expect(reader.count('HasPrivilegeOnEntities')).toBe(1)
  const health = await vc.health(host, calm)
  expect(health.sensors.length).toBeGreaterThan(0)
  expect(health.uptimeSec).toBeGreaterThan(0)
})
