import {expect, test} from 'vitest'
import {z} from 'zod'
import {undoRunbook} from '../../../src/lib/engine/undo-run.js'
import {until} from '../../../src/lib/lab/until.js'
import {cycle, recover} from '../../../src/lib/runbooks/azure/recover.js'
import {operating, vmInput} from './operate.js'

const at = operating()
const control = () => at.azure().lab.control
const ON_START = 'POST .*/virtualMachines/web-1/start$'
const STARTS = /\/virtualMachines\/web-1\/start$/
const cycling = vmInput({method: 'cycle'})

const undoOf = async (run: string) => {
  const {plan, lines} = await at.entries(run)
  return undoRunbook({run, runbook: cycle, plan, entries: lines}, z.strictObject({run: z.string()}))
}

test('off its host and on again, with its addresses', async () => {
  const {outcome} = await at.run(cycle, cycling)
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 2, already: 1}})
  expect(outcome.steps.map(({saw}) => saw)).toEqual([
    'deallocated',
    'running, agent Ready',
    'private 10.0.0.4, public 203.0.113.10',
  ])
  const posts = (await control().seen())
    .filter(({method}) => method === 'POST')
    .map(({path}) => path.split('/').at(-1))
  expect(posts).toEqual(['deallocate', 'start'])
})

test('3: no capacity for the start: the code is shown, the VM stays deallocated, and undo starts it', async () => {
  const fail = {code: 'OverconstrainedAllocationRequest', message: 'no room with these constraints'}
  await control().fault({on: ON_START, operation: {fail}})
  const {outcome, run} = await at.run(cycle, {...cycling, capacityMs: 0})
  expect(outcome).toMatchObject({verdict: 'partial', totals: {changed: 1, failed: 1, 'not-started': 1}})
  expect(outcome.because.join()).toContain('OverconstrainedAllocationRequest: no room with these constraints')
  expect(outcome.because.join()).toContain('stays deallocated')
  expect(outcome.next).toContain(`redeye runs undo ${run}`)
  expect((await at.vm()).power).toBe('deallocated')

  const undone = await at.run(await undoOf(run), {run})
  expect(undone.outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
  expect(undone.outcome.steps[0]?.saw).toMatch(/^running/)
  expect((await at.vm()).power).toBe('running')
})

test('an undo is guarded too: under a lock nothing is sent', async () => {
  await control().fault({on: ON_START, operation: {fail: {code: 'AllocationFailed', message: 'none'}}})
  const {run} = await at.run(cycle, {...cycling, capacityMs: 0})
  const before = await at.sent('POST', STARTS)
  const scope = '/subscriptions/11111111-2222-4333-8444-555555555555'
  await control().estate({locks: [{name: 'freeze', scope, level: 'ReadOnly'}]})
  const {outcome} = await at.run(await undoOf(run), {run})
  expect(outcome.verdict).toBe('refused')
  expect(outcome.because.join()).toContain('lock freeze (ReadOnly)')
  expect(await at.sent('POST', STARTS)).toBe(before)
})

test('a run that stopped for want of capacity is resumed, and starts it', async () => {
  const fail = {code: 'AllocationFailed', message: 'none'}
  await control().fault({on: ON_START, operation: {fail}})
  const {run, plan} = await at.run(cycle, {...cycling, capacityMs: 0})
  if (!plan) throw new Error('no plan')
  const {lines} = await at.entries(run)
  const generous = {...plan, input: {...cycling, capacityMs: 20_000}}
  const {outcome} = await at.run(cycle, generous.input, {past: {run, plan: generous, entries: lines}})
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 2, already: 1}})
  expect((await at.vm()).power).toBe('running')
})

test('15: AllocationFailed twice, and then there is room', async () => {
  const fail = {code: 'AllocationFailed', message: 'none'}
  await control().fault({on: ON_START, times: 2, operation: {fail}})
  const {outcome, run} = await at.run(cycle, cycling)
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 2, already: 1}})
  expect(await at.sent('POST', STARTS)).toBe(3)
  const applied = (await at.entries(run)).lines.filter(
    (line) => line.kind === 'applying' && line.step === 'web-1.start',
  )
  expect(applied).toHaveLength(3)
})

test('undone while it is still on its way down: that is waited for, and then it is started', async () => {
  await control().fault({on: 'POST .*/deallocate$', operation: {never: true}})
  const stop = new AbortController()
  const {run} = await at.run(cycle, cycling, {
    abort: stop.signal,
    emit: (event) => {
      if (event.type === 'note') stop.abort()
    },
  })
  expect((await at.vm()).power).toBe('deallocating')
  const statusesOfStarts = async () =>
    (await control().seen()).filter(({path}) => STARTS.test(path)).map(({status}) => status)
  const refused = until(async () => (await statusesOfStarts()).includes(409), 20_000)
  void refused.then(() => control().finish())
  const {outcome} = await at.run(await undoOf(run), {run})
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
  expect((await at.vm()).power).toBe('running')
  const statuses = await statusesOfStarts()
  expect(statuses.at(-1)).toBe(202)
  expect(statuses[0]).toBe(409)
})

test('a deallocation that Azure refuses ends it, and the VM goes on running', async () => {
  await control().fault({
    on: 'POST .*/deallocate$',
    reply: {status: 403, body: {error: {code: 'AuthorizationFailed', message: 'you may not'}}},
  })
  const {outcome} = await at.run(cycle, cycling)
  expect(outcome.because.join()).toContain('AuthorizationFailed')
  expect((await at.vm()).power).toBe('running')
  expect(await at.sent('POST', STARTS)).toBe(0)
})

test('a dynamic public address that changes is shown', async () => {
  await control().estate({
    addresses: [{name: 'web-1-ip', group: 'rg-web', ip: '203.0.113.10', method: 'Dynamic', sku: 'Basic'}],
  })
  const {outcome} = await at.run(cycle, cycling, {
    overrides: ['dynamic-public-ip'],
    reason: 'test',
    emit: async (event) => {
      if (event.type === 'start' && event.step === 'web-1.start')
        await control().estate({
          addresses: [
            {name: 'web-1-ip', group: 'rg-web', ip: '203.0.113.99', method: 'Dynamic', sku: 'Basic'},
          ],
        })
    },
  })
  expect(outcome).toMatchObject({verdict: 'done'})
  expect(outcome.steps[2]?.saw).toContain('public 203.0.113.10 -> 203.0.113.99')
})

test('8: what is down is started by recover', async () => {
  await control().vm('web-1', {power: 'deallocated', agent: {ready: false, at: 0}})
  const {outcome} = await at.run(recover, vmInput({method: 'auto'}))
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1, already: 1}})
  expect((await at.vm()).power).toBe('running')
  const again = await at.run(recover, vmInput({method: 'auto'}))
  expect(again.outcome.because.join()).toContain('nothing seems wrong with web-1')
})

test('recover takes the least that helps', async () => {
  const chosen = async () => {
    const {outcome} = await at.run(recover, vmInput({method: 'auto'}), {mode: 'dry-run', overrides: []})
    return outcome.findings.find(({id}) => id === 'method')?.saw.split(':')[0]
  }
  await control().vm('web-1', {agent: {ready: false, at: 0}})
  expect(await chosen()).toBe('restart')
  await control().vm('web-1', {provisioning: 'Failed'})
  expect(await chosen()).toBe('reapply')
  await control().vm('web-1', {health: {state: 'Unavailable', reason: 'Unplanned'}})
  expect(await chosen()).toBe('redeploy')
  await control().vm('web-1', {power: 'stopped'})
  expect(await chosen()).toBe('start')
})

test('a failed provisioning state is reapplied, and nothing is restarted', async () => {
  await control().vm('web-1', {provisioning: 'Failed'})
  const {outcome} = await at.run(recover, vmInput({method: 'auto'}))
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1, all: 1}})
  const {provisioning, bootId} = await at.vm()
  expect({provisioning, bootId}).toEqual({provisioning: 'Succeeded', bootId: 'boot-web-1-0'})
})
