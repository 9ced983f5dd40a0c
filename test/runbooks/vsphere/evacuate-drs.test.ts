import {expect, test} from 'vitest'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {evacuateOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'

const {control, place, whereabouts, host, writes} = room({}, 'fullyAutomated')
const H0 = 'DC0_C0_H0'
const [VM0, VM3, VM6] = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM3', 'DC0_C0_RP0_VM6'] as const

test('DRS moves the VMs when the host enters; redeye only asks, follows and looks', async () => {
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0))
  expect(outcome.verdict).toBe('done')
  expect(await writes()).toEqual([`EnterMaintenanceMode_Task ${H0}`])
  expect(outcome.steps.map(({step}) => step)).toEqual(['enter-maintenance', 'verify'])
  expect(Object.values(await whereabouts())).not.toContain(H0)
})

test('while DRS moves, it is said how many are left', async () => {
  await control().pace({relocateMs: 1500, drsAtOnce: 1})
  const {outcome, events} = await operate(place(), evacuate, evacuateOf(H0))
  expect(outcome.verdict).toBe('done')
  const saw = events.flatMap((event) => (event.type === 'saw' ? [event.saw] : []))
  expect(saw.join('\n')).toMatch(/entering.*; 2 run here/)
}, 60_000)

test('a VM that DRS leaves alone is moved first', async () => {
  await control().cluster({cluster: 'DC0_C0', drsOverrides: [{vm: VM3, behavior: 'manual'}]})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0))
  expect(outcome.verdict).toBe('done')
  expect(await writes()).toEqual([`RelocateVM_Task ${VM3}`, `EnterMaintenanceMode_Task ${H0}`])
})

test('stuck: the reason is named, and nobody there to ask, the task is cancelled', async () => {
  await control().vm({vm: VM3, pinned: true})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {stallMs: 2000, onStuck: 'cancel'}))
  expect(outcome.verdict).toBe('undone')
  expect(outcome.says).toContain(
    `stuck for 2 s: ${VM3}: Virtual machine '${VM3}' cannot be moved off host '${H0}'`,
  )
  expect(await host(H0)).toMatchObject({inMaintenance: false, entering: false})
  expect((await whereabouts())[VM3]).toBe(H0)
}, 60_000)

test('stuck, and told to migrate: the rest is moved by redeye', async () => {
  await control().vm({vm: VM3, pinned: true})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {stallMs: 2000, onStuck: 'migrate'}))
  expect(outcome.verdict).toBe('done')
  expect(await writes()).toEqual([`EnterMaintenanceMode_Task ${H0}`, `RelocateVM_Task ${VM3}`])
  expect(await host(H0)).toMatchObject({inMaintenance: true})
}, 60_000)

test('stuck, asked, and answered with retry: the same task is followed on', async () => {
  await control().vm({vm: VM3, pinned: true})
  const asked: string[] = []
  const failed = async ({why}: {why: string}) => {
    asked.push(why)
    await control().vm({vm: VM3, pinned: false})
    return 'retry' as const
  }
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {stallMs: 2000}), {
    asker: {present: true, failed},
    onFailure: 'ask',
  })
  expect(asked).toHaveLength(1)
  expect(asked[0]).toContain(`stuck for 2 s: ${VM3}`)
  expect(outcome.verdict).toBe('done')
  expect(await writes()).toEqual([`EnterMaintenanceMode_Task ${H0}`])
}, 60_000)

test('past its time the task ends by itself, and the run is undone', async () => {
  await control().vm({vm: VM0, pinned: true})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {timeoutMs: 3000, onStuck: 'wait'}))
  expect(outcome.verdict).toBe('undone')
  expect(await host(H0)).toMatchObject({inMaintenance: false, entering: false})
}, 60_000)

test('a task that somebody else has started is refused; overridden it is followed, and never cancelled', async () => {
  await control().addUser({name: 'eva@vsphere.local', password: 'x'})
  await control().vm({vm: VM6, pinned: true})
  await enterAs('eva@vsphere.local', 'x')
  const refused = await operate(place(), evacuate, evacuateOf(H0))
  expect(refused.outcome.verdict).toBe('refused')
  expect(refused.outcome.because.join('\n')).toContain('mm-task-running: eva@vsphere.local has told')
  const input = evacuateOf(H0, {stallMs: 2000, onStuck: 'cancel'})
  const {outcome} = await operate(place(), evacuate, input, {
    overrides: ['mm-task-running'],
    reason: 'eva asked me',
  })
  expect(outcome.verdict).toBe('partial')
  expect(await host(H0)).toMatchObject({entering: true})
  expect((await writes()).filter((write) => write.startsWith('CancelTask'))).toEqual([])
}, 60_000)

test('undone later, the host leaves maintenance mode', async () => {
  const {run} = await operate(place(), evacuate, evacuateOf(H0))
  const {outcome} = await undo(place(), evacuate, run)
  expect(outcome.verdict).toBe('done')
  expect(await host(H0)).toMatchObject({inMaintenance: false})
})

async function enterAs(user: string, password: string): Promise<void> {
  const {openVcenter} = await import('../../../src/lib/systems/vsphere/open.js')
  const {url, ca} = place()
  const vcenter = openVcenter({name: 'dc', url, user, password: async () => password, tls: {ca: [ca]}})
  const {signal} = new AbortController()
  const [found] = await vcenter.findHosts(H0, signal)
  await vcenter.enterMaintenance(found?.ref ?? '', {timeoutSec: 0, evacuatePoweredOff: false}, signal)
  await vcenter.close()
}
