import {expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {evacuateOf} from './inputs.js'
import {operate, withVcenter} from './operate.js'
import {once, room} from './room.js'

const {control, place, whereabouts, host, power, writes} = room()
const [H0, H1, H2] = ['DC0_C0_H0', 'DC0_C0_H1', 'DC0_C0_H2'] as const
const [VM0, VM3, VM6] = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM3', 'DC0_C0_RP0_VM6'] as const

const isRelocate = (vm: string) => (write: string) => write === `RelocateVM_Task ${vm}`

test('a move that times out is tried once more, to the next-best host', async () => {
  await control().fault({
    method: 'RelocateVM_Task',
    entity: VM3,
    times: 1,
    in: 'task',
    fault: {type: 'Timedout'},
  })
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0))
  expect(outcome.verdict).toBe('done')
  expect((await writes()).filter(isRelocate(VM3))).toHaveLength(2)
  const calls = (await control().calls()).filter(
    ({method, name}) => method === 'RelocateVM_Task' && name === VM3,
  )
  const targets = calls.map(({args}) => JSON.stringify(args))
  expect(targets[0]).not.toBe(targets[1])
  expect((await whereabouts())[VM3]).not.toBe(H0)
})

test('a device in the way is no reason to try again; the others leave, the run fails and nothing is half entered', async () => {
  await control().fault({
    method: 'RelocateVM_Task',
    entity: VM3,
    in: 'task',
    message: 'A device keeps it here.',
    fault: {type: 'DisallowedMigrationDeviceAttached'},
  })
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0))
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toContain(`1 VMs still run on ${H0}: ${VM3}`)
  expect(outcome.says).toContain('A device keeps it here.')
  expect((await writes()).filter(isRelocate(VM3))).toHaveLength(1)
  expect(await host(H0)).toMatchObject({inMaintenance: false, entering: false})
  const at = await whereabouts()
  expect(at[VM3]).toBe(H0)
  expect([at[VM0], at[VM6]]).not.toContain(H0)
})

test('with --on-vm-failure stop nothing new starts after the first failure', async () => {
  await control().fault({method: 'RelocateVM_Task', in: 'task', fault: {type: 'NoPermission'}})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {onVmFailure: 'stop', parallel: 1}))
  expect(outcome.verdict).toBe('partial')
  expect((await writes()).filter((write) => write.startsWith('RelocateVM_Task'))).toHaveLength(1)
})

test('answered with retry, a VM that failed is moved after all', async () => {
  await control().fault({
    method: 'RelocateVM_Task',
    entity: VM3,
    times: 1,
    in: 'task',
    fault: {type: 'VmConfigFault'},
  })
  const asker = {present: true, failed: async () => 'retry' as const}
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0), {asker, onFailure: 'ask'})
  expect(await host(H0)).toMatchObject({inMaintenance: true})
  expect((await whereabouts())[VM3]).not.toBe(H0)
  // Its own step has failed and stays so; the look afterwards moved it.
  expect(outcome.verdict).toBe('tolerated')
})

test('a VM that is powered on there meanwhile is moved too', async () => {
  await control().vm({vm: VM6, power: 'off'})
  await control().pace({relocateMs: 1500})
  const turnsUp = once(
    (event) => event.type === 'end' && event.result.step.endsWith('.move'),
    async () => await control().vm({vm: VM6, power: 'on'}),
  )
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {parallel: 1}), {emit: turnsUp.emit})
  await turnsUp.done()
  expect(outcome.verdict).toBe('done')
  expect((await whereabouts())[VM6]).not.toBe(H0)
  expect(outcome.steps.find(({step}) => step === 'recheck')).toMatchObject({state: 'changed'})
  expect(await host(H0)).toMatchObject({inMaintenance: true})
})

test('a VM that somebody powers off or moves away meanwhile is no failure', async () => {
  await control().pace({relocateMs: 1500})
  const meddle = once(
    (event) => event.type === 'run',
    async () => {
      await control().vm({vm: VM0, power: 'off'})
      await control().place({[VM6]: H1})
    },
  )
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {parallel: 1}), {emit: meddle.emit})
  await meddle.done()
  expect(outcome.verdict).toBe('done')
  expect(outcome.steps.find(({step}) => step === 'verify')?.saw).toContain(
    `${VM0} is powered off on the host`,
  )
  expect((await whereabouts())[VM0]).toBe(H0)
  expect(await writes()).not.toContain(`RelocateVM_Task ${VM6}`)
  expect(await host(H0)).toMatchObject({inMaintenance: true})
})

test('where the VM is decides: a cancelled task that flips to success counts as moved', async () => {
  await control().pace({cancel: 'flip', relocateMs: 3000})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {vmTimeoutMs: 1000}))
  expect(outcome.verdict).toBe('done')
  expect(Object.values(await whereabouts())).not.toContain(H0)
}, 60_000)

test('cancelled by somebody else and moved all the same: where the VM is decides there too', async () => {
  await control().pace({cancel: 'flip', relocateMs: 3000})
  const cancels = once(
    (event) => event.type === 'start' && event.step.endsWith('.move'),
    async () => {
      const running = async () => (await control().moves()).moves.find(({outcome}) => outcome === 'running')
      expect(await until(async () => (await running()) !== undefined, 10_000)).toBe(true)
      const task = (await running())?.task ?? ''
      await withVcenter(place(), (_, vcenter) => vcenter.cancelTask(task, new AbortController().signal))
    },
  )
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0), {emit: cancels.emit})
  await cancels.done()
  expect(outcome.verdict).toBe('done')
  for (const {relocations} of (await control().state()).vms) expect(relocations).toBeLessThanOrEqual(1)
}, 60_000)

test('a VM that does not arrive in time is cancelled, and its move is a failure', async () => {
  await control().vm({vm: VM3, relocateMs: 60_000})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {vmTimeoutMs: 1000}))
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toContain('did not arrive within 1 s')
  expect((await control().moves()).moves.find(({vm}) => vm === VM3)).toMatchObject({outcome: 'cancelled'})
  expect(Object.values(await power())).not.toContain('poweredOff')
}, 60_000)

test('a session that ends in the middle is made anew, and no VM is moved twice', async () => {
  await control().pace({relocateMs: 2000})
  const ends = once(
    (event) => event.type === 'start' && event.step.endsWith('.move'),
    async () => void (await control().endSessions()),
  )
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0), {emit: ends.emit})
  await ends.done()
  expect(outcome.verdict).toBe('done')
  const {vms} = await control().state()
  for (const vm of vms.filter(({name}) => [VM0, VM3, VM6].includes(name as typeof VM0)))
    expect(vm.relocations).toBe(1)
}, 60_000)

test('no other host left in the middle: what cannot go is named', async () => {
  await control().vm({vm: VM6, power: 'off'})
  const meddle = once(
    (event) => event.type === 'end' && event.result.step.endsWith('.move'),
    async () => {
      await control().host({host: H1, connection: 'disconnected'})
      await control().host({host: H2, connection: 'disconnected'})
      await control().vm({vm: VM6, power: 'on'})
    },
  )
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {parallel: 1}), {emit: meddle.emit})
  await meddle.done()
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toContain('still run on')
  expect(await host(H0)).toMatchObject({inMaintenance: false})
}, 60_000)
