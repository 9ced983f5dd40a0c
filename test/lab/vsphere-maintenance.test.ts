import {afterEach, describe, expect, test} from 'vitest'
import {until} from '../../src/lib/lab/until.js'
import type {VspherePace} from '../../src/lib/lab/vsphere-control-types.js'
import {runningVsphere} from './running-vsphere.js'

const at = runningVsphere({hosts: 3, vms: 6})
const control = () => at().lab.control
const C = 'DC0_C0'
const PACE: Partial<VspherePace> = {relocateMs: 60, drsPauseMs: 0, drsAtOnce: 2, agentMs: 50, enterMs: 20}

afterEach(async () => {
  const {vms, hosts} = await control().state()
  for (const one of hosts.filter((host) => host.entering))
    await until(async () => !(await hostOf(one.name)).entering, 20_000)
  for (const one of hosts)
    await control().host({host: one.name, inMaintenance: false, connection: 'connected', failExit: 0})
  for (const [i, one] of vms.entries()) {
    await control().vm({vm: one.name, power: 'on', pinned: false, agent: false, question: {text: ''}})
    await control().place({[one.name]: `${C}_H${i % 3}`})
  }
  await control().cluster({
    cluster: C,
    drs: 'fullyAutomated',
    refuseEvacuation: false,
    rules: [],
    drsOverrides: [],
  })
  await control().pace(PACE)
  await control().forget()
})

const hostOf = async (name: string) => {
  const found = (await control().state()).hosts.find((one) => one.name === name)
  if (!found) throw new Error(`no host ${name}`)
  return found
}
const vmsOn = async (name: string) => (await control().state()).vms.filter((one) => one.host === name)
const enter = async (name: string, {timeout = 0, evacuateOff = false} = {}) =>
  at().soap.task(
    'EnterMaintenanceMode_Task',
    ['HostSystem', (await hostOf(name)).moref],
    `<timeout>${timeout}</timeout><evacuatePoweredOffVms>${evacuateOff}</evacuatePoweredOffVms>`,
  )
const exit = async (name: string) =>
  at().soap.task(
    'ExitMaintenanceMode_Task',
    ['HostSystem', (await hostOf(name)).moref],
    '<timeout>0</timeout>',
  )
const progress = async (task: string) =>
  (await at().soap.props('Task', task, 'info.progress'))['info.progress']

describe('without DRS', () => {
  test('waits at 2 % while a VM runs there, and the host says which task it is', async () => {
    await control().cluster({cluster: C, drs: 'manual'})
    const task = await enter('DC0_C0_H0')
    expect(await until(async () => (await progress(task)) === '2', 10_000)).toBe(true)
    const host = await hostOf('DC0_C0_H0')
    const told = await at().soap.props('HostSystem', host.moref, 'recentTask', 'runtime.inMaintenanceMode')
    expect(told.recentTask).toContain(task)
    expect(told['runtime.inMaintenanceMode']).toBe('false')
    expect(host.entering).toBe(true)
    for (const vm of await vmsOn('DC0_C0_H0')) await control().place({[vm.name]: 'DC0_C0_H1'})
    expect(await at().soap.ended(task)).toEqual({state: 'success', cancelled: false})
    const after = await at().soap.props('HostSystem', host.moref, 'runtime.inMaintenanceMode')
    expect(after['runtime.inMaintenanceMode']).toBe('true')
  })

  test('ends in Timedout after its seconds, and leaves the host as it was', async () => {
    await control().cluster({cluster: C, drs: 'off'})
    expect(await at().soap.ended(await enter('DC0_C0_H0', {timeout: 1}))).toMatchObject({fault: 'Timedout'})
    expect(await hostOf('DC0_C0_H0')).toMatchObject({inMaintenance: false, entering: false})
  })

  test('a cancel ends it', async () => {
    await control().cluster({cluster: C, drs: 'partiallyAutomated'})
    const task = await enter('DC0_C0_H0')
    await at().soap.call('CancelTask', ['Task', task])
    expect(await at().soap.ended(task)).toMatchObject({fault: 'RequestCanceled', cancelled: true})
    expect(await hostOf('DC0_C0_H0')).toMatchObject({inMaintenance: false, entering: false})
  })

  test('suspended and powered-off VMs do not keep it; asked to evacuate them it waits for them', async () => {
    await control().cluster({cluster: C, drs: 'manual'})
    const [first, second] = await vmsOn('DC0_C0_H0')
    await control().vm({vm: first?.name ?? '', power: 'off'})
    await control().vm({vm: second?.name ?? '', power: 'suspended'})
    expect(await at().soap.ended(await enter('DC0_C0_H0', {timeout: 1, evacuateOff: true}))).toMatchObject({
      fault: 'Timedout',
    })
    expect(await at().soap.ended(await enter('DC0_C0_H0'))).toMatchObject({state: 'success'})
  })

  test('a running VM whose host is in maintenance mode cannot be: power on is refused, and while it enters', async () => {
    await control().cluster({cluster: C, drs: 'manual'})
    const [first] = await vmsOn('DC0_C0_H0')
    const vm = ['VirtualMachine', first?.moref ?? ''] as [string, string]
    await control().vm({vm: first?.name ?? '', power: 'off'})
    const task = await enter('DC0_C0_H0')
    expect(await until(async () => (await hostOf('DC0_C0_H0')).entering, 10_000)).toBe(true)
    const power = async () => at().soap.ended(await at().soap.task('PowerOnVM_Task', vm))
    expect(await power()).toMatchObject({fault: 'InvalidState'})
    await at().soap.call('CancelTask', ['Task', task])
    await at().soap.ended(task)
    await control().host({host: 'DC0_C0_H0', inMaintenance: true})
    expect(await power()).toMatchObject({fault: 'InvalidState'})
  })
})

describe('with DRS', () => {
  test('DRS moves the VMs off, each once, and the tasks say so', async () => {
    expect(await at().soap.ended(await enter('DC0_C0_H0'))).toMatchObject({state: 'success'})
    expect(await vmsOn('DC0_C0_H0')).toEqual([])
    const {moves} = await control().moves()
    expect(moves.map((one) => [one.from, one.outcome, one.by])).toEqual(
      Array(2).fill(['DC0_C0_H0', 'moved', 'com.vmware.vim.drs']),
    )
  })

  test('a pinned VM keeps it at 2 %, with a DRS fault that names the VM', async () => {
    const [stuck] = await vmsOn('DC0_C0_H0')
    await control().vm({vm: stuck?.name ?? '', pinned: true})
    const task = await enter('DC0_C0_H0')
    expect(await until(async () => (await vmsOn('DC0_C0_H0')).length === 1, 10_000)).toBe(true)
    const cluster = await clusterId()
    const faults = async () =>
      (await at().soap.props('ClusterComputeResource', cluster, 'drsFault')).drsFault ?? ''
    expect(await until(async () => (await faults()).includes(`${stuck?.name}`), 10_000)).toBe(true)
    expect(await progress(task)).toBe('2')
    await at().soap.call('CancelTask', ['Task', task])
    expect(await at().soap.ended(task)).toMatchObject({fault: 'RequestCanceled'})
    expect(await until(async () => (await faults()) === '', 10_000)).toBe(true)
  })

  test('a VM with an exception of its own stays, and so does one that waits for an answer', async () => {
    const [manual, asking] = await vmsOn('DC0_C0_H0')
    await control().cluster({cluster: C, drsOverrides: [{vm: manual?.name ?? '', behavior: 'manual'}]})
    await control().vm({
      vm: asking?.name ?? '',
      question: {text: 'Moved or copied?', choices: ['I moved it']},
    })
    expect(await at().soap.ended(await enter('DC0_C0_H0', {timeout: 1}))).toMatchObject({fault: 'Timedout'})
    expect((await vmsOn('DC0_C0_H0')).length).toBe(2)
    const id = manual?.moref ?? ''
    expect(
      (await at().soap.props('VirtualMachine', asking?.moref ?? '', 'runtime.question'))['runtime.question'],
    ).toContain('Moved or copied?')
    expect(
      (await at().soap.props('VirtualMachine', id, 'runtime.question'))['runtime.question'],
    ).toBeUndefined()
  })

  test('DRS heeds anti-affinity: with no host left the VM stays', async () => {
    const names = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM1', 'DC0_C0_RP0_VM2']
    await control().cluster({cluster: C, rules: [{name: 'apart', kind: 'apart', vms: names}]})
    expect(await at().soap.ended(await enter('DC0_C0_H0', {timeout: 1}))).toMatchObject({fault: 'Timedout'})
    expect((await vmsOn('DC0_C0_H0')).map((one) => one.name)).toEqual(['DC0_C0_RP0_VM0'])
  })

  test('agents leave by themselves; powered-off ones go when that was asked for', async () => {
    const [agent, off] = await vmsOn('DC0_C0_H0')
    await control().vm({vm: agent?.name ?? '', agent: true})
    await control().vm({vm: off?.name ?? '', power: 'off'})
    expect(await at().soap.ended(await enter('DC0_C0_H0', {evacuateOff: true}))).toMatchObject({
      state: 'success',
    })
    expect(await vmsOn('DC0_C0_H0')).toEqual([])
    expect((await control().moves()).moves.map((one) => one.vm)).toEqual([off?.name])
  })
})

describe('refusals', () => {
  test('InvalidState for a host that is in it already, and for one that is on its way', async () => {
    await control().cluster({cluster: C, drs: 'manual'})
    const first = await enter('DC0_C0_H0')
    expect(await until(async () => (await hostOf('DC0_C0_H0')).entering, 10_000)).toBe(true)
    expect(await at().soap.ended(await enter('DC0_C0_H0'))).toMatchObject({fault: 'InvalidState'})
    await at().soap.call('CancelTask', ['Task', first])
    await at().soap.ended(first)
    await control().host({host: 'DC0_C0_H1', inMaintenance: true})
    expect(await at().soap.ended(await enter('DC0_C0_H1'))).toMatchObject({fault: 'InvalidState'})
  })

  test('HA admission control, and a host that is disconnected', async () => {
    await control().cluster({cluster: C, refuseEvacuation: true})
    expect(await at().soap.ended(await enter('DC0_C0_H0'))).toMatchObject({
      fault: 'InsufficientFailoverResourcesFault',
    })
    await control().host({host: 'DC0_C0_H1', connection: 'disconnected'})
    await control().cluster({cluster: C, refuseEvacuation: false})
    expect(await at().soap.ended(await enter('DC0_C0_H1'))).toMatchObject({fault: 'HostNotConnected'})
  })

  test('leaving: InvalidState when it is not in it; may fail some times first', async () => {
    expect(await at().soap.ended(await exit('DC0_C0_H0'))).toMatchObject({fault: 'InvalidState'})
    await control().host({host: 'DC0_C0_H0', inMaintenance: true, failExit: 2})
    for (const end of [{fault: 'InvalidState'}, {fault: 'InvalidState'}, {state: 'success'}])
      expect(await at().soap.ended(await exit('DC0_C0_H0'))).toMatchObject(end)
    expect((await hostOf('DC0_C0_H0')).inMaintenance).toBe(false)
  })
})

test('whoever waits for updates is told that the host is in maintenance mode', async () => {
  const host = await hostOf('DC0_C0_H0')
  const collector = ['PropertyCollector', 'propertyCollector'] as [string, string]
  const spec = `<spec><propSet><type>HostSystem</type><pathSet>runtime.inMaintenanceMode</pathSet></propSet><objectSet><obj type="HostSystem">${host.moref}</obj></objectSet></spec>`
  await at().soap.call('CreateFilter', collector, `${spec}<partialUpdates>true</partialUpdates>`)
  const first = await at().soap.call('WaitForUpdatesEx', collector)
  const version = /<version>([^<]+)</.exec(first.text)?.[1]
  const waiting = at().soap.call(
    'WaitForUpdatesEx',
    collector,
    `<version>${version}</version><options><maxWaitSeconds>20</maxWaitSeconds></options>`,
  )
  await enter('DC0_C0_H0')
  expect((await waiting).text).toMatch(
    /<name>runtime.inMaintenanceMode<\/name><op>assign<\/op><val[^>]*>true</,
  )
})

async function clusterId(): Promise<string> {
  const host = await hostOf('DC0_C0_H0')
  const {parent} = await at().soap.props('HostSystem', host.moref, 'parent')
  return parent ?? ''
}
