import {createHash} from 'node:crypto'
import {describe, expect, test} from 'vitest'
import {LAB_SUBSCRIPTION} from '../../../src/lib/lab/azure-estate.js'
import {until} from '../../../src/lib/lab/until.js'
import {run} from '../../../src/lib/runbooks/azure/run.js'
import type {RunInput} from '../../../src/lib/runbooks/azure/run-input.js'
import {operating, PATIENCE} from './operate.js'

const at = operating()
const control = () => at.azure().lab.control
const PUTS = /\/runCommands\/redeye-/

function asked(script: string, more: Partial<RunInput> = {}): RunInput {
  return {
    target: 'lab',
    subscription: LAB_SUBSCRIPTION,
    group: 'rg-web',
    vms: ['web-1'],
    tag: null,
    script,
    digest: createHash('sha256').update(script).digest('hex'),
    file: 'job.sh',
    as: 'managed',
    timeoutS: 20,
    concurrency: 10,
    maxErrors: 1,
    nonce: 'abc123',
    leaks: [],
    ...PATIENCE,
    ...more,
  }
}

const noneLeft = () => until(async () => (await control().state()).commands.length === 0, 2000)

describe.each(['managed', 'action'] as const)('%s', (as) => {
  test('exit 0 is success, with what it said', async () => {
    const {outcome} = await at.run(run, asked('echo "on $VM"\nexit 0\n', {as}))
    expect(outcome.because).toEqual([])
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
    expect(outcome.steps[0]?.saw).toBe('exit 0: on web-1')
    expect(await noneLeft()).toBe(true)
  })

  test('13: exit 3 is a failure, although the operation Succeeded', async () => {
    const {outcome} = await at.run(run, asked('echo broken >&2\nexit 3\n', {as}))
    expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1}})
    expect(outcome.because.join()).toContain('exit 3: broken')
    expect(await noneLeft()).toBe(true)
  })

  test('a dry run sends nothing', async () => {
    const {outcome} = await at.run(run, asked('exit 0', {as}), {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect((await control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
  })

  test('aborted after Azure has taken it: a resumed run reads what it said, and it ran once', async () => {
    const stop = new AbortController()
    const ran = `/tmp/redeye-ran-${process.pid}-${as}`
    const script = `echo "$VM" >> ${ran}\nsleep 0.3\ncat ${ran}; rm ${ran}`
    const first = await at.run(run, asked(script, {as}), {
      abort: stop.signal,
      emit: (event) => {
        if (event.type === 'note') stop.abort()
      },
    })
    if (!first.plan) throw new Error('no plan')
    expect(first.outcome).toMatchObject({verdict: 'interrupted', totals: {'in-doubt': 1}})
    const {lines} = await at.entries(first.run)
    const past = {run: first.run, plan: first.plan, entries: lines}
    const {outcome} = await at.run(run, first.plan.input as object, {past})
    expect(outcome.because).toEqual([])
    expect(outcome.steps[0]).toMatchObject({state: 'changed', saw: 'exit 0: web-1'})
    expect((await at.sent('PUT', PUTS)) + (await at.sent('POST', /runCommand$/))).toBe(1)
    expect(await noneLeft()).toBe(true)
  })
})

test('many at once: every guest by itself, one failure within the budget', async () => {
  const {outcome} = await at.run(
    run,
    asked('[ "$VM" != web-2 ]', {vms: [], tag: {key: 'role', value: 'web'}, group: null}),
  )
  expect(outcome).toMatchObject({verdict: 'tolerated', totals: {changed: 1, failed: 1, already: 1}})
  expect(outcome.because.join()).toContain('web-2: failed: exit 1')
})

test('14: another Run Command is under way: an action waits for it', async () => {
  await control().occupy('web-1')
  const waits: string[] = []
  const {outcome} = await at.run(run, asked('exit 0', {as: 'action'}), {
    emit: async (event) => {
      if (event.type !== 'saw') return
      waits.push(event.saw)
      await control().finish()
    },
  })
  expect(outcome).toMatchObject({verdict: 'done'})
  expect(waits[0]).toContain('Run command extension execution is in progress')
})

test('14: and in the end gives up, with nothing run', async () => {
  await control().occupy('web-1')
  const {outcome} = await at.run(run, asked('exit 0', {as: 'action', busyMs: 250}))
  expect(outcome.because.join()).toContain('another operation was in the way for too long')
})

test('19: a command that is gone when it is deleted is as good', async () => {
  const gone = {status: 404, body: {error: {code: 'ResourceNotFound', message: 'gone'}}}
  await control().fault({on: 'DELETE .*/runCommands/', times: 1, reply: gone})
  const {outcome} = await at.run(run, asked('exit 0'))
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 2}})
  expect(await noneLeft()).toBe(true)
})

test('a deletion that fails is told, and is no failure of the script', async () => {
  const no = {status: 403, body: {error: {code: 'AuthorizationFailed', message: 'no'}}}
  await control().fault({on: 'DELETE .*/runCommands/', times: 2, reply: no})
  const {outcome} = await at.run(run, asked('exit 0'))
  expect(outcome).toMatchObject({verdict: 'tolerated', totals: {changed: 1, failed: 1}})
  expect(outcome.because.join()).toContain('left on web-1')
})

test('a PUT whose answer was lost is found by its name and not sent again', async () => {
  await control().fault({on: 'PUT .*/runCommands/', cut: 'after'})
  const {outcome} = await at.run(run, asked('exit 0'))
  expect(outcome).toMatchObject({verdict: 'done'})
  expect(await at.sent('PUT', PUTS)).toBe(1)
})

test('a PUT that never arrived is sent again', async () => {
  await control().fault({on: 'PUT .*/runCommands/', cut: 'before'})
  const {outcome} = await at.run(run, asked('exit 0'))
  expect(outcome).toMatchObject({verdict: 'done'})
  expect(await at.sent('PUT', PUTS)).toBe(1)
})

test('a script that takes too long is ended by Azure', async () => {
  const {outcome} = await at.run(run, asked('sleep 5', {timeoutS: 1}))
  expect(outcome.because.join()).toContain('TimedOut')
})

describe('guards', () => {
  const refused = async (input: RunInput) => {
    const {outcome} = await at.run(run, input)
    expect(outcome.verdict).toBe('refused')
    expect((await control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
    return outcome.findings.filter(({level}) => level === 'refuse')
  }

  test('a VM that is down, and one whose agent is gone', async () => {
    await control().vm('web-1', {power: 'stopped', agent: {ready: false, at: 0}})
    expect((await refused(asked('exit 0'))).map(({id}) => id)).toEqual(['running', 'agent'])
  })

  test('nothing chosen, and one chosen twice', async () => {
    const none = asked('exit 0', {vms: [], tag: {key: 'role', value: 'nobody'}})
    expect(await refused(none)).toMatchObject([{id: 'selection', saw: 'no VM is chosen'}])
    const twice = asked('exit 0', {vms: ['web-1', 'web-1']})
    expect((await refused(twice)).map(({id}) => id)).toContain('selection')
    const unknown = asked('exit 0', {vms: ['web-9'], group: null})
    expect((await refused(unknown))[0]?.saw).toContain('web-9: there is none')
  })

  test.each([
    ['-----BEGIN RSA PRIVATE KEY-----', 'a private key'],
    [`AccountKey=${'a'.repeat(86)}==`, 'a storage account key'],
    ['curl "https://x/?sv=1&sig=abcdefghijklmnopqrstuv%3D"', 'a shared access signature'],
    ['AKIAABCDEFGHIJKLMNOP', 'an AWS access key'],
  ])('a script with %s', async (script, what) => {
    expect(await refused(asked(script))).toMatchObject([
      {id: 'secret-in-script', saw: expect.stringContaining(what)},
    ])
  })

  test('a script with the value of a variable that holds a secret', async () => {
    const found = await refused(asked('echo', {leaks: ['AZURE_CLIENT_SECRET']}))
    expect(found).toMatchObject([
      {id: 'secret-in-script', saw: expect.stringContaining('AZURE_CLIENT_SECRET')},
    ])
  })

  test('a guest that runs Windows', async () => {
    await control().vm('web-1', {os: 'Windows'})
    expect(await refused(asked('exit 0'))).toMatchObject([{id: 'shell', saw: 'web-1 runs Windows'}])
  })

  test('a lock against deletion: a managed command could not be deleted again, an action needs no deletion', async () => {
    const scope = `/subscriptions/${LAB_SUBSCRIPTION}/resourceGroups/rg-web`
    await control().estate({locks: [{name: 'keep', scope, level: 'CanNotDelete'}]})
    expect(await refused(asked('exit 0'))).toMatchObject([{id: 'azure-lock'}])
    const {outcome} = await at.run(run, asked('exit 0', {as: 'action'}))
    expect(outcome).toMatchObject({verdict: 'done'})
  })

  test('commands that an earlier run left behind', async () => {
    const no = {status: 403, body: {error: {code: 'AuthorizationFailed', message: 'no'}}}
    await control().fault({on: 'DELETE .*/runCommands/', times: 2, reply: no})
    await at.run(run, asked('exit 0', {nonce: 'before1'}))
    const {outcome} = await at.run(run, asked('exit 0'))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join()).toContain('redeye-before1')
    const forced = await at.run(run, asked('exit 0'), {overrides: ['leftovers'], reason: 'test'})
    expect(forced.outcome).toMatchObject({verdict: 'done'})
  })

  test('what one may not do', async () => {
    await control().estate({denied: ['Microsoft.Compute/virtualMachines/runCommands/write']})
    const found = await refused(asked('exit 0'))
    expect(found).toMatchObject([{id: 'permission', clear: 'the older Run Command is allowed: --as action'}])
  })
})
