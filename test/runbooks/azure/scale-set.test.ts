import {describe, expect, test} from 'vitest'
import {LAB_SUBSCRIPTION} from '../../../src/lib/lab/azure-estate.js'
import type {SetInput} from '../../../src/lib/runbooks/azure/set-input.js'
import {setRecover} from '../../../src/lib/runbooks/azure/set-recover.js'
import {operating, PATIENCE} from './operate.js'

const at = operating()
const control = () => at.azure().lab.control
const POSTS = /\/virtualMachineScaleSets\/front\/(restart|redeploy|reimage)$/

function asked(more: Partial<SetInput> = {}): SetInput {
  return {
    target: 'lab',
    subscription: LAB_SUBSCRIPTION,
    group: 'rg-web',
    set: 'front',
    instances: ['0', '1', '2'],
    method: 'restart',
    batch: 1,
    maxErrors: 0,
    minHealthy: 80,
    ...PATIENCE,
    agentMs: 300,
    ...more,
  }
}

const boots = async (set = 'front') =>
  Object.fromEntries(
    (await control().state()).sets
      .find(({name}) => name === set)
      ?.instances.map(({id, bootId}) => [id, bootId]) ?? [],
  )

test('batches of two: each is one call for its instances, and each is healthy again before the next', async () => {
  const before = await boots()
  const {outcome} = await at.run(setRecover, asked({batch: 2, minHealthy: 50}))
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 2}})
  const after = await boots()
  expect(Object.keys(after).filter((id) => after[id] !== before[id])).toEqual(['0', '1', '2'])
  expect(await at.sent('POST', POSTS)).toBe(2)
  const order = (await control().seen()).map(({method, path}) => `${method} ${path.split('/').at(-1)}`)
  const [first, second] = order.flatMap((one, index) => (one === 'POST restart' ? [index] : []))
  expect(order.slice(first, second)).toContain('GET virtualMachines')
})

test('a dry run sends nothing', async () => {
  const {outcome} = await at.run(setRecover, asked(), {mode: 'dry-run'})
  expect(outcome.verdict).toBe('planned')
  expect((await control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
})

test('12: the second of three batches turns unhealthy: it stops, and the third is untouched', async () => {
  await control().instance('front', '1', {healthAfter: 'unhealthy'})
  const before = await boots()
  const {outcome} = await at.run(setRecover, asked())
  expect(outcome).toMatchObject({verdict: 'partial', totals: {changed: 1, failed: 1, 'not-started': 1}})
  expect(outcome.because.join()).toContain('1 running unhealthy')
  const after = await boots()
  expect(Object.keys(after).filter((id) => after[id] !== before[id])).toEqual(['0', '1'])
})

test('within --max-errors it goes on, and says which', async () => {
  await control().instance('front', '1', {healthAfter: 'unhealthy'})
  const {outcome} = await at.run(setRecover, asked({maxErrors: 1, minHealthy: 50}))
  expect(outcome).toMatchObject({verdict: 'tolerated', totals: {changed: 2, failed: 1}})
})

test('the floor is looked at again before each batch', async () => {
  await control().instance('front', '0', {healthAfter: 'unhealthy'})
  // What was read within the last second is not read again.
  const {outcome} = await at.run(setRecover, asked({maxErrors: 1, minHealthy: 80, agentMs: 1100}))
  expect(outcome.because.join()).toContain('guard capacity-floor refuses now')
  expect(await at.sent('POST', POSTS)).toBe(1)
})

test('an instance whose guest agent says nothing since is not well', async () => {
  await control().instance('front', '0', {silent: true})
  const {outcome} = await at.run(setRecover, asked({instances: ['0']}))
  expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1}})
  expect(outcome.because.join()).toContain('agent has not reported since')
})

test('a resumed run asks the operation of its batch and sends only what was not begun', async () => {
  await control().fault({on: 'POST .*/front/restart$', operation: {ms: 400}})
  const stop = new AbortController()
  const {run, plan} = await at.run(setRecover, asked(), {
    abort: stop.signal,
    emit: (event) => {
      if (event.type === 'note') stop.abort()
    },
  })
  if (!plan) throw new Error('no plan')
  const {lines} = await at.entries(run)
  expect(await at.sent('POST', POSTS)).toBe(1)
  const {outcome} = await at.run(setRecover, plan.input as object, {past: {run, plan, entries: lines}})
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 3}})
  expect(await at.sent('POST', POSTS)).toBe(3)
})

describe('18: a flexible set', () => {
  test('goes through the calls for VMs', async () => {
    const {outcome} = await at.run(
      setRecover,
      asked({set: 'flex', instances: ['flex-a', 'flex-b'], minHealthy: 50}),
    )
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 2}})
    expect(await at.sent('POST', /virtualMachineScaleSets/)).toBe(0)
    expect(await at.sent('POST', /\/virtualMachines\/flex-[ab]\/restart$/)).toBe(2)
    expect((await at.vm('flex-a')).bootId).not.toBe('boot-flex-a-0')
    expect((await at.vm('flex-c')).bootId).toBe('boot-flex-c-0')
  })

  test('cannot be reimaged', async () => {
    const {outcome} = await at.run(
      setRecover,
      asked({set: 'flex', instances: ['flex-a'], method: 'reimage', minHealthy: 50}),
      {
        overrides: ['reimage-data'],
        reason: 'test',
      },
    )
    expect(outcome).toMatchObject({verdict: 'refused'})
    expect(outcome.because.join()).toContain('its VMs cannot be reimaged')
  })
})

describe('guards', () => {
  const refused = async (more: Partial<SetInput>) => {
    const {outcome} = await at.run(setRecover, asked(more))
    expect(outcome.verdict).toBe('refused')
    expect((await control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
    return outcome.findings.filter(({level}) => level === 'refuse')
  }

  test('instances that are not there', async () => {
    expect(await refused({instances: ['0', '77']})).toMatchObject([
      {id: 'instances', saw: 'front has no instance 77'},
    ])
    expect(await refused({instances: ['0', '0']})).toMatchObject([{id: 'instances', saw: 'named twice: 0'}])
  })

  test('a rolling upgrade', async () => {
    await control().scaleSet('front', {rolling: 'RollingForward'})
    expect(await refused({})).toMatchObject([{id: 'rolling-upgrade'}])
  })

  test('automatic repairs are told', async () => {
    await control().scaleSet('front', {repairs: true})
    const {outcome} = await at.run(setRecover, asked(), {mode: 'dry-run'})
    expect(outcome.findings.find(({id}) => id === 'repairs')).toMatchObject({level: 'warn'})
  })

  test('protected instances', async () => {
    await control().instance('front', '2', {protected: true})
    expect(await refused({})).toMatchObject([{id: 'instance-protection', overridable: true}])
  })

  test('fewer healthy instances than the floor', async () => {
    expect(await refused({batch: 3})).toMatchObject([
      {
        id: 'capacity-floor',
        overridable: true,
        saw: expect.stringContaining('3 of 6 instances stay healthy'),
      },
    ])
    await control().instance('front', '5', {health: 'unhealthy'})
    expect(await refused({})).toMatchObject([{id: 'capacity-floor'}])
  })

  test('reimage throws data away, and destroys by name', async () => {
    expect(await refused({method: 'reimage'})).toMatchObject([{id: 'reimage-data', overridable: true}])
    expect(setRecover.effect(asked({method: 'reimage'}))).toBe('destroy')
    const {outcome} = await at.run(setRecover, asked({method: 'reimage'}), {
      overrides: ['reimage-data'],
      reason: 'x',
    })
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 3}})
  })

  test('what one may not do, and a lock', async () => {
    await control().estate({
      denied: ['Microsoft.Compute/virtualMachineScaleSets/restart/action'],
      locks: [{name: 'freeze', scope: `/subscriptions/${LAB_SUBSCRIPTION}`, level: 'ReadOnly'}],
    })
    expect((await refused({})).map(({id}) => id)).toEqual(['azure-lock', 'permission'])
  })
})
