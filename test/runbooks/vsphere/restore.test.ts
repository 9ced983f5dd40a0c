import {describe, expect, test} from 'vitest'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {whatItDid} from '../../../src/lib/runbooks/vsphere/past.js'
import {restore} from '../../../src/lib/runbooks/vsphere/restore.js'
import {evacuateOf, restoreOf} from './inputs.js'
import {operate, type Place, runsOf, undo} from './operate.js'
import {found, room} from './room.js'

/** What the command reads from the journal of the run. */
async function did(place: Place, run: string) {
  const {plan, lines} = await runsOf(place).read(run)
  return {run, ...whatItDid(plan, lines)}
}

describe('in a cluster', () => {
  const {control, place, whereabouts, host, power, writes} = room()
  const [H0, H1, H2] = ['DC0_C0_H0', 'DC0_C0_H1', 'DC0_C0_H2'] as const
  const [VM0, VM3, VM6] = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM3', 'DC0_C0_RP0_VM6'] as const

  test('out of maintenance mode; the VMs stay where they run', async () => {
    const {run} = await operate(place(), evacuate, evacuateOf(H0))
    const moved = await whereabouts()
    const {outcome} = await operate(place(), restore, restoreOf(H0, await did(place(), run)))
    expect(outcome.verdict).toBe('done')
    expect(await host(H0)).toMatchObject({inMaintenance: false})
    expect(await whereabouts()).toEqual(moved)
    await control().forget()
    const again = await operate(place(), restore, restoreOf(H0, await did(place(), run)))
    expect(again.outcome.verdict).toBe('nothing')
    expect(await writes()).toEqual([])
  })

  test('told to, it moves back what it moved and starts what it stopped; what was moved on stays', async () => {
    const before = await whereabouts()
    const {run} = await operate(place(), evacuate, evacuateOf(H0, {stop: {[VM6]: 'shutdown'}, exclude: [H2]}))
    expect(await power()).toMatchObject({[VM6]: 'poweredOff'})
    await control().place({[VM3]: H2})
    await control().set(VM6, 'guestHeartbeatStatus', 'green')
    const input = restoreOf(H0, {...(await did(place(), run)), moveBack: true})
    const {outcome} = await operate(place(), restore, input)
    expect(outcome.verdict).toBe('done')
    expect(found(outcome.findings, 'stays-away')?.saw).toContain(
      `${VM3} (moved on to ${H2} by somebody else)`,
    )
    expect(await whereabouts()).toEqual({...before, [VM3]: H2})
    expect(await power()).toMatchObject({[VM6]: 'poweredOn', [VM0]: 'poweredOn'})
  })

  test('a VM that the server does not let back stays, and the others come', async () => {
    const {run} = await operate(place(), evacuate, evacuateOf(H0))
    await control().pair({vm: VM0, host: H0, errors: [{message: 'It lacks AVX-512.'}]})
    const input = restoreOf(H0, {...(await did(place(), run)), moveBack: true})
    const {outcome} = await operate(place(), restore, input)
    expect(outcome.verdict).toBe('tolerated')
    expect(outcome.because.join('\n')).toContain('It lacks AVX-512.')
    expect(await whereabouts()).toMatchObject({[VM3]: H0, [VM6]: H0})
  })

  test('maintenance that no run entered is somebody else’s: refused, unless overridden', async () => {
    await control().host({host: H0, inMaintenance: true})
    await control().place({[VM0]: H1, [VM3]: H1, [VM6]: H1})
    await control().forget()
    const refused = await operate(place(), restore, restoreOf(H0))
    expect(refused.outcome.verdict).toBe('refused')
    expect(refused.outcome.because.join('\n')).toContain('mm-foreign: no run of redeye here put')
    expect(await writes()).toEqual([])
    const overridden = {overrides: ['mm-foreign'], reason: 'mine by hand'}
    const {outcome} = await operate(place(), restore, restoreOf(H0), overridden)
    expect(outcome.verdict).toBe('done')
  })

  test('right after a boot leaving may fail for a while', async () => {
    const {run} = await operate(place(), evacuate, evacuateOf(H0))
    await control().host({host: H0, failExit: 1})
    const {outcome} = await operate(place(), restore, restoreOf(H0, await did(place(), run)))
    expect(outcome.verdict).toBe('done')
    expect((await writes()).filter((write) => write.startsWith('ExitMaintenance'))).toHaveLength(2)
  }, 60_000)

  test('undone with --undo-exit, the host is in maintenance mode again', async () => {
    const {run} = await operate(place(), evacuate, evacuateOf(H0))
    const back = await operate(
      place(),
      restore,
      restoreOf(H0, {...(await did(place(), run)), undoExit: true}),
    )
    expect((await undo(place(), restore, back.run)).outcome.verdict).toBe('done')
    expect(await host(H0)).toMatchObject({inMaintenance: true})
  })

  test('an HA agent that does not come back is said, and no reason to stop', async () => {
    await control().cluster({cluster: 'DC0_C0', ha: true})
    await control().host({host: H0, dasState: 'connectedToMaster'})
    const {run} = await operate(place(), evacuate, evacuateOf(H0))
    await control().host({host: H0, dasState: 'connectedToMaster'})
    const {outcome} = await operate(place(), restore, restoreOf(H0, await did(place(), run)))
    expect(outcome.verdict).toBe('done')
    expect(outcome.steps.find(({step}) => step === 'ha-agent')).toMatchObject({saw: 'connectedToMaster'})
  })
})

describe('one ESXi host by itself', () => {
  const {control, place, power, writes} = room({esx: true, vms: 3})

  test('exactly what was stopped is started again, and its guests are waited for', async () => {
    const {vms, hosts} = await control().state()
    const name = hosts[0]?.name ?? ''
    await control().vm({vm: vms[0]?.name ?? '', power: 'off'})
    for (const vm of vms) await control().set(vm.name, 'guestHeartbeatStatus', 'green')
    const {run} = await operate(place(), evacuate, evacuateOf(name, {standalone: 'shutdown'}))
    await control().forget()
    const {outcome} = await operate(place(), restore, restoreOf(name, await did(place(), run)))
    expect(outcome.verdict).toBe('done')
    expect(Object.values(await power()).toSorted()).toEqual(['poweredOff', 'poweredOn', 'poweredOn'])
    expect((await writes()).filter((write) => write.startsWith('PowerOnVM_Task'))).toHaveLength(2)
    expect(outcome.steps.filter(({saw}) => saw === 'heartbeat green')).toHaveLength(2)
  })
})
