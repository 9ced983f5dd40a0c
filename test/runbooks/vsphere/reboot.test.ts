import {expect, test} from 'vitest'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {reboot} from '../../../src/lib/runbooks/vsphere/reboot.js'
import {evacuateOf, rebootOf} from './inputs.js'
import {operate} from './operate.js'
import {room} from './room.js'

const {control, place, host, writes} = room()
const [H0, H1] = ['DC0_C0_H0', 'DC0_C0_H1'] as const

test('a host that is not in maintenance mode is never rebooted, whatever is overridden', async () => {
  const {outcome} = await operate(place(), reboot, rebootOf(H0), {
    overrides: ['in-maintenance'],
    reason: 'please',
  })
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join('\n')).toMatch(/in-maintenance: .*\n(.*\n)*.*running-vms: /)
  expect(outcome.next).toContain(`redeye vsphere host evacuate ${H0}`)
  expect(await writes()).toEqual([])
})

test('it goes away, comes back with another boot time, and is in maintenance mode still', async () => {
  await operate(place(), evacuate, evacuateOf(H0))
  await control().pace({rebootMs: 2500})
  await control().host({host: H0, rebootRequired: true})
  await control().forget()
  const {outcome, events} = await operate(place(), reboot, rebootOf(H0))
  expect(outcome.verdict).toBe('done')
  const saw = events.flatMap((event) => (event.type === 'saw' ? [event.saw] : []))
  expect(saw.join('\n')).toMatch(/notResponding|disconnected/)
  expect(await host(H0)).toMatchObject({inMaintenance: true})
  expect(await writes()).toEqual([`RebootHost_Task ${H0}`])
})

test('with --exit-after it serves again', async () => {
  await operate(place(), evacuate, evacuateOf(H0))
  const {outcome} = await operate(place(), reboot, rebootOf(H0, {exitAfter: true}))
  expect(outcome.verdict).toBe('done')
  expect(await host(H0)).toMatchObject({inMaintenance: false})
})

test('a host that does not come back in time is said so, and no second reboot is sent', async () => {
  await operate(place(), evacuate, evacuateOf(H0))
  await control().host({host: H0, neverBack: true})
  const {outcome} = await operate(place(), reboot, rebootOf(H0, {waitMs: 3000}))
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toMatch(/notResponding|disconnected/)
  expect((await writes()).filter((write) => write.startsWith('RebootHost'))).toHaveLength(1)
})

test('another host that is away is a reason to wait', async () => {
  await operate(place(), evacuate, evacuateOf(H0))
  await control().host({host: H1, connection: 'notResponding'})
  const {outcome} = await operate(place(), reboot, rebootOf(H0))
  expect(outcome.because.join('\n')).toContain(`other-host-away: also away: ${H1} (notResponding)`)
})
