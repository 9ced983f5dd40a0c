import {afterEach, describe, expect, test} from 'vitest'
import {until} from '../../src/lib/lab/until.js'
import {runningVsphere} from './running-vsphere.js'

const at = runningVsphere({hosts: 2, vms: 4})
const control = () => at().lab.control
const VM = 'DC0_C0_RP0_VM0'
const HOST = 'DC0_C0_H0'

afterEach(async () => {
  await control().vm({
    vm: VM,
    power: 'on',
    tools: 'guestToolsRunning',
    ignoresShutdown: false,
    question: {text: ''},
  })
  await control().host({host: HOST, connection: 'connected', inMaintenance: false, neverBack: false})
})

const vmState = async (name: string) => (await control().state()).vms.find((one) => one.name === name)
const vm = async () => ['VirtualMachine', (await vmState(VM))?.moref ?? ''] as [string, string]
const host = async () =>
  ['HostSystem', (await control().state()).hosts.find((one) => one.name === HOST)?.moref ?? ''] as [
    string,
    string,
  ]
const tools = async () =>
  (await at().soap.props(...(await vm()), 'guest.toolsRunningStatus'))['guest.toolsRunningStatus']

describe('a guest that is asked to shut down', () => {
  test('does, in its time, and then its tools do not run', async () => {
    await control().vm({vm: VM, shutdownMs: 80})
    expect(await at().soap.call('ShutdownGuest', await vm())).toMatchObject({status: 200})
    expect((await vmState(VM))?.power).toBe('poweredOn')
    expect(await until(async () => (await vmState(VM))?.power === 'poweredOff', 10_000)).toBe(true)
    expect(await until(async () => (await tools()) === 'guestToolsNotRunning', 10_000)).toBe(true)
    expect(await at().soap.call('ShutdownGuest', await vm())).toMatchObject({fault: 'InvalidPowerState'})
  })

  test('cannot be asked without tools', async () => {
    await control().vm({vm: VM, tools: 'guestToolsNotRunning'})
    expect(await at().soap.call('ShutdownGuest', await vm())).toMatchObject({fault: 'ToolsUnavailable'})
  })

  test('may do nothing about it', async () => {
    await control().vm({vm: VM, ignoresShutdown: true, shutdownMs: 10})
    expect(await at().soap.call('ShutdownGuest', await vm())).toMatchObject({status: 200})
    expect(await until(async () => (await vmState(VM))?.power !== 'poweredOn', 300)).toBe(false)
  })
})

test('power off, on and suspend are the simulator’s; statistics of the host and tools follow', async () => {
  const used = async () => (await control().state()).hosts.find((one) => one.name === HOST)?.usedMB ?? 0
  const before = await used()
  const end = async (method: string) => at().soap.ended(await at().soap.task(method, await vm()))
  expect(await end('PowerOffVM_Task')).toMatchObject({state: 'success'})
  expect(await until(async () => (await used()) === before - 2048, 10_000)).toBe(true)
  expect(await end('PowerOffVM_Task')).toMatchObject({fault: 'InvalidPowerState'})
  expect(await end('SuspendVM_Task')).toMatchObject({fault: 'InvalidPowerState'})
  expect(await end('PowerOnVM_Task')).toMatchObject({state: 'success'})
  expect(await until(async () => (await tools()) === 'guestToolsRunning', 10_000)).toBe(true)
  expect(await end('SuspendVM_Task')).toMatchObject({state: 'success'})
  expect((await vmState(VM))?.power).toBe('suspended')
})

test('a question is answered once', async () => {
  await control().vm({vm: VM, question: {text: 'Moved or copied?', choices: ['moved', 'copied']}})
  const answer = async () =>
    at().soap.call('AnswerVM', await vm(), '<questionId>1</questionId><answerChoice>0</answerChoice>')
  expect(await answer()).toMatchObject({status: 200})
  expect(await answer()).toMatchObject({fault: 'InvalidArgument'})
})

test('the clock of a host may be wrong', async () => {
  const system = (await at().soap.props(...(await host()), 'configManager.dateTimeSystem'))[
    'configManager.dateTimeSystem'
  ]
  const clock = async () => {
    const {text} = await at().soap.call('QueryDateTime', ['HostDateTimeSystem', system ?? ''])
    return Date.parse(/<returnval>([^<]+)</.exec(text)?.[1] ?? '')
  }
  expect(Math.abs((await clock()) - Date.now())).toBeLessThan(60_000)
  await control().host({host: HOST, clockWrongMs: 600_000})
  expect((await clock()) - Date.now()).toBeGreaterThan(540_000)
})

describe('a reboot', () => {
  const reboot = async (force = false) =>
    at().soap.ended(await at().soap.task('RebootHost_Task', await host(), `<force>${force}</force>`))
  const runtime = async () =>
    at().soap.props(
      ...(await host()),
      'runtime.connectionState',
      'runtime.bootTime',
      'runtime.inMaintenanceMode',
      'summary.rebootRequired',
    )

  test('is refused outside of maintenance mode', async () => {
    expect(await reboot()).toMatchObject({fault: 'InvalidState'})
  })

  test('succeeds when it is accepted; the host goes, and comes back with another boot time, in maintenance mode', async () => {
    await control().host({host: HOST, inMaintenance: true, rebootRequired: true, rebootMs: 300})
    const before = await runtime()
    expect(await reboot()).toMatchObject({state: 'success'})
    const connection = async () => (await runtime())['runtime.connectionState']
    expect(await until(async () => (await connection()) === 'notResponding', 10_000, 5)).toBe(true)
    expect(await until(async () => (await connection()) === 'connected', 10_000)).toBe(true)
    const after = await runtime()
    expect(Date.parse(after['runtime.bootTime'] ?? '')).toBeGreaterThan(
      Date.parse(before['runtime.bootTime'] ?? ''),
    )
    expect(after).toMatchObject({'runtime.inMaintenanceMode': 'true', 'summary.rebootRequired': 'false'})
  })

  test('forced, it takes the VMs along; and the host may never come back', async () => {
    await control().host({host: HOST, neverBack: true, rebootMs: 50})
    expect(await reboot(true)).toMatchObject({state: 'success'})
    expect(await until(async () => (await vmState(VM))?.power === 'poweredOff', 10_000)).toBe(true)
    const back = async () => (await runtime())['runtime.connectionState'] === 'connected'
    expect(await until(async () => !(await back()), 10_000)).toBe(true)
    expect(await until(back, 400)).toBe(false)
  })
})
