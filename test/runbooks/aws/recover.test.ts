import {describe, expect, test} from 'vitest'
import type {StepResult} from '../../../src/lib/engine/state.js'
import {throttle} from '../../../src/lib/lab/aws-faults.js'
import {recover} from '../../../src/lib/runbooks/aws/recover.js'
import {recoverOf} from './inputs.js'
import {operate, resume, undo} from './operate.js'
import {found, room, times} from './room.js'

const {lab, stateDir, web} = room()
const life = () => lab().overlays().life
const states = (steps: readonly StepResult[]) =>
  steps.map(({step, state}) => `${step.split('.')[0]} ${state}`)
const run = (more: Parameters<typeof recoverOf>[1] = {}, asked: Parameters<typeof operate>[3] = {}) =>
  operate(stateDir(), recover, recoverOf(web().first, more), asked)

describe('stop and start', () => {
  test('drained, stopped, started on another host, checked, and attached with its ports', async () => {
    life().pace({stopMs: 300, startMs: 300, initializingMs: 300})
    lab().overlays().targets.pace({drainMs: 300, initialMs: 300})
    const {outcome, events} = await run()
    expect(outcome.says).toBe('6 steps changed and verified')
    expect(states(outcome.steps)).toEqual([
      'detach changed',
      'detach changed',
      'stop changed',
      'start changed',
      'checks already',
      'attach changed',
      'attach changed',
    ])
    expect(outcome.steps[3]?.saw).toMatch(/^running, started 20/)
    expect(outcome.steps[4]?.saw).toBe('running, system ok, instance ok, EBS ok')
    expect(
      lab()
        .writes()
        .map((one) => one.split(' ')[0]),
    ).toEqual([
      'DeregisterTargets',
      'DeregisterTargets',
      'StopInstances',
      'StartInstances',
      'RegisterTargets',
      'RegisterTargets',
    ])
    expect(await lab().estate.registered(web().admin)).toContain(`${web().first}:8080`)
    expect(await lab().estate.registered(web().group)).toContain(`${web().first}:80`)
    const [plan] = events.flatMap((event) => (event.type === 'plan' ? [event] : []))
    expect(plan?.view.title).toBe(
      `ENDPOINT OVERRIDE, not AWS: ${lab().proxy.endpoint}. Recover web-1 (${web().first}) by stop-start`,
    )
    expect(plan?.view.notes).toContain('wrong with it: its system check fails since 2026-01-02T03:00:00Z')
  })

  test('a dry run asks only, by name too', async () => {
    const {outcome} = await run({instance: 'web-1'}, {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect(lab().writes()).toEqual([])
    expect(await lab().estate.states()).toMatchObject({[web().first]: 'running'})
  })

  test('throttled calls are made again', async () => {
    lab()
      .overlays()
      .faults.add(throttle('ec2', 'StopInstances', 2))
    lab()
      .overlays()
      .faults.add(throttle('elasticloadbalancing', 'DescribeTargetHealth', 2))
    const {outcome} = await run()
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'StopInstances')).toBe(3)
  })

  test('it hangs in stopping: failed without --force-stop, and nothing is forced', async () => {
    life().set(web().first, {stuckStopping: 'next'})
    const {outcome} = await run({stopWaitMs: 600})
    expect(outcome).toMatchObject({verdict: 'partial'})
    expect(states(outcome.steps).slice(2, 4)).toEqual(['stop timed-out', 'start not-started'])
    expect(times(lab(), 'StopInstances')).toBe(1)

    // Another run may take it from there.
    const forced = await run({stopWaitMs: 600, forceStop: true, drain: false, method: 'stop-start'})
    expect(forced.outcome.verdict).toBe('done')
    expect(forced.outcome.steps.slice(0, 2)).toMatchObject([
      {step: 'stop', saw: expect.stringMatching(/^still stopping after/)},
      {step: 'force-stop', state: 'changed', saw: 'stopped'},
    ])
    expect(
      lab()
        .proxy.calls()
        .filter(({params}) => params.Force === 'true'),
    ).toHaveLength(1)
  })

  test('the start falls back: it stays stopped, and the reason is said', async () => {
    const reason = {code: 'Client.InvalidKMSKey.InvalidState', message: 'The KMS key is disabled'}
    life().set(web().first, {fallsBack: reason})
    const {outcome, run: id} = await run()
    expect(outcome).toMatchObject({
      verdict: 'partial',
      says: 'web-1: start: it fell back to stopped: Client.InvalidKMSKey.InvalidState: The KMS key is disabled',
    })
    expect(await lab().estate.states()).toMatchObject({[web().first]: 'stopped'})
    expect(await lab().estate.registered(web().group)).not.toContain(`${web().first}:80`)

    const resumed = await resume(stateDir(), recover, id)
    expect(resumed.outcome.verdict).toBe('done')
    expect(times(lab(), 'StopInstances')).toBe(1)
    expect(await lab().estate.registered(web().group)).toContain(`${web().first}:80`)
  })

  test('no room three times, then there is', async () => {
    const answer = {code: 'InsufficientInstanceCapacity', status: 500, message: 'no room'}
    lab().overlays().faults.add({service: 'ec2', action: 'StartInstances', times: 3, answer})
    const {outcome} = await run()
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'StartInstances')).toBe(4)
  })

  test('no room for too long: it stays stopped, with advice; undo starts it and puts it back', async () => {
    const answer = {code: 'InsufficientInstanceCapacity', status: 500, message: 'no room'}
    const lift = lab()
      .overlays()
      .faults.add({service: 'ec2', action: 'StartInstances', times: 'always', answer})
    const {outcome, run: id} = await run({capacityWaitMs: 500})
    expect(outcome.verdict).toBe('partial')
    expect(outcome.says).toContain('it stays stopped: resume later')
    lift()
    const undone = await undo(stateDir(), recover, id)
    expect(undone.outcome.verdict).toBe('done')
    expect(await lab().estate.states()).toMatchObject({[web().first]: 'running'})
    expect(await lab().estate.registered(web().group)).toContain(`${web().first}:80`)
  })

  test('sick after it was put back: it goes out again, and the run fails', async () => {
    const well = lab().overlays().targets.sick(web().first, web().group)
    const {outcome, run: id} = await run({}, {patienceMs: 1000})
    expect(outcome.verdict).toBe('partial')
    expect(outcome.says).toMatch(
      /unhealthy \(Target.FailedHealthChecks\) after .*; what this step had changed is taken back/,
    )
    expect(await lab().estate.registered(web().group)).not.toContain(`${web().first}:80`)
    expect(await lab().estate.states()).toMatchObject({[web().first]: 'running'})
    well()
    const resumed = await resume(stateDir(), recover, id)
    expect(resumed.outcome.verdict).toBe('done')
    expect(await lab().estate.registered(web().group)).toContain(`${web().first}:80`)
    expect(times(lab(), 'StopInstances')).toBe(1)
  })

  test('sick, and left in with --leave-unhealthy', async () => {
    lab().overlays().targets.sick(web().first, web().group)
    const {outcome} = await run({leaveUnhealthy: true}, {patienceMs: 1000})
    expect(outcome.verdict).toBe('partial')
    expect(await lab().estate.registered(web().group)).toContain(`${web().first}:80`)
  })

  test('a drain that fails is undone, and it is never stopped', async () => {
    lab()
      .overlays()
      .faults.add({
        service: 'elasticloadbalancing',
        action: 'DeregisterTargets',
        after: 1,
        answer: {code: 'AccessDenied', status: 403, message: 'no'},
      })
    const {outcome} = await run()
    expect(outcome.verdict).toBe('undone')
    expect(times(lab(), 'StopInstances')).toBe(0)
    expect(await lab().estate.registered(web().admin)).toContain(`${web().first}:8080`)
  })

  test('what is done again does not count: a start that changes no LaunchTime is a failure', async () => {
    const {outcome} = await run(
      {},
      {
        patienceMs: 1000,
        through: (account) => ({
          ...account,
          // Somebody else's cache: the state is of now, the rest of before.
          instance: async (id, signal) => ({...(await account.instance(id, signal)), launchedMs: 1000}),
        }),
      },
    )
    expect(outcome.verdict).toBe('partial')
    expect(outcome.steps[3]).toMatchObject({step: 'start', state: 'timed-out'})
  })
})

describe('reboot', () => {
  const impaired = (more = {}) =>
    life().set(web().first, {checks: {instance: 'impaired'}, heals: 'reboot', ...more})

  test('only its instance check fails: rebooted, proven by a check that begins anew', async () => {
    impaired()
    life().pace({initializingMs: 2000})
    const {outcome} = await run()
    expect(outcome.verdict).toBe('done')
    expect(outcome.steps[2]).toMatchObject({step: 'reboot', saw: 'its instance check began anew'})
    expect(times(lab(), 'RebootInstances')).toBe(1)
    expect(times(lab(), 'StopInstances')).toBe(0)
  })

  test('proven by another console post', async () => {
    impaired()
    const {outcome} = await run({drain: false})
    expect(outcome.steps[0]).toMatchObject({step: 'reboot', state: 'changed'})
    expect(outcome.steps[0]?.saw).toMatch(/^its console has a new post, of 20/)
  })

  test('no sign of it: in doubt, never done, and not sent again by a resume', async () => {
    impaired({ignoresReboot: true})
    const {outcome, run: id} = await run({}, {patienceMs: 800})
    expect(outcome.verdict).toBe('partial')
    expect(outcome.steps[2]).toMatchObject({step: 'reboot', state: 'in-doubt'})
    expect(outcome.steps[2]?.saw).toMatch(/^no sign of a reboot \(instance check impaired/)
    const resumed = await resume(stateDir(), recover, id, {patienceMs: 800})
    expect(resumed.outcome.verdict).toBe('partial')
    expect(times(lab(), 'RebootInstances')).toBe(1)
  })

  test('the answer is lost after it was accepted: looked for, not sent again', async () => {
    impaired()
    lab().overlays().faults.add({service: 'ec2', action: 'RebootInstances', answer: 'cut-after'})
    const {outcome} = await run()
    expect(outcome.verdict).toBe('done')
    expect(times(lab(), 'RebootInstances')).toBe(1)
  })
})

test('it stays out with --keep-drained', async () => {
  const {outcome, run: id} = await run({keepDrained: true})
  expect(outcome).toMatchObject({verdict: 'done'})
  expect(outcome.next[0]).toBe(`redeye aws target attach ${id}`)
  expect(await lab().estate.registered(web().group)).not.toContain(`${web().first}:80`)
  expect(found(outcome.findings, 'last-healthy-target')).toMatchObject({level: 'pass'})
})
