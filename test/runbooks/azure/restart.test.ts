import {describe, expect, test} from 'vitest'
import type {Entry} from '../../../src/lib/engine/ports.js'
import {until} from '../../../src/lib/lab/until.js'
import {redeploy, restart} from '../../../src/lib/runbooks/azure/recover.js'
import {operating, vmInput} from './operate.js'

const at = operating()
const control = () => at.azure().lab.control
const POSTS = /\/virtualMachines\/web-1\/(restart|redeploy)$/
const ON_POST = 'POST .*/virtualMachines/web-1/(restart|redeploy)$'
const ON_POLL = 'GET .*/operations/'

test('1: redeploy: another host, another boot id, and nothing is left behind', async () => {
  const before = await at.vm()
  const {outcome, run} = await at.run(redeploy, vmInput({method: 'redeploy'}))
  expect(outcome).toMatchObject({verdict: 'done', because: [], totals: {changed: 1, already: 1}})
  expect(outcome.steps[0]?.saw).toMatch(/^the guest was restarted: boot id boot-web-1-/)
  const after = await at.vm()
  expect(after.host).not.toBe(before.host)
  expect(after.bootId).not.toBe(before.bootId)
  expect(await until(async () => (await control().state()).commands.length === 0, 2000)).toBe(true)
  expect(await at.sent('POST', POSTS)).toBe(1)
  const {lines} = await at.entries(run)
  expect(lines.map(({kind}) => kind)).toEqual([
    'began',
    'applying',
    'learned',
    'learned',
    'learned',
    'settled',
    'settled',
    'ended',
  ])
  expect(lines[2]).toMatchObject({learned: {phase: 'preparing'}, says: 'web-1: reading its boot id first'})
  expect(lines[4]).toMatchObject({
    learned: {phase: 'accepted', operation: {by: 'status', url: expect.stringContaining('/operations/')}},
  })
})

test('killed while the boot id is read: nothing was restarted, so the resumed run does it, once', async () => {
  const {run, plan} = await at.run(restart, vmInput(), {holdBefore: 'web-1.restart'})
  if (!plan) throw new Error('no plan')
  const step = 'web-1.restart'
  const entries: Entry[] = [
    {kind: 'applying', step, before: {power: 'running', agent: true}},
    {kind: 'learned', step, learned: {phase: 'preparing', requestId: '', atMs: 0}},
  ]
  const {outcome} = await at.run(restart, plan.input as object, {past: {run, plan, entries}})
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1, already: 1}})
  expect(await at.sent('POST', POSTS)).toBe(1)
})

test('a dry run reads and sends nothing', async () => {
  const before = await control().state()
  const {outcome} = await at.run(redeploy, vmInput({method: 'redeploy'}), {mode: 'dry-run'})
  expect(outcome.verdict).toBe('planned')
  expect(await control().state()).toEqual(before)
  expect((await control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
})

test('2: Azure says Succeeded, and the boot id is the old one: in doubt, never well', async () => {
  await control().fault({on: ON_POST, operation: {noEffect: true}})
  const {outcome} = await at.run(restart, vmInput())
  expect(outcome).toMatchObject({verdict: 'partial', totals: {'in-doubt': 1}})
  expect(outcome.because.join()).toContain('Azure says Succeeded, but the boot id is still boot-web-1-0')
  expect(await at.sent('POST', POSTS)).toBe(1)
})

test('without a boot id the next report of the agent counts', async () => {
  const {outcome} = await at.run(restart, vmInput({proof: 'agent'}))
  expect(outcome).toMatchObject({verdict: 'done'})
  expect(outcome.steps[0]?.saw).toContain('the guest agent has reported since')
  expect(await at.sent('PUT', /runCommands/)).toBe(0)
})

test('what the agent said before Azure had ended it proves nothing, whatever our own clock says', async () => {
  await control().vm('web-1', {agentDies: true})
  const {outcome} = await at.run(restart, vmInput({proof: 'agent', agent: false, agentMs: 300}))
  expect(outcome).toMatchObject({verdict: 'partial', totals: {'in-doubt': 1}})
  expect(outcome.because.join()).toContain('nothing that the guest says shows that it was restarted')
})

test('who may not run commands gets the weaker proof by itself', async () => {
  await control().estate({denied: ['Microsoft.Compute/virtualMachines/runCommands/write']})
  const {outcome} = await at.run(restart, vmInput())
  expect(outcome).toMatchObject({verdict: 'done'})
  expect(await at.sent('PUT', /runCommands/)).toBe(0)
})

test('4: 429 with Retry-After, on the change and on a question about it: waited for, sent once more', async () => {
  const reply = {
    status: 429,
    headers: {
      'retry-after': '1',
      'x-ms-ratelimit-remaining-resource': 'Microsoft.Compute/HighCostGet30Min;0',
    },
    body: {error: {code: 'TooManyRequests', message: 'slow down'}},
  }
  await control().fault({on: ON_POST, reply})
  await control().fault({on: ON_POLL, reply})
  const began = Date.now()
  const {outcome} = await at.run(restart, vmInput({proof: 'agent'}))
  expect(outcome).toMatchObject({verdict: 'done'})
  expect(Date.now() - began).toBeGreaterThan(1900)
  const posts = (await control().seen()).filter(({path}) => POSTS.test(path))
  expect(posts.map(({status}) => status)).toEqual([429, 202])
})

test('a Retry-After of an hour is told, not slept through', async () => {
  const reply = {
    status: 429,
    headers: {'retry-after': '3600'},
    body: {error: {code: 'TooManyRequests', message: ''}},
  }
  await control().fault({on: ON_POST, reply})
  const {outcome} = await at.run(restart, vmInput({proof: 'agent'}))
  expect(outcome).toMatchObject({verdict: 'unreachable', totals: {unreachable: 1}})
  expect(outcome.because.join()).toContain('Azure asks to wait 3600 s')
})

describe('6: the answer to the change is lost', () => {
  test('the Activity Log has it: it is followed there and not sent again', async () => {
    await control().fault({on: ON_POST, cut: 'after'})
    await control().set({logMs: 150})
    const {outcome} = await at.run(restart, vmInput())
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1, already: 1}})
    expect(await at.sent('POST', POSTS)).toBe(1)
    expect(await at.sent('GET', /eventtypes/)).toBeGreaterThan(1)
  })

  test('the Activity Log says that it failed', async () => {
    const fail = {code: 'VMExtensionHandlerNonTransientError', message: 'x'}
    await control().fault({on: ON_POST, cut: 'after', operation: {fail}})
    const {outcome} = await at.run(restart, vmInput())
    expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1}})
    expect(outcome.because.join()).toContain(`Failed ${fail.code}`)
  })

  test.each([
    ['it never arrived', 'before'],
    ['it arrived and is not logged', 'after'],
  ] as const)('the Activity Log has nothing (%s): in doubt, not sent again', async (_, cut) => {
    await control().fault({on: ON_POST, cut})
    await control().set({logMs: 60_000})
    const {outcome} = await at.run(restart, vmInput())
    expect(outcome).toMatchObject({verdict: 'partial', totals: {'in-doubt': 1}})
    expect(outcome.because.join()).toContain('it is not sent again')
    expect(await at.sent('POST', POSTS)).toBe(cut === 'after' ? 1 : 0)
  })

  test('a 500 is no answer either', async () => {
    await control().fault({
      on: ON_POST,
      reply: {status: 500, body: {error: {code: 'InternalServerError', message: ''}}},
    })
    const {outcome} = await at.run(restart, vmInput())
    expect(outcome).toMatchObject({verdict: 'partial', totals: {'in-doubt': 1}})
    expect(await at.sent('POST', POSTS)).toBe(1)
  })
})

describe('7: another operation is in the way', () => {
  test('it is waited for', async () => {
    await control().occupy('web-1')
    const waits: string[] = []
    const {outcome} = await at.run(restart, vmInput({proof: 'agent'}), {
      emit: async (event) => {
        if (event.type !== 'saw') return
        waits.push(event.saw)
        if (waits.length === 2) await control().finish()
      },
    })
    expect(outcome).toMatchObject({verdict: 'done'})
    expect(waits[0]).toContain('another operation is in the way')
    const statuses = (await control().seen()).filter(({path}) => POSTS.test(path)).map(({status}) => status)
    expect(statuses.at(-1)).toBe(202)
    expect(statuses.filter((status) => status === 409).length).toBeGreaterThan(1)
  })

  test('for --busy-wait, and then it has failed and nothing was done', async () => {
    await control().occupy('web-1')
    const {outcome} = await at.run(restart, vmInput({proof: 'agent', busyMs: 300}))
    expect(outcome.because.join()).toContain('another operation was in the way for too long')
    expect(outcome.totals.failed).toBe(1)
    expect((await at.vm()).bootId).toBe('boot-web-1-0')
  })
})

describe('10: the token expires while the operation is asked', () => {
  test('a fresh sign-in goes on', async () => {
    await control().fault({on: ON_POST, operation: {never: true}})
    const {outcome} = await at.run(restart, vmInput({proof: 'agent'}), {
      emit: async (event) => {
        if (event.type !== 'note') return
        await control().expireTokens()
        await until(async () => (await control().seen()).some(({status}) => status === 401), 20_000)
        await control().finish()
      },
    })
    expect(outcome).toMatchObject({verdict: 'done'})
    expect((await control().seen()).filter(({status}) => status === 401).length).toBeGreaterThan(0)
  })

  test('without one it waits for credentials, and a resumed run asks the same operation', async () => {
    await control().fault({on: ON_POST, operation: {never: true}})
    const {outcome, run, plan} = await at.run(restart, vmInput({proof: 'agent'}), {
      patienceMs: 800,
      emit: async (event) => {
        if (event.type !== 'note') return
        await control().refuseSignIn(true)
        await control().expireTokens()
      },
    })
    expect(outcome).toMatchObject({verdict: 'partial', totals: {'in-doubt': 1}})
    expect(outcome.steps[0]).toMatchObject({class: 'waiting-credentials'})
    expect(outcome.next).toContain(`redeye runs resume ${run}`)
    await control().refuseSignIn(false)
    await control().finish()
    if (!plan) throw new Error('no plan')
    const {lines} = await at.entries(run)
    const resumed = await at.run(restart, plan.input as object, {past: {run, plan, entries: lines}})
    expect(resumed.outcome).toMatchObject({verdict: 'done', totals: {changed: 1, already: 1}})
    expect(await at.sent('POST', POSTS)).toBe(1)
  })
})

test('16: a spot VM that is evicted meanwhile has failed', async () => {
  await control().vm('web-1', {spot: 'Deallocate', agentDies: true})
  const {outcome} = await at.run(restart, vmInput({proof: 'agent'}), {
    emit: async (event) => {
      if (event.type === 'saw' && event.saw.includes('guest agent'))
        await control().vm('web-1', {power: 'deallocated'})
    },
  })
  expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1}})
  expect(outcome.because.join()).toContain('a spot VM that was evicted')
})

test('17: the guest agent is never ready: failed, and there is no undo', async () => {
  await control().vm('web-1', {agentDies: true})
  const {outcome, run} = await at.run(restart, vmInput({agentMs: 300}))
  expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1}})
  expect(outcome.because.join()).toContain('Succeeded and running; guest agent Not Ready')
  expect(outcome.next).not.toContain(`redeye runs undo ${run}`)
})

test('an operation that ends Canceled or Failed is shown by its own code', async () => {
  await control().fault({on: ON_POST, operation: {fail: {code: 'VMStartTimedOut', message: 'no start'}}})
  const failed = await at.run(restart, vmInput({proof: 'agent'}))
  expect(failed.outcome.because.join()).toContain('the operation failed: VMStartTimedOut: no start')
  expect(failed.outcome.steps[0]).toMatchObject({state: 'failed', class: 'VMStartTimedOut'})
  await control().fault({on: ON_POST, operation: {canceled: true}})
  const canceled = await at.run(restart, vmInput({proof: 'agent'}))
  expect(canceled.outcome.because.join()).toContain('the operation canceled: OperationPreempted')
})

test.each(['async', 'location'] as const)('operations are followed by %s alone', async (headers) => {
  await control().set({headers})
  const {outcome} = await at.run(restart, vmInput({proof: 'agent'}))
  expect(outcome).toMatchObject({verdict: 'done'})
})
