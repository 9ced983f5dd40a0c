import {expect, test} from 'vitest'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {evacuateOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'

const {control, place, whereabouts, host, writes} = room()
const H0 = 'DC0_C0_H0'

const away = (fault: 'lost' | 'unreachable') => Object.assign(new Error('vCenter is away'), {fault})

test('the answer to a move is lost: the VM’s own task is followed, and nothing is sent again', async () => {
  await control().pace({relocateMs: 2000})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0), {
    through: (vcenter) => ({
      ...vcenter,
      async relocate(...args) {
        await vcenter.relocate(...args)
        throw away('lost')
      },
    }),
  })
  expect(outcome.verdict).toBe('done')
  expect((await writes()).filter((write) => write.startsWith('RelocateVM_Task'))).toHaveLength(3)
  expect(Object.values(await whereabouts())).not.toContain(H0)
}, 60_000)

test('vCenter is away for some seconds while VMs move: it is asked again until it is back', async () => {
  await control().pace({relocateMs: 1500})
  let failed = 0
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0), {
    through: (vcenter) => ({
      ...vcenter,
      async follow(...args) {
        failed += 1
        if (failed <= 4) throw away('unreachable')
        return await vcenter.follow(...args)
      },
    }),
  })
  expect(failed).toBeGreaterThan(4)
  expect(outcome.verdict).toBe('done')
  expect((await writes()).filter((write) => write.startsWith('RelocateVM_Task'))).toHaveLength(3)
}, 60_000)

test('a move that could not be sent is not sent, and counts as out of reach', async () => {
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0), {
    through: (vcenter) => ({...vcenter, relocate: () => Promise.reject(away('unreachable'))}),
  })
  expect(outcome.verdict).not.toBe('done')
  expect(outcome.says).toContain('vCenter is away')
  expect(await writes()).toEqual([])
  expect(await host(H0)).toMatchObject({inMaintenance: false})
}, 60_000)

test('success of a task is not believed: a VM that is still there is moved again by the look afterwards', async () => {
  const lied = new Set<string>()
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {maintenance: false}), {
    patienceMs: 1000,
    through: (vcenter) => ({
      ...vcenter,
      async relocate(vm, ...more) {
        if (lied.size > 0) return await vcenter.relocate(vm, ...more)
        lied.add(vm)
        return 'task-never-was'
      },
    }),
  })
  const [vm] = lied
  expect(outcome.steps.find(({step}) => step === `${vm}.move`)).toMatchObject({state: 'timed-out'})
  expect(outcome.steps.find(({step}) => step === 'recheck')).toMatchObject({state: 'changed'})
  expect(outcome.verdict).toBe('tolerated')
  expect(Object.values(await whereabouts())).not.toContain(H0)
}, 60_000)

test('an undo that fails says so, and what is left', async () => {
  const {run} = await operate(place(), evacuate, evacuateOf(H0))
  await control().fault({
    method: 'ExitMaintenanceMode_Task',
    in: 'task',
    message: 'The host does not let go.',
    fault: {type: 'NoPermission'},
  })
  const {outcome} = await undo(place(), evacuate, run)
  expect(outcome.verdict).not.toBe('done')
  expect(outcome.says).toContain('The host does not let go.')
  expect(await host(H0)).toMatchObject({inMaintenance: true})
}, 60_000)
