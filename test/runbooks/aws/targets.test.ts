import {describe, expect, test} from 'vitest'
import {attach} from '../../../src/lib/runbooks/aws/attach.js'
import {detach} from '../../../src/lib/runbooks/aws/detach.js'
import type {Facts} from '../../../src/lib/runbooks/aws/facts.js'
import {leaving} from '../../../src/lib/runbooks/aws/leaving.js'
import type {Operated} from '../drive.js'
import {detachOf} from './inputs.js'
import {operate, resume, undo} from './operate.js'
import {found, room, times} from './room.js'

const {lab, stateDir, web} = room()
const out = (more: Parameters<typeof detachOf>[1] = {}, asked: Parameters<typeof operate>[3] = {}) =>
  operate(stateDir(), detach, detachOf(web().first, more), asked)

const attachOf = ({plan, run}: Operated, more = {}) => ({
  account: 'environment',
  instance: web().first,
  run,
  targets: plan ? leaving((plan.facts as unknown as Facts).memberships).map(({target}) => target) : [],
  leaveUnhealthy: false,
  ...more,
})

const where = async () => ({
  web: (await lab().estate.registered(web().group)).includes(`${web().first}:80`),
  admin: (await lab().estate.registered(web().admin)).includes(`${web().first}:8080`),
})

describe('detach', () => {
  test('drained from every group with its exact ports; again is a no-op; undo puts it back', async () => {
    lab().overlays().targets.pace({drainMs: 700})
    const first = await out()
    expect(first.outcome).toMatchObject({verdict: 'done'})
    expect(first.outcome.next[0]).toBe(`redeye aws target attach ${first.run}`)
    expect(first.events.flatMap((event) => (event.type === 'saw' ? [event.saw] : []))).toContain('draining')
    expect(await where()).toEqual({web: false, admin: false})
    const sent = lab()
      .proxy.calls()
      .filter(({action}) => action === 'DeregisterTargets')
    expect(sent.map(({params}) => params['Targets.member.1.Port']).sort()).toEqual(['80', '8080'])

    const again = await out()
    expect(again.outcome).toMatchObject({verdict: 'nothing', says: 'nothing to do: it is in no target group'})
    expect(times(lab(), 'DeregisterTargets')).toBe(2)

    const undone = await undo(stateDir(), detach, first.run)
    expect(undone.outcome.verdict).toBe('done')
    expect(await where()).toEqual({web: true, admin: true})
    const [plan] = undone.events.flatMap((event) => (event.type === 'plan' ? [event.view.title] : []))
    expect(plan).toMatch(/^ENDPOINT OVERRIDE, not AWS: .* Undo run /)
  })

  test('a target that is named by its address', async () => {
    const group = await lab().estate.targetGroup('by-ip', 9000, {type: 'ip'})
    const [, address = ''] =
      /<privateIpAddress>([^<]+)</.exec(
        await lab().ask('ec2', 'DescribeInstances', {'InstanceId.1': web().first}),
      ) ?? []
    await lab().estate.register(group, address, 9000)
    await lab().estate.register(group, '172.31.0.250', 9000)
    const {outcome, run} = await out({targetGroups: [group]})
    expect(outcome.steps).toMatchObject([{step: `detach.by-ip.${address}.9000`, state: 'changed'}])
    expect(await lab().estate.registered(group)).toEqual(['172.31.0.250:9000'])
    expect((await undo(stateDir(), detach, run)).outcome.verdict).toBe('done')
    expect(await lab().estate.registered(group)).toContain(`${address}:9000`)
  })

  test('a dry run asks only', async () => {
    const {outcome} = await out({}, {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect(lab().writes()).toEqual([])
  })

  test('only one group, by name, without waiting for it to drain', async () => {
    lab().overlays().targets.pace({drainMs: 60_000})
    const {outcome} = await out({targetGroups: ['admin'], waitDrain: false})
    expect(outcome.steps).toMatchObject([{state: 'changed', saw: 'draining'}])
    expect(await where()).toEqual({web: true, admin: false})
  })

  test('a group that there is not is a slip', async () => {
    const {outcome} = await out({targetGroups: ['wbe']})
    expect(outcome).toMatchObject({verdict: 'usage', because: ['there are admin, web']})
  })

  test('the answer says yes and it stays: a failure, put back', async () => {
    const {outcome} = await out(
      {},
      {patienceMs: 600, through: (account) => ({...account, deregister: async () => {}})},
    )
    expect(outcome.verdict).toBe('undone')
    expect(outcome.totals).toMatchObject({undone: 1, 'not-started': 1})
    expect(await where()).toEqual({web: true, admin: true})
  })

  test('the last healthy target: refused', async () => {
    lab().overlays().targets.sick(web().second)
    lab().overlays().targets.sick(web().third)
    const {outcome} = await out()
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'last-healthy-target')?.saw).toBe(
      'it is the last healthy target of admin, web: nothing would serve',
    )
  })

  test('two runs on one target group: the second one is told who holds it, and changes nothing', async () => {
    lab().overlays().targets.pace({drainMs: 3000})
    let second: Promise<Operated> | undefined
    const first = await out(
      {targetGroups: ['web']},
      {
        emit: (event) => {
          if (event.type === 'saw') second ??= out({instance: web().third})
        },
      },
    )
    expect(first.outcome.verdict).toBe('done')
    expect((await second)?.outcome).toMatchObject({verdict: 'locked'})
    expect(times(lab(), 'DeregisterTargets')).toBe(1)
  })

  test('what an auto scaling group has put there is not taken out by hand', async () => {
    const [member = ''] = await lab().estate.scalingGroup({
      name: 'workers',
      min: 1,
      desired: 2,
      targetGroups: [web().group],
    })
    const {outcome} = await out({instance: member})
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'asg-attached')).toMatchObject({level: 'refuse'})
    expect(lab().writes()).toEqual([])
  })
})

describe('attach', () => {
  test('the same ports as before, healthy; again is a no-op', async () => {
    const taken = await out()
    lab().overlays().targets.pace({initialMs: 600})
    const back = await operate(stateDir(), attach, attachOf(taken))
    expect(back.outcome).toMatchObject({verdict: 'done'})
    expect(back.events.flatMap((event) => (event.type === 'saw' ? [event.saw] : []))).toContain(
      'initial (Elb.InitialHealthChecking)',
    )
    expect(await where()).toEqual({web: true, admin: true})
    const again = await operate(stateDir(), attach, attachOf(taken))
    expect(again.outcome.verdict).toBe('nothing')
  })

  test('sick: a failure, taken out again; with --leave-unhealthy it stays', async () => {
    const taken = await out({targetGroups: ['web']})
    lab().overlays().targets.sick(web().first, web().group)
    const targets = attachOf(taken).targets.filter(({groupName}) => groupName === 'web')
    const failed = await operate(stateDir(), attach, attachOf(taken, {targets}), {patienceMs: 600})
    expect(failed.outcome.verdict).toBe('undone')
    expect(await where()).toEqual({web: false, admin: true})
    const left = await operate(stateDir(), attach, attachOf(taken, {targets, leaveUnhealthy: true}), {
      patienceMs: 600,
    })
    expect(left.outcome.verdict).toBe('partial')
    expect(await where()).toEqual({web: true, admin: true})
  })

  test('its undo takes it out again, and minds the last healthy target', async () => {
    const taken = await out()
    const back = await operate(stateDir(), attach, attachOf(taken))
    const {targets} = lab().overlays()
    const well = targets.sick(web().second)
    const refused = await undo(stateDir(), attach, back.run)
    expect(refused.outcome.verdict).toBe('refused')
    well()
    const undone = await undo(stateDir(), attach, back.run)
    expect(undone.outcome.verdict).toBe('done')
    expect(await where()).toEqual({web: false, admin: false})
  })

  test('held in the middle and resumed', async () => {
    const taken = await out()
    const [, second] = attachOf(taken).targets
    const holdBefore = `attach.${second?.groupName}.${second?.id}.${second?.port}`
    const held = await operate(stateDir(), attach, attachOf(taken), {holdBefore})
    expect(held.outcome.verdict).toBe('interrupted')
    const {outcome} = await resume(stateDir(), attach, held.run)
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'RegisterTargets')).toBe(2)
    expect(await where()).toEqual({web: true, admin: true})
  })
})
