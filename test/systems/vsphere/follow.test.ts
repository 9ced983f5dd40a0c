import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import type {Vcenter} from '../../../src/lib/systems/vsphere/vcenter.js'
import {calm} from '../../lab/running-lab.js'
import {refOf, runningVsphere, vcenterOf} from './running.js'

const lab = runningVsphere({hosts: 3, vms: 24})
const vmName = (at: number) => `DC0_C0_RP0_VM${at}`

/** So many VMs put on H0, and the references of all. */
async function onFirst(count: number) {
  const names = Array.from({length: count}, (_, at) => vmName(at))
  await lab().control.place(Object.fromEntries(names.map((name) => [name, 'DC0_C0_H0'])))
  const vms = await Promise.all(names.map((name) => refOf(lab(), name)))
  return {vms, hosts: [await refOf(lab(), 'DC0_C0_H1'), await refOf(lab(), 'DC0_C0_H2')] as const}
}

async function move(vc: Vcenter, vm: string, host: string) {
  return await vc.follow(await vc.relocate(vm, {host}, 'default', calm), 60_000, calm)
}

test('a move is followed to its end', async () => {
  await lab().control.pace({relocateMs: 600})
  const {vms, hosts} = await onFirst(1)
  const {vc, count} = vcenterOf(lab())
  const task = await vc.relocate(vms[0] ?? '', {host: hosts[0]}, 'high', calm)
  const last = await vc.follow(task, 60_000, calm)
  expect(last).toEqual({key: task, state: 'success', cancelled: false, error: null})
  expect(await vc.vmState(vms[0] ?? '', calm)).toMatchObject({host: hosts[0], power: 'poweredOn', tasks: []})
  expect(count('RetrievePropertiesEx')).toBe(1)
  await lab().control.pace({relocateMs: 0})
})

test('many moves share one list and one long-poll: at most one and a half calls each beside the polls', async () => {
  await lab().control.pace({relocateMs: 150, movesAtOnce: 8})
  const {vms, hosts} = await onFirst(20)
  const {vc, count, calls} = vcenterOf(lab())
  await vc.session(calm)
  const before = calls.length
  const queue = [...vms]
  const worker = async () => {
    for (let vm = queue.shift(); vm; vm = queue.shift())
      expect(await move(vc, vm, hosts[queue.length % 2 ? 0 : 1])).toMatchObject({state: 'success'})
  }
  await Promise.all(Array.from({length: 8}, worker))
  const polls = count('WaitForUpdatesEx')
  const others = calls.length - before - polls - count('RelocateVM_Task')
  expect(count('RelocateVM_Task')).toBe(20)
  expect(others).toBeLessThanOrEqual(30)
  expect(calls.length - before).toBeLessThanOrEqual(100)
  await lab().control.pace({relocateMs: 0})
})

test('what is asked of many VMs at once goes in few calls, and each gets its own answer', async () => {
  const {vms} = await onFirst(20)
  const {vc, count} = vcenterOf(lab())
  await vc.session(calm)
  const states = await Promise.all(vms.map((vm) => vc.vmState(vm, calm)))
  expect(states.map(({ref}) => ref)).toEqual(vms)
  expect(count('RetrievePropertiesEx')).toBe(1)
  const mixed = await Promise.allSettled(
    [vms[0] ?? '', 'vm-99999', vms[1] ?? ''].map((vm) => vc.vmState(vm, calm)),
  )
  expect(mixed.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('a task that fails says why, with its fault', async () => {
  const {vms, hosts} = await onFirst(1)
  const [vm = ''] = vms
  await lab().control.fault({
    method: 'RelocateVM_Task',
    in: 'task',
    times: 1,
    message: 'Timed out waiting for migration data.',
    fault: {type: 'Timedout'},
  })
  const {vc} = vcenterOf(lab())
  const ended = await move(vc, vm, hosts[0])
  expect(ended).toMatchObject({
    state: 'error',
    cancelled: false,
    error: {fault: 'Timedout', text: expect.stringContaining('Timed out waiting')},
  })
  expect(await vc.task(ended?.key ?? '', calm)).toEqual(ended)
  expect(await vc.follow(ended?.key ?? '', 5000, calm)).toEqual(ended)
})

test('follow returns the last state when its time is over, and goes on where it was', async () => {
  await lab().control.pace({relocateMs: 2500})
  const {vms, hosts} = await onFirst(1)
  const {vc} = vcenterOf(lab())
  const task = await vc.relocate(vms[0] ?? '', {host: hosts[0]}, 'default', calm)
  expect(await vc.follow(task, 300, calm)).toMatchObject({key: task, state: 'running'})
  expect(await vc.follow(task, 60_000, calm)).toMatchObject({key: task, state: 'success'})
  await lab().control.pace({relocateMs: 0})
})

test('two that follow one task both hear of its end; one that is called off ends alone', async () => {
  await lab().control.pace({relocateMs: 700})
  const {vms, hosts} = await onFirst(1)
  const {vc} = vcenterOf(lab())
  const task = await vc.relocate(vms[0] ?? '', {host: hosts[0]}, 'default', calm)
  const off = new AbortController()
  const away = vc.follow(task, 60_000, off.signal)
  const both = [vc.follow(task, 60_000, calm), vc.follow(task, 60_000, calm)]
  off.abort()
  await expect(away).rejects.toMatchObject({class: 'called-off'})
  for (const one of await Promise.all(both)) expect(one).toMatchObject({state: 'success'})
  await lab().control.pace({relocateMs: 0})
})

test('a session that ends meanwhile is made anew, with its list, and nothing is sent twice', async () => {
  await lab().control.pace({relocateMs: 2000})
  const {vms, hosts} = await onFirst(3)
  const {vc, count} = vcenterOf(lab())
  const moves = vms.map((vm) => move(vc, vm, hosts[0]))
  expect(await until(async () => count('RelocateVM_Task') === 3 && count('ModifyListView') > 0, 20_000)).toBe(
    true,
  )
  expect(await lab().control.endSessions(lab().user)).toBeGreaterThan(0)
  for (const one of await Promise.all(moves)) expect(one).toMatchObject({state: 'success'})
  expect(count('Login')).toBe(2)
  expect(count('RelocateVM_Task')).toBe(3)
  await lab().control.pace({relocateMs: 0})
})

test('a running move can be cancelled', async () => {
  await lab().control.pace({relocateMs: 5000, cancel: 'honest'})
  const {vms, hosts} = await onFirst(1)
  const [vm = ''] = vms
  const {vc} = vcenterOf(lab())
  const task = await vc.relocate(vm, {host: hosts[0]}, 'default', calm)
  expect((await vc.vmState(vm, calm)).tasks).toMatchObject([{key: task, entity: vm}])
  await vc.cancelTask(task, calm)
  expect(await vc.follow(task, 30_000, calm)).toMatchObject({
    state: 'error',
    cancelled: true,
    error: {fault: 'RequestCanceled'},
  })
  expect((await vc.vmState(vm, calm)).host).toBe(await refOf(lab(), 'DC0_C0_H0'))
  await lab().control.pace({relocateMs: 0})
})

test('maintenance mode is entered and left; a host that is entering says who does it', async () => {
  const {vc} = vcenterOf(lab())
  const host = await refOf(lab(), 'DC0_C0_H0')
  await lab().control.cluster({cluster: 'DC0_C0', drs: 'manual'})
  await onFirst(1)
  const task = await vc.enterMaintenance(host, {timeoutSec: 600, evacuatePoweredOff: false}, calm)
  expect(await until(async () => (await vc.hostState(host, calm)).entering !== null, 20_000)).toBe(true)
  const {entering, inMaintenance} = await vc.hostState(host, calm)
  expect(inMaintenance).toBe(false)
  expect(entering).toMatchObject({key: task, what: 'HostSystem.enterMaintenanceMode', entity: host})
  expect(entering?.user).not.toBe('')
  expect(Math.abs((entering?.startedAtMs ?? 0) - Date.now())).toBeLessThan(60_000)
  const around = await vc.surroundings(host, calm)
  expect(around.host.entering).toMatchObject({key: task})
  for (const vm of around.vms.filter((one) => one.host === host && one.power === 'poweredOn'))
    await move(vc, vm.ref, await refOf(lab(), 'DC0_C0_H1'))
  expect(await vc.follow(task, 60_000, calm)).toMatchObject({state: 'success'})
  expect(await vc.hostState(host, calm)).toMatchObject({inMaintenance: true, entering: null})
  expect(await vc.follow(await vc.exitMaintenance(host, 300, calm), 60_000, calm)).toMatchObject({
    state: 'success',
  })
  expect(await vc.hostState(host, calm)).toMatchObject({inMaintenance: false})
})
