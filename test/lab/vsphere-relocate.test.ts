import {afterEach, describe, expect, test} from 'vitest'
import {until} from '../../src/lib/lab/until.js'
import {runningVsphere} from './running-vsphere.js'
import {C, relocations, VM} from './vsphere-moves.js'

const at = runningVsphere({clusters: 2, hosts: 3, vms: 3})
const {control, reset, vmId, hostId, hostOfVm, relocate, relocated, progress} = relocations(at)
afterEach(reset)

describe('a move', () => {
  test('takes its time, tells percentages, and shows in host lists, statistics and counters', async () => {
    await control().vm({vm: VM, relocateMs: 500})
    const before = await control().state()
    const task = await relocate(VM, `${C}_H1`)
    expect(await until(async () => (await progress(task)) >= 40, 10_000)).toBe(true)
    expect((await at().soap.props('VirtualMachine', await vmId(VM), 'recentTask')).recentTask).toContain(task)
    expect(await hostOfVm(VM)).toBe(`${C}_H0`)
    expect(await at().soap.ended(task)).toEqual({state: 'success', cancelled: false})
    expect(await hostOfVm(VM)).toBe(`${C}_H1`)
    const used = (state: typeof before, name: string) =>
      state.hosts.find((one) => one.name === name)?.usedMB ?? 0
    const after = await control().state()
    expect(used(after, `${C}_H0`)).toBe(used(before, `${C}_H0`) - 2048)
    expect(used(after, `${C}_H1`)).toBe(used(before, `${C}_H1`) + 2048)
    const lists = await Promise.all(
      [0, 1].map(
        async (i) => (await at().soap.props('HostSystem', await hostId(`${C}_H${i}`), 'vm')).vm ?? '',
      ),
    )
    expect(
      lists.map((list) => list.includes(`>${before.vms.find((one) => one.name === VM)?.moref}<`)),
    ).toEqual([false, true])
    expect(after.vms.find((one) => one.name === VM)?.relocations).toBeGreaterThan(0)
    const {moves, atOnce} = await control().moves()
    expect(moves).toMatchObject([
      {vm: VM, from: `${C}_H0`, to: `${C}_H1`, outcome: 'moved', by: at().lab.user},
    ])
    expect(atOnce).toBe(1)
    const events = await at().soap.call(
      'QueryEvents',
      ['EventManager', 'EventManager'],
      `<filter><entity><entity type="VirtualMachine">${await vmId(VM)}</entity><recursion>self</recursion></entity><eventTypeId>VmMigratedEvent</eventTypeId></filter>`,
    )
    expect(events.text.match(/VmMigratedEvent"/g)?.length).toBe(1)
  })

  test('host lists may be stale, for a while or for ever', async () => {
    await control().pace({staleMs: -1})
    await relocated(VM, `${C}_H1`)
    const id = await vmId(VM)
    const list = async (host: string) =>
      (await at().soap.props('HostSystem', await hostId(host), 'vm')).vm ?? ''
    expect(await list(`${C}_H0`)).toContain(`>${id}<`)
    expect(await list(`${C}_H1`)).not.toContain(`>${id}<`)
    await control().pace({staleMs: 50})
    await relocated(VM, `${C}_H2`)
    expect(await until(async () => (await list(`${C}_H2`)).includes(`>${id}<`), 10_000)).toBe(true)
  })

  test('more than a host takes are queued', async () => {
    await control().host({host: `${C}_H2`, limitMoves: 1})
    await control().vm({vm: VM, relocateMs: 400})
    const first = await relocate(VM, `${C}_H2`)
    expect(await until(async () => (await progress(first)) > 0, 10_000)).toBe(true)
    const second = await relocate(`${C}_RP0_VM1`, `${C}_H2`)
    expect((await at().soap.props('Task', second, 'info.state'))['info.state']).toBe('queued')
    expect(await at().soap.ended(second)).toMatchObject({state: 'success'})
    const {moves, byTarget} = await control().moves()
    expect(moves[1]?.startedAt).toBeGreaterThanOrEqual(moves[0]?.endedAt ?? Number.POSITIVE_INFINITY)
    expect(byTarget[`${C}_H2`]).toBe(2)
  })
})

describe('a cancel', () => {
  const started = async () => {
    await control().vm({vm: VM, relocateMs: 600})
    const task = await relocate(VM, `${C}_H1`)
    expect(await until(async () => (await progress(task)) >= 20, 10_000)).toBe(true)
    return task
  }

  test('stops it', async () => {
    const task = await started()
    await at().soap.call('CancelTask', ['Task', task])
    expect(await at().soap.ended(task)).toMatchObject({fault: 'RequestCanceled', cancelled: true})
    expect(await hostOfVm(VM)).toBe(`${C}_H0`)
    expect(await at().soap.call('CancelTask', ['Task', task])).toMatchObject({fault: 'InvalidState'})
  })

  test('after the switchover comes too late: the answer is good, and the VM has moved', async () => {
    await control().pace({switchoverPercent: 10})
    const task = await started()
    expect((await at().soap.call('CancelTask', ['Task', task])).status).toBe(200)
    expect(await at().soap.ended(task)).toEqual({state: 'success', cancelled: false})
    expect(await hostOfVm(VM)).toBe(`${C}_H1`)
  })

  test('may look good and turn into success', async () => {
    await control().pace({cancel: 'flip'})
    const task = await started()
    await at().soap.call('CancelTask', ['Task', task])
    expect(await at().soap.ended(task)).toMatchObject({fault: 'RequestCanceled', cancelled: true})
    expect(await until(async () => (await at().soap.ended(task)).state === 'success', 10_000)).toBe(true)
    expect(await hostOfVm(VM)).toBe(`${C}_H1`)
  })
})

test('the source or the target going away in the middle fails the move', async () => {
  await control().vm({vm: VM, relocateMs: 500})
  const task = await relocate(VM, `${C}_H1`)
  expect(await until(async () => (await progress(task)) >= 20, 10_000)).toBe(true)
  await control().host({host: `${C}_H1`, connection: 'notResponding'})
  expect(await at().soap.ended(task)).toMatchObject({fault: 'HostNotConnected'})
  expect(await hostOfVm(VM)).toBe(`${C}_H0`)
})

test('a failure told for the task: after a delay, as often as told', async () => {
  const fault = {type: 'MigrationNotReady', reason: 'busy'}
  await control().fault({
    method: 'RelocateVM_Task',
    entity: VM,
    in: 'task',
    times: 1,
    delayMs: 20,
    message: 'busy',
    fault,
  })
  expect(await relocated(VM, `${C}_H1`)).toMatchObject({fault: 'MigrationNotReady', message: 'busy'})
  expect(await relocated(VM, `${C}_H1`)).toMatchObject({state: 'success'})
})
