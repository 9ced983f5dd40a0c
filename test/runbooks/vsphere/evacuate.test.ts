import {expect, test} from 'vitest'
import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {evacuateOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {room} from './room.js'

const {control, place, whereabouts, host, power, writes} = room()
const [H0, H1, H2] = ['DC0_C0_H0', 'DC0_C0_H1', 'DC0_C0_H2'] as const
const [VM0, VM3, VM6] = ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM3', 'DC0_C0_RP0_VM6'] as const

test('every running VM leaves, and the host is in maintenance mode; once more there is nothing to do', async () => {
  const {outcome, events} = await operate(place(), evacuate, evacuateOf(H0))
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 4, already: 2, all: 6}})
  expect(outcome.steps.map(({says, saw}) => `${says}: ${saw}`).slice(3)).toEqual([
    `look whether anything still runs on ${H0}, and move it too: nothing is left to move or stop`,
    `${H0}: enter maintenance mode: in maintenance mode, nothing runs here`,
    'see that 3 VMs run elsewhere: 3 VMs run elsewhere',
  ])
  expect(Object.values(await whereabouts())).not.toContain(H0)
  expect(Object.values(await power())).not.toContain('poweredOff')
  expect(await host(H0)).toMatchObject({inMaintenance: true})
  expect(events.find(({type}) => type === 'plan')).toMatchObject({
    view: {title: `Evacuate ${H0} (${(await host(H0)).moref}) of DC0_C0`},
  })

  await control().forget()
  const again = await operate(place(), evacuate, evacuateOf(H0))
  expect(again.outcome.verdict).toBe('nothing')
  expect(await writes()).toEqual([])
})

test('a dry run shows each VM with a target and changes nothing', async () => {
  const before = await whereabouts()
  const {outcome, events} = await operate(place(), evacuate, evacuateOf(H0), {mode: 'dry-run'})
  expect(outcome.verdict).toBe('planned')
  const plan = events.find((event) => event.type === 'plan')
  const rows = plan?.type === 'plan' ? (plan.view.tables[0]?.rows ?? []) : []
  expect(rows.map(([name, , , , , method]) => `${name} ${method}`)).toEqual(
    [VM0, VM3, VM6].map((name) => `${name} vMotion`),
  )
  for (const row of rows) expect([H1, H2]).toContain(row[4])
  expect(await writes()).toEqual([])
  expect(await whereabouts()).toEqual(before)
})

test('whoever answers no changes nothing', async () => {
  const asker = {present: true, confirm: async () => ({no: 'not confirmed'})}
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0), {asker})
  expect(outcome.verdict).toBe('declined')
  expect(await writes()).toEqual([])
})

test('undone later, the host leaves maintenance mode and the VMs stay where they run', async () => {
  const {run} = await operate(place(), evacuate, evacuateOf(H0))
  const moved = await whereabouts()
  const {outcome} = await undo(place(), evacuate, run)
  expect(outcome.verdict).toBe('done')
  expect(outcome.findings.find(({id}) => id === 'left-as-is')).toMatchObject({level: 'warn'})
  expect(await host(H0)).toMatchObject({inMaintenance: false})
  expect(await whereabouts()).toEqual(moved)
})

test('with --rollback-moves undo moves the VMs back as well', async () => {
  const before = await whereabouts()
  const {run} = await operate(place(), evacuate, evacuateOf(H0, {rollbackMoves: true}))
  const {outcome} = await undo(place(), evacuate, run)
  expect(outcome.verdict).toBe('done')
  expect(await whereabouts()).toEqual(before)
  expect(await host(H0)).toMatchObject({inMaintenance: false})
})

test('powered-off and suspended VMs and templates stay, and are counted; --powered-off move takes them along', async () => {
  await control().vm({vm: VM0, power: 'off'})
  await control().vm({vm: VM3, power: 'suspended'})
  const {outcome, events} = await operate(place(), evacuate, evacuateOf(H0, {maintenance: false}))
  expect(outcome.verdict).toBe('done')
  expect(await whereabouts()).toMatchObject({[VM0]: H0, [VM3]: H0})
  expect((await whereabouts())[VM6]).not.toBe(H0)
  const plan = events.find((event) => event.type === 'plan')
  expect(JSON.stringify(plan)).toContain('powered off: unavailable while the host is down')

  await control().vm({vm: VM0, template: true})
  const {outcome: second} = await operate(place(), evacuate, evacuateOf(H0, {poweredOff: 'move'}))
  expect(second.verdict).toBe('done')
  expect(Object.values(await whereabouts())).not.toContain(H0)
  expect(await power()).toMatchObject({[VM0]: 'poweredOff', [VM3]: 'suspended'})
})

test('moving only leaves out what is skipped and does not enter maintenance mode', async () => {
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0, {maintenance: false, skip: [VM3]}))
  expect(outcome.verdict).toBe('done')
  expect((await whereabouts())[VM3]).toBe(H0)
  expect(await host(H0)).toMatchObject({inMaintenance: false})
  expect((await writes()).toSorted()).toEqual([`RelocateVM_Task ${VM0}`, `RelocateVM_Task ${VM6}`])
})

test('a cluster agent is left to vSphere', async () => {
  await control().vm({vm: VM3, name: 'vCLS-1', agent: true})
  const {outcome} = await operate(place(), evacuate, evacuateOf(H0))
  expect(outcome.verdict).toBe('done')
  expect(await writes()).not.toContain('RelocateVM_Task vCLS-1')
  expect(await host(H0)).toMatchObject({inMaintenance: true})
})
