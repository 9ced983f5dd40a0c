import {describe, expect, test} from 'vitest'
import type {Line} from '../../../src/lib/journal/line.js'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {evacuateOf} from './inputs.js'
import {type Operated, operate, runsOf} from './operate.js'
import {found, room} from './room.js'

const [H0, H1, H2] = ['DC0_C0_H0', 'DC0_C0_H1', 'DC0_C0_H2'] as const
const [VM0, VM1, VM3, VM6] = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM1', 'DC0_C0_RP0_VM3', 'DC0_C0_RP0_VM6'] as const

describe('one cluster', () => {
  const {lab, control, place, writes} = room()
  const planned = async (more = {}) =>
    await operate(place(), evacuate, evacuateOf(H0, more), {mode: 'dry-run'})

  test('two VMs that must be apart never get the same target, nor that of a third which runs there', async () => {
    await control().cluster({cluster: 'DC0_C0', rules: [{name: 'db-apart', kind: 'apart', vms: [VM0, VM3]}]})
    const targets = targetsOf(await planned())
    expect(targets[VM0]).not.toBe(targets[VM3])
    await control().place({[VM1]: H1})
    await control().cluster({cluster: 'DC0_C0', rules: [{name: 'db-apart', kind: 'apart', vms: [VM0, VM1]}]})
    expect(targetsOf(await planned())[VM0]).toBe(H2)
  })

  test('three that must be apart and two hosts: the rule is named, and can be put aside', async () => {
    const rule = {name: 'db-apart', kind: 'apart' as const, vms: [VM0, VM3, VM6]}
    await control().cluster({cluster: 'DC0_C0', rules: [rule]})
    const {outcome} = await planned()
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join('\n')).toContain('rule "db-apart"')
    expect((await planned({ignoreRules: ['db-apart']})).outcome.verdict).toBe('planned')
    expect(await writes()).toEqual([])
  })

  test('a VM that must run on this host has no target', async () => {
    const rule = {name: 'licence', kind: 'on-hosts' as const, vms: [VM3], hosts: [H0], mandatory: true}
    await control().cluster({cluster: 'DC0_C0', rules: [rule]})
    const {outcome} = await planned()
    expect(outcome.because.join('\n')).toContain(
      `no target for ${VM3} (${H1}: rule "licence"; ${H2}: rule "licence")`,
    )
  })

  test('a host that is away or in maintenance mode is no target', async () => {
    await control().host({host: H1, inMaintenance: true})
    const {outcome} = await planned()
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'other-host-entering')).toMatchObject({level: 'refuse'})
    const overridden = await operate(place(), evacuate, evacuateOf(H0), {
      mode: 'dry-run',
      overrides: ['other-host-entering'],
    })
    expect(new Set(Object.values(targetsOf(overridden)))).toEqual(new Set([H2]))
    await control().host({host: H2, connection: 'disconnected'})
    expect(found((await planned()).outcome.findings, 'last-host')).toMatchObject({level: 'refuse'})
  })

  test('only --target, and never --exclude', async () => {
    expect(new Set(Object.values(targetsOf(await planned({targets: [H2]}))))).toEqual(new Set([H2]))
    expect(new Set(Object.values(targetsOf(await planned({exclude: [H2]}))))).toEqual(new Set([H1]))
    expect((await planned({targets: ['DC0_C0_H9']})).outcome).toMatchObject({
      verdict: 'usage',
      says: 'there is no host DC0_C0_H9',
    })
  })

  test('only the host with room is taken; with none the room is what is missing', async () => {
    await control().host({host: H1, extraMemoryMB: 250_000})
    expect(new Set(Object.values(targetsOf(await planned())))).toEqual(new Set([H2]))
    await control().host({host: H2, extraMemoryMB: 250_000})
    const {outcome} = await planned()
    expect(found(outcome.findings, 'capacity')).toMatchObject({level: 'refuse'})
    expect(outcome.because.join('\n')).toContain('--mem-headroom 0')
  })

  test('what the server refuses for one pair is planned elsewhere, and the plan says why', async () => {
    const errors = [{message: 'The CPU of the host lacks AVX-512.'}]
    const before = targetsOf(await planned())
    await control().pair({vm: VM3, host: before[VM3] ?? '', errors})
    const byMatrix = await planned()
    expect(byMatrix.outcome.verdict).toBe('planned')
    expect(targetsOf(byMatrix)[VM3]).not.toBe(before[VM3])
    // An older server cannot tell all pairs at once: then each planned pair is asked about, and planned anew.
    await control().fault({method: 'QueryVMotionCompatibilityEx_Task', fault: {type: 'NotSupported'}})
    const byPair = await planned()
    expect(byPair.outcome.verdict).toBe('planned')
    expect(targetsOf(byPair)[VM3]).not.toBe(before[VM3])
    expect(found(byPair.outcome.findings, 'compatibility')).toMatchObject({level: 'warn'})
    expect(JSON.stringify(byPair.events)).toContain(
      'server refused another: The CPU of the host lacks AVX-512.',
    )
    for (const host of [H1, H2]) await control().pair({vm: VM3, host, errors})
    const {outcome} = await planned()
    expect(outcome.because.join('\n')).toContain('The CPU of the host lacks AVX-512.')
  })

  test('a user who may only read is told which privilege is missing where', async () => {
    const {outcome} = await operate(place({user: lab().readonlyUser}), evacuate, evacuateOf(H0))
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'privilege')?.saw).toContain(`Host.Config.Maintenance on ${H0}`)
    expect(await writes()).toEqual([])
  })

  test('too little left for HA is known before anything is done', async () => {
    await control().cluster({cluster: 'DC0_C0', ha: true, admissionControl: true, failoverLevel: 2})
    const {outcome} = await planned()
    expect(found(outcome.findings, 'ha-admission')?.saw).toContain('the policy wants 2')
    expect(outcome.verdict).toBe('refused')
  })

  test('a sweep that cannot be made is no empty host', async () => {
    await control().fault({method: 'RetrievePropertiesEx', fault: {type: 'NotAuthenticated'}})
    const {outcome} = await planned()
    expect(['refused', 'unreachable']).toContain(outcome.verdict)
    expect(outcome.findings).toEqual([])
  })

  test('a name that leads nowhere is a slip, of hosts and of VMs', async () => {
    const nowhere = await operate(place(), evacuate, evacuateOf('esx-9'))
    expect(nowhere.outcome).toMatchObject({verdict: 'usage', says: 'there is no host esx-9'})
    const {outcome} = await planned({stop: {'db-99': 'suspend'}})
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'vm-name')?.saw).toBe(`there is no VM db-99 on ${H0}`)
  })

  test('a check that fails by itself rules out its pair, not the plan', async () => {
    await control().fault({
      method: 'CheckRelocate_Task',
      entity: VM3,
      times: 1,
      in: 'task',
      fault: {type: 'Timedout'},
    })
    const seen = await planned()
    expect(seen.outcome.verdict).toBe('planned')
    expect(JSON.stringify(seen.events)).toContain('it could not be checked')
  })
})

describe('a full host', () => {
  const {control, place, writes} = room({hosts: 6, vms: 20})

  // 91 to 99 calls on an idle machine. How many looks share a call depends on when moves begin and end.
  test('20 VMs leave within the limits of source and targets, in few calls', {
    timeout: 60_000,
    retry: 0,
  }, async () => {
    const vms = Array.from({length: 20}, (_, at) => `DC0_C0_RP0_VM${at}`)
    await control().place(Object.fromEntries(vms.map((vm) => [vm, H0])))
    await control().pace({relocateMs: 1000})
    await control().forget()
    const {outcome, run} = await operate(place(), evacuate, evacuateOf(H0))
    expect(outcome.verdict).toBe('done')
    const {lines: journal} = await runsOf(place()).read(run)
    expect(mostInFlight(journal, () => 'all').all).toBeLessThanOrEqual(8)
    const target = new Map(outcome.steps.map(({step, says}) => [step, says.split(' ').at(-1) ?? '']))
    for (const most of Object.values(mostInFlight(journal, (step) => target.get(step) ?? '')))
      expect(most).toBeLessThanOrEqual(2)
    const {atOnce, bySource, byTarget} = await control().moves()
    expect(atOnce).toBeLessThanOrEqual(8)
    expect(bySource[H0]).toBeLessThanOrEqual(8)
    for (const most of Object.values(byTarget)) expect(most).toBeLessThanOrEqual(2)
    expect((await writes()).filter((write) => write.startsWith('RelocateVM_Task'))).toHaveLength(20)
    const calls = await control().calls()
    process.stdout.write(`20 VMs: ${calls.length} calls, ${atOnce} at once, ${outcome.ms} ms\n`)
    expect(calls.length).toBeLessThanOrEqual(120)
  })
})

describe('two datacenters', () => {
  const {control, place} = room({datacenters: 2, clusters: 1, hosts: 1, standaloneHosts: 1, vms: 2})

  test('a name that several hosts have is refused with their paths', async () => {
    await control().host({host: 'DC1_C0_H0', name: 'esx-1'})
    await control().host({host: 'DC0_C0_H0', name: 'esx-1'})
    const {outcome} = await operate(place(), evacuate, evacuateOf('esx-1'))
    expect(outcome.verdict).toBe('usage')
    expect(outcome.because.join('\n')).toMatch(/\/DC0\/.*esx-1 \(host-\d+\)\n\/DC1\/.*esx-1 \(host-\d+\)/)
  })

  test('a host without a cluster stops its VMs, or moves them to the hosts that are named', async () => {
    const alone = (await control().state()).hosts.find(({name}) => name === 'DC0_H0')
    expect(alone).toBeDefined()
    const refused = await operate(place(), evacuate, evacuateOf('DC0_H0'))
    expect(refused.outcome.because.join('\n')).toContain('choose --standalone')
    const {outcome} = await operate(place(), evacuate, evacuateOf('DC0_H0', {targets: ['DC0_C0_H0']}))
    expect(outcome.because).toEqual([])
    expect(outcome.verdict).toBe('done')
    const {vms, hosts} = await control().state()
    const left = vms.filter(({host}) => host === hosts.find(({name}) => name === 'DC0_H0')?.moref)
    expect(left).toEqual([])
  })
})

/** VM name to target name, as the plan shows it. */
function targetsOf({events, outcome}: Operated): Record<string, string> {
  const plan = events.find((event) => event.type === 'plan')
  if (plan?.type !== 'plan') throw new Error(`no plan: ${outcome.says}`)
  return Object.fromEntries((plan.view.tables[0]?.rows ?? []).map((row) => [row[0] ?? '', row[4] ?? '']))
}

/** By the journal alone: how many moves of each group were between their two lines at once. */
function mostInFlight(lines: readonly Line[], groupOf: (step: string) => string): Record<string, number> {
  const now: Record<string, number> = {}
  const most: Record<string, number> = {}
  const count = (step: string, by: number) => {
    const group = groupOf(step)
    now[group] = (now[group] ?? 0) + by
    most[group] = Math.max(most[group] ?? 0, now[group])
  }
  for (const line of lines) {
    if (line.kind === 'applying' && line.step.endsWith('.move')) count(line.step, 1)
    if (line.kind === 'settled' && line.result.step.endsWith('.move')) count(line.result.step, -1)
  }
  return most
}
