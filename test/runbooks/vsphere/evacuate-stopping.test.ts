import {describe, expect, test} from 'vitest'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {evacuateOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {found, room} from './room.js'

describe('in a cluster', () => {
  const {control, place, whereabouts, host, power, writes} = room()
  const [H0, H1] = ['DC0_C0_H0', 'DC0_C0_H1'] as const
  const [VM0, VM3] = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM3'] as const

  test('a VM with a passthrough device is refused; told to suspend it, the host empties, and undo starts it again', async () => {
    await control().vm({vm: VM3, devices: [{kind: 'passthrough'}]})
    const refused = await operate(place(), evacuate, evacuateOf(H0))
    expect(refused.outcome.verdict).toBe('refused')
    expect(found(refused.outcome.findings, 'device')?.saw).toContain(`${VM3}: `)
    expect(await writes()).toEqual([])

    const {outcome, run} = await operate(place(), evacuate, evacuateOf(H0, {stop: {[VM3]: 'suspend'}}))
    expect(outcome.verdict).toBe('done')
    expect(await power()).toMatchObject({[VM3]: 'suspended', [VM0]: 'poweredOn'})
    expect((await whereabouts())[VM3]).toBe(H0)
    expect(await host(H0)).toMatchObject({inMaintenance: true})
    const undone = await undo(place(), evacuate, run)
    expect(undone.outcome.verdict).toBe('done')
    expect(await power()).toMatchObject({[VM3]: 'poweredOn'})
    expect(await host(H0)).toMatchObject({inMaintenance: false})
  })

  test('a drive of the host is disconnected when told to, and connected again by undo', async () => {
    await control().vm({vm: VM3, devices: [{kind: 'host-cdrom', connected: true}]})
    const refused = await operate(place(), evacuate, evacuateOf(H0))
    expect(refused.outcome.verdict).toBe('refused')
    expect(refused.outcome.because.join('\n')).toMatch(
      /device: .*host media connected[\s\S]*--disconnect-media/,
    )
    const {outcome, run} = await operate(
      place(),
      evacuate,
      evacuateOf(H0, {disconnectMedia: true, rollbackMoves: true}),
    )
    expect(outcome.verdict).toBe('done')
    expect((await whereabouts())[VM3]).not.toBe(H0)
    const undone = await undo(place(), evacuate, run)
    expect(undone.outcome.verdict).toBe('done')
    expect((await whereabouts())[VM3]).toBe(H0)
    expect((await writes()).filter((write) => write === `ReconfigVM_Task ${VM3}`)).toHaveLength(2)
  })

  test('a VM on a disk that only this host has is named with its datastore', async () => {
    await control().datastore({name: 'local-0', hosts: [H0]})
    await control().vm({vm: VM3, datastores: ['local-0']})
    const {outcome} = await operate(place(), evacuate, evacuateOf(H0))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join('\n')).toContain(`no target for ${VM3} (${H1}: no datastore local-0`)
    expect(await writes()).toEqual([])
    // Moving only, it may be left behind.
    const leaving = {overrides: ['no-target'], reason: 'it goes down with the host'}
    const partly = await operate(place(), evacuate, evacuateOf(H0, {maintenance: false}), leaving)
    expect(partly.outcome.verdict).toBe('done')
    expect(await whereabouts()).toMatchObject({[VM3]: H0})
    expect((await whereabouts())[VM0]).not.toBe(H0)
  })
})

describe('one ESXi host by itself', () => {
  const {control, place, power, writes} = room({esx: true, vms: 3})
  const ESX = 'localhost.localdomain'
  const standalone = {standalone: 'shutdown' as const}

  test('how its VMs stop is never assumed', async () => {
    const {outcome} = await operate(place(), evacuate, evacuateOf(await name()))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join('\n')).toContain('choose --standalone shutdown')
    expect(await writes()).toEqual([])
  })

  test('guests are asked to shut down, the host enters; undo starts exactly those again', async () => {
    const {vms} = await control().state()
    await control().vm({vm: vms[0]?.name ?? '', power: 'off'})
    await control().forget()
    const {outcome, run} = await operate(place(), evacuate, evacuateOf(await name(), standalone))
    expect(outcome.verdict).toBe('done')
    expect(new Set(Object.values(await power()))).toEqual(new Set(['poweredOff']))
    expect((await writes()).filter((write) => write.startsWith('ShutdownGuest'))).toHaveLength(2)
    const undone = await undo(place(), evacuate, run)
    expect(undone.outcome.verdict).toBe('done')
    expect(Object.values(await power()).toSorted()).toEqual(['poweredOff', 'poweredOn', 'poweredOn'])
  })

  test('a guest that does not shut down fails the run, and what was stopped is started again', async () => {
    const {vms} = await control().state()
    await control().vm({vm: vms[1]?.name ?? '', ignoresShutdown: true})
    const input = evacuateOf(await name(), {...standalone, shutdownTimeoutMs: 2000})
    const {outcome} = await operate(place(), evacuate, input)
    expect(outcome.verdict).toBe('undone')
    expect(outcome.says).toContain('did not shut down within 2 s')
    expect(new Set(Object.values(await power()))).toEqual(new Set(['poweredOn']))
  }, 60_000)

  test('with --then poweroff it is powered off instead; so is a guest without tools', async () => {
    const {vms} = await control().state()
    await control().vm({vm: vms[1]?.name ?? '', ignoresShutdown: true})
    await control().vm({vm: vms[2]?.name ?? '', tools: 'guestToolsNotRunning'})
    const input = evacuateOf(await name(), {
      ...standalone,
      shutdownTimeoutMs: 1000,
      // biome-ignore lint/suspicious/noThenProperty: the flag is called so, and nobody awaits the input
      then: 'poweroff',
    })
    const {outcome} = await operate(place(), evacuate, input)
    expect(outcome.verdict).toBe('done')
    expect((await writes()).filter((write) => write.startsWith('PowerOffVM_Task'))).toHaveLength(2)
  }, 60_000)

  async function name(): Promise<string> {
    return (await control().state()).hosts[0]?.name ?? ESX
  }
})
