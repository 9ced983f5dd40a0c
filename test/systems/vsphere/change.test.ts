import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {calm} from '../../lab/running-lab.js'
import {refOf, runningVsphere, vcenterOf} from './running.js'

const lab = runningVsphere({hosts: 3, vms: 6})
const ended = {state: 'success', error: null}

test('a VM is suspended, powered on, shut down and powered off', async () => {
  const {vc} = vcenterOf(lab())
  const vm = await refOf(lab(), 'DC0_C0_RP0_VM0')
  const power = async () => (await vc.vmState(vm, calm)).power
  expect(await vc.follow(await vc.suspend(vm, calm), 30_000, calm)).toMatchObject(ended)
  expect(await power()).toBe('suspended')
  expect(await vc.follow(await vc.powerOn(vm, calm), 30_000, calm)).toMatchObject(ended)
  expect(await power()).toBe('poweredOn')
  expect(await until(async () => (await vc.vmState(vm, calm)).toolsRunning, 30_000)).toBe(true)
  expect(await vc.shutdownGuest(vm, calm)).toBeUndefined()
  expect(await until(async () => (await power()) === 'poweredOff', 30_000)).toBe(true)
  await vc.follow(await vc.powerOn(vm, calm), 30_000, calm)
  expect(await vc.follow(await vc.powerOff(vm, calm), 30_000, calm)).toMatchObject(ended)
  expect(await power()).toBe('poweredOff')
  await expect(vc.shutdownGuest(vm, calm)).rejects.toMatchObject({
    fault: 'answered',
    class: 'invalid-power-state',
  })
})

test('removable media is disconnected and connected again, and the rest of the device stays', async () => {
  const {vc} = vcenterOf(lab())
  const vm = await refOf(lab(), 'DC0_C0_RP0_VM1')
  await lab().control.vm({
    vm: 'DC0_C0_RP0_VM1',
    devices: [{kind: 'iso', file: '[LocalDS_0] a & b.iso', connected: true}],
  })
  const read = async () => {
    const {vms} = await vc.surroundings((await vc.vmState(vm, calm)).host, calm)
    return vms.find((one) => one.ref === vm)?.devices.find(({backing}) => backing === 'iso')
  }
  const before = await read()
  expect(before).toMatchObject({kind: 'cdrom', connected: true})
  const key = before?.key ?? 0
  expect(await vc.follow(await vc.setConnected(vm, key, false, calm), 30_000, calm)).toMatchObject(ended)
  expect(await read()).toEqual({...before, connected: false})
  expect((await vc.vmState(vm, calm)).devices).toContainEqual({key, connected: false})
  expect(await vc.follow(await vc.setConnected(vm, key, true, calm), 30_000, calm)).toMatchObject(ended)
  expect(await read()).toEqual(before)
  await expect(vc.setConnected(vm, 99_999, false, calm)).rejects.toMatchObject({class: 'no-such-device'})
})

test('a host is rebooted', async () => {
  await lab().control.host({host: 'DC0_C0_H2', inMaintenance: true, rebootMs: 500})
  const {vc} = vcenterOf(lab())
  const host = await refOf(lab(), 'DC0_C0_H2')
  const {bootedAtMs} = await vc.hostState(host, calm)
  expect(await vc.follow(await vc.reboot(host, calm), 30_000, calm)).toMatchObject({state: 'success'})
  const back = async () => {
    const now = await vc.hostState(host, calm)
    return now.connection === 'connected' && now.bootedAtMs > bootedAtMs
  }
  expect(await until(back, 30_000)).toBe(true)
})

test('checks say which pairs cannot work, for one and for all at once', async () => {
  const {vc, count} = vcenterOf(lab())
  const vm = await refOf(lab(), 'DC0_C0_RP0_VM2')
  const hosts = [await refOf(lab(), 'DC0_C0_H0'), await refOf(lab(), 'DC0_C0_H1')]
  await lab().control.place({DC0_C0_RP0_VM2: 'DC0_C0_H2'})
  await lab().control.host({host: 'DC0_C0_H2', inMaintenance: false})
  await lab().control.pair({
    vm: 'DC0_C0_RP0_VM2',
    host: 'DC0_C0_H1',
    errors: [{message: 'The CPU is too old.', fault: {type: 'CpuIncompatible'}}],
    warnings: [{message: 'It has snapshots.'}],
  })
  const good = await vc.checkRelocate(vm, hosts[0] ?? '', calm)
  expect(good.errors).toEqual([])
  const bad = await vc.checkRelocate(vm, hosts[1] ?? '', calm)
  expect(bad.errors).toMatchObject([{fault: 'CpuIncompatible', text: 'The CPU is too old.'}])
  expect(bad.warnings.map(({text}) => text)).toContain('It has snapshots.')
  expect(await vc.compatibility([vm], hosts, calm)).toEqual([
    {vm, host: hosts[1], texts: ['The CPU is too old.']},
  ])
  // What a check found comes with its end.
  expect(count('RetrievePropertiesEx')).toBe(0)
})

test('a server without the matrix check is no error', async () => {
  const fault = {type: 'MethodNotFound', receiver: {type: 'X', value: 'x'}, method: 'm'}
  await lab().control.fault({method: 'QueryVMotionCompatibilityEx_Task', times: 1, fault})
  const {vc} = vcenterOf(lab())
  const vm = await refOf(lab(), 'DC0_C0_RP0_VM2')
  expect(await vc.compatibility([vm], [await refOf(lab(), 'DC0_C0_H0')], calm)).toBeUndefined()
})

test('a write that the account may not do is answered with the privilege', async () => {
  const {vc} = vcenterOf(lab(), {user: lab().readonlyUser})
  const host = await refOf(lab(), 'DC0_C0_H1')
  await expect(
    vc.enterMaintenance(host, {timeoutSec: 0, evacuatePoweredOff: false}, calm),
  ).rejects.toMatchObject({
    fault: 'answered',
    class: 'no-permission',
    message: expect.stringContaining('Host.Config.Maintenance'),
  })
})
