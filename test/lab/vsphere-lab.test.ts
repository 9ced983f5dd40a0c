import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {isAlive} from '../../src/lib/lab/process-identity.js'
import {labDown, labKill, labStart, labStatus, labUp} from '../../src/lib/lab/state.js'
import {until} from '../../src/lib/lab/until.js'
import {buildVspherePeer} from '../../src/lib/lab/vsphere-build.js'
import {startVsphereLab, type VsphereLab, type VsphereShape} from '../../src/lib/lab/vsphere-lab.js'
import {openSoap} from './vsphere-soap.js'

let dir = ''
const running: VsphereLab[] = []
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/rl-`)
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((lab) => lab.stop()))
  await labDown('vsphere', {stateDir: dir})
  await rm(dir, {recursive: true, force: true})
}, 60_000)

const start = async (shape: VsphereShape = {}) => {
  const lab = await startVsphereLab({...shape, dir})
  running.push(lab)
  return lab
}

test('is deterministic: the same names, numbers and places every time', async () => {
  const state = async () => {
    const lab = await start({clusters: 2, hosts: 2, standaloneHosts: 1, vms: 3})
    const now = await lab.control.state()
    await lab.stop()
    return now
  }
  const first = await state()
  expect(first.vms.map((one) => [one.name, one.host])).toEqual([
    ['DC0_H0_VM0', 'DC0_H0'],
    ['DC0_H0_VM1', 'DC0_H0'],
    ['DC0_H0_VM2', 'DC0_H0'],
    ...[0, 1].flatMap((cluster) =>
      [0, 1, 2].map((i) => [`DC0_C${cluster}_RP0_VM${i}`, `DC0_C${cluster}_H${i % 2}`]),
    ),
  ])
  expect(await state()).toEqual(first)
}, 600_000)

test('writes an inventory; stop ends the process and nothing listens any more', async () => {
  const lab = await start({vms: 1})
  expect(await readFile(lab.inventoryFile, 'utf8')).toBe(
    `vsphere:\n  dc:\n    url: ${lab.url}\n    user: administrator@vsphere.local\n    password: {file: ${dir}/password}\n    ca: ${dir}/tls/ca.pem\n`,
  )
  expect((await readFile(`${dir}/password`, 'utf8')).trim()).toBe(lab.password)
  expect(await isAlive(lab.process)).toBe(true)
  expect(lab.process.spec.args.join(' ')).not.toContain(lab.password)
  await lab.stop()
  expect(await isAlive(lab.process)).toBe(false)
  await expect(lab.control.state()).rejects.toThrow('fetch failed')
}, 600_000)

test('hosts are as an evacuation expects them', async () => {
  const lab = await start({hosts: 2, vms: 2})
  const soap = openSoap(lab)
  await soap.login(lab.user, lab.password)
  const [host] = (await lab.control.state()).hosts
  const told = await soap.props(
    'HostSystem',
    host?.moref ?? '',
    ...[
      'summary.config.vmotionEnabled',
      'summary.maxEVCModeKey',
      'capability.rebootSupported',
      'runtime.bootTime',
    ],
    ...[
      'config.virtualNicManagerInfo.netConfig',
      'config.network.pnic',
      'overallStatus',
      'summary.hardware.memorySize',
    ],
    'summary.quickStats.overallMemoryUsage',
  )
  expect(told).toMatchObject({
    'summary.config.vmotionEnabled': 'true',
    'summary.maxEVCModeKey': 'intel-cascadelake',
    'capability.rebootSupported': 'true',
    overallStatus: 'green',
    'summary.hardware.memorySize': `${256 * 2 ** 30}`,
    'summary.quickStats.overallMemoryUsage': `${4096 + 2048}`,
  })
  expect(told['config.virtualNicManagerInfo.netConfig']).toContain(
    '<selectedVnic>vmotion.key-vim.host.VirtualNic-vmk0<',
  )
  expect(told['config.network.pnic']).toContain('<speedMb>10000</speedMb>')
  soap.close()
}, 600_000)

test('one ESXi host without vCenter enters maintenance mode when its guests are down', async () => {
  const lab = await start({esx: true, vms: 2})
  const soap = openSoap(lab)
  await soap.login(lab.user, lab.password)
  const {hosts, vms} = await lab.control.state()
  expect(hosts.map((one) => one.moref)).toEqual(['ha-host'])
  const task = await soap.task('EnterMaintenanceMode_Task', ['HostSystem', 'ha-host'], '<timeout>0</timeout>')
  expect((await soap.props('Task', task, 'info.state'))['info.state']).toBe('running')
  for (const vm of vms)
    expect(await soap.call('ShutdownGuest', ['VirtualMachine', vm.moref])).toMatchObject({status: 200})
  expect(await soap.ended(task)).toMatchObject({state: 'success'})
  soap.close()
}, 600_000)

test('64 hosts with 1000 VMs are up within 20 s', async () => {
  await buildVspherePeer()
  const from = performance.now()
  const lab = await start({clusters: 4, hosts: 16, vms: 250})
  expect(performance.now() - from).toBeLessThan(20_000)
  expect((await lab.control.state()).vms.length).toBe(1000)
}, 600_000)

describe('the control port', () => {
  test('refuses what cannot be meant, and the process lives on', async () => {
    const lab = await start({clusters: 2, vms: 2})
    const {control} = lab
    const H = 'DC0_C0_H0'
    const VM = 'DC0_C0_RP0_VM0'
    const wrong: [string, () => Promise<unknown>, string][] = [
      ['a value of another type', () => control.set(H, 'runtime.inMaintenanceMode', 'no'), 'is of type bool'],
      ['an object as a number', () => control.set(VM, 'config.managedBy', 5), 'is of type'],
      ['a type that does not fit', () => control.set(H, 'configIssue', [{_typeName: 'HostSystem'}]), ''],
      [
        'a property that is not there',
        () => control.set(H, 'runtime.mood', 1),
        'there is no property "mood"',
      ],
      ['a name that is not there', () => control.vm({vm: 'nobody'}), '0 objects'],
      [
        'a fault that is not there',
        () => control.fault({method: 'X', fault: {type: 'Nix'}}),
        'no fault "Nix"',
      ],
      [
        'a type that is no fault',
        () => control.fault({method: 'X', fault: {type: 'Description'}}),
        'is no fault',
      ],
      [
        'a device that is not there',
        () => control.vm({vm: VM, devices: [{kind: 'iso', file: 'x'}]}),
        'no `[datastore]',
      ],
      ['a misspelt field', () => control.vm({vm: VM, ...{memory: 1}}), 'unknown field "memory"'],
    ]
    for (const [what, ask, says] of wrong) await expect(ask(), what).rejects.toThrow(says)
    expect(await isAlive(lab.process)).toBe(true)
    await control.set(H, 'runtime.inQuarantineMode', true)
    await control.set('DC0_C1', 'configurationEx.dasConfig.admissionControlPolicy', {
      _typeName: 'ClusterFailoverLevelAdmissionControlPolicy',
      failoverLevel: 2,
    })
    await control.host({host: H, name: 'twin'})
    await control.host({host: 'DC0_C1_H0', name: 'twin'})
    await expect(control.host({host: 'twin'})).rejects.toThrow(
      '2 objects of type HostSystem are called "twin"',
    )
    await control.host({host: 'DC0_C1/twin', connection: 'disconnected'})
    const soap = openSoap(lab)
    await soap.login(lab.user, lab.password)
    const [host] = (await control.state()).hosts
    expect(await soap.props('HostSystem', host?.moref ?? '', 'runtime.inQuarantineMode', 'name')).toEqual({
      'runtime.inQuarantineMode': 'true',
      name: 'twin',
    })
    soap.close()
  }, 600_000)

  test('alarms, HA, configuration issues, vSAN and uplinks of a host reach the API', async () => {
    const lab = await start({vms: 1})
    await lab.control.host({
      host: 'DC0_C0_H0',
      alarms: [{name: 'Host hardware sensor', status: 'red'}],
      configIssues: ['SSH is on'],
      dasState: 'connectedToMaster',
      vsan: true,
      linkMb: 1000,
      status: 'red',
      rebootRequired: true,
    })
    const soap = openSoap(lab)
    await soap.login(lab.user, lab.password)
    const [host] = (await lab.control.state()).hosts
    const told = await soap.props(
      'HostSystem',
      host?.moref ?? '',
      ...['triggeredAlarmState', 'configIssue', 'runtime.dasHostState', 'config.vsanHostConfig'],
      ...['config.network.pnic', 'overallStatus', 'summary.rebootRequired'],
    )
    const alarm = /<alarm [^>]*>([^<]+)</.exec(told.triggeredAlarmState ?? '')?.[1] ?? ''
    expect((await soap.props('Alarm', alarm, 'info.name'))['info.name']).toBe('Host hardware sensor')
    expect(told.configIssue).toContain('SSH is on')
    expect(told['runtime.dasHostState']).toContain('<state>connectedToMaster<')
    expect(told['config.vsanHostConfig']).toContain('<enabled>true<')
    expect(told['config.network.pnic']).toContain('<speedMb>1000</speedMb>')
    expect(told).toMatchObject({overallStatus: 'red', 'summary.rebootRequired': 'true'})
    soap.close()
  }, 600_000)
})

test('two builds side by side give the same program', async () => {
  const [one, other] = await Promise.all([buildVspherePeer('vcsim', dir), buildVspherePeer('vcsim', dir)])
  expect(one).toBe(other)
  expect(await buildVspherePeer('vcsim', dir)).toBe(one)
}, 600_000)

test('lab up, status, kill, start, down', async () => {
  const where = {stateDir: dir}
  const record = await labUp('vsphere', where)
  const status = await labStatus('vsphere', where)
  expect(status.up && status.parts.map((one) => [one.name, one.alive])).toEqual([['vcenter', true]])
  expect(await readFile(record.inventoryFile, 'utf8')).toContain('vsphere:\n  dc:\n')
  const [before] = record.processes
  await labKill('vsphere', 'vcenter', where)
  await labStart('vsphere', 'vcenter', where)
  const now = await labStatus('vsphere', where)
  const after = now.up ? now.record.processes[0] : undefined
  expect(after?.pid).not.toBe(before?.pid)
  expect(after && (await isAlive(after))).toBe(true)
  expect(await labDown('vsphere', where)).toBeUndefined()
  expect(after && (await until(async () => !(await isAlive(after)), 5000))).toBe(true)
}, 600_000)
