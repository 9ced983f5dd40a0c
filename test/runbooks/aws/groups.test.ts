import {beforeEach, describe, expect, test} from 'vitest'
import {recover} from '../../../src/lib/runbooks/aws/recover.js'
import {recoverOf} from './inputs.js'
import {operate, undo} from './operate.js'
import {found, room, times} from './room.js'

const {lab, stateDir} = room()
const life = () => lab().overlays().life

let group = ''
let member = ''
let members: string[] = []
const size = async () => {
  const body = await lab().ask('autoscaling', 'DescribeAutoScalingGroups')
  const [, desired] = /<DesiredCapacity>(\d+)</.exec(body) ?? []
  const now = [...body.matchAll(/<InstanceId>([^<]+)<[\s\S]*?<LifecycleState>([^<]+)</g)]
  return {desired: Number(desired), members: Object.fromEntries(now.map(([, id, state]) => [id, state]))}
}
async function workers(min: number): Promise<void> {
  group = await lab().estate.targetGroup('jobs', 80)
  members = await lab().estate.scalingGroup({name: 'workers', min, desired: 3, targetGroups: [group]})
  member = members[0] ?? ''
  life().set(member, {checks: {system: 'impaired'}})
}
const OVER = {overrides: ['public-ip-changes'], reason: 'test'}
const run = (more: Parameters<typeof recoverOf>[1] = {}, asked = {}) =>
  operate(stateDir(), recover, recoverOf(member, {method: 'stop-start', ...more}), {...OVER, ...asked})

describe('a member of an auto scaling group', () => {
  beforeEach(() => workers(2))

  test('is in Standby meanwhile, and the group has it back afterwards', async () => {
    lab().overlays().targets.pace({initialMs: 300})
    const {outcome} = await run()
    expect(outcome.steps.map(({step, state}) => `${step.split('.')[0]} ${state}`)).toEqual([
      'standby changed',
      'stop changed',
      'start changed',
      'checks already',
      'in-service changed',
      'healthy already',
    ])
    expect(await size()).toEqual({
      desired: 3,
      members: Object.fromEntries(members.map((id) => [id, 'InService'])),
    })
    expect(await lab().estate.registered(group)).toContain(`${member}:80`)
  })

  test('killed on the way in, undone: back in service, and the group wants as many as before', async () => {
    const {outcome, run: id} = await run({}, {holdBefore: 'stop'})
    expect(outcome.verdict).toBe('interrupted')
    expect(await size()).toMatchObject({desired: 2, members: {[member]: 'Standby'}})
    const undone = await undo(stateDir(), recover, id)
    expect(undone.outcome.verdict).toBe('done')
    expect(await size()).toMatchObject({desired: 3, members: {[member]: 'InService'}})
    expect(times(lab(), 'StopInstances')).toBe(0)
  })

  test('the answer to Standby is lost after it was accepted: looked for, and not asked for again', async () => {
    lab().overlays().faults.add({service: 'autoscaling', action: 'EnterStandby', answer: 'cut-after'})
    const {outcome} = await run()
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'EnterStandby')).toBe(1)
    expect(await size()).toMatchObject({desired: 3, members: {[member]: 'InService'}})
  })

  test('without Standby the group would end it: refused', async () => {
    const {outcome} = await run({drain: false})
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'asg-member')).toMatchObject({level: 'refuse'})
  })

  test('a minimum that was raised meanwhile refuses Standby: nothing is changed', async () => {
    const message = 'AutoScalingGroup workers has min-size=3, max-size=10, and desired-size=3.'
    const answer = {code: 'ValidationError', status: 400, message}
    lab().overlays().faults.add({service: 'autoscaling', action: 'EnterStandby', answer})
    const {outcome} = await run()
    expect(outcome).toMatchObject({verdict: 'undone'})
    expect(outcome.says).toContain('min-size=3')
    expect(times(lab(), 'StopInstances')).toBe(0)
    expect(await size()).toMatchObject({desired: 3, members: {[member]: 'InService'}})
  })

  test('auto replaces it: ended, and somebody new is in service and healthy', async () => {
    const {outcome} = await run({method: 'auto'})
    expect(outcome.says).toBe('1 step changed and verified')
    const {desired, members: now} = await size()
    expect(desired).toBe(3)
    expect(Object.keys(now)).toHaveLength(3)
    expect(now).not.toHaveProperty(member)
    expect(await lab().estate.states()).toMatchObject({[member]: 'terminated'})
    expect(outcome.steps[1]?.saw).toMatch(/^i-\w+ InService healthy; jobs 3 of 3 healthy$/)
  })

  test('a refresh that is under way, suspended processes: not replaced', async () => {
    lab().overlays().groups.refreshing('workers', 'InProgress')
    const busy = await run({method: 'replace'})
    expect(found(busy.outcome.findings, 'group-replaces')).toMatchObject({level: 'refuse'})
    lab().overlays().groups.refreshing('workers', 'Pending')
    await lab().ask('autoscaling', 'SuspendProcesses', {
      AutoScalingGroupName: 'workers',
      'ScalingProcesses.member.1': 'Launch',
    })
    const {outcome} = await run({method: 'replace'})
    expect(found(outcome.findings, 'group-replaces')?.saw).toBe('workers has suspended Launch')
    expect(lab().writes()).toEqual([])
  })
})

test('a group at its minimum: refused before anything is changed', async () => {
  await workers(3)
  const {outcome} = await run()
  expect(outcome.verdict).toBe('refused')
  expect(found(outcome.findings, 'group-minimum')?.saw).toBe(
    'workers wants 3 and needs at least 3: nobody may go into Standby',
  )
  expect(lab().writes()).toEqual([])
})
