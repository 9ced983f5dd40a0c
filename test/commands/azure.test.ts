import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from 'vitest'
import {freePort} from '../../src/lib/lab/free-port.js'
import {until} from '../../src/lib/lab/until.js'
import {runningAzure} from '../lab/running-azure.js'
import {outcomeOf} from './fits.js'
import {homeWith, words} from './home.js'
import type {Ended} from './redeye.js'

const PRELOAD = fileURLToPath(new URL('kill-at.mjs', import.meta.url))
const POSTS = /\/virtualMachines\/web-1\/(restart|redeploy|start|deallocate)$/
/** A restart without the reading of boot ids, and with short waits. */
const RESTART = 'azure vm restart web-1 --proof agent --log-wait 400ms --confirm web-1'

const azure = runningAzure()
const home = homeWith(
  () => azure().lab.inventoryFile,
  async () => {},
)
const control = () => azure().lab.control
const redeye = (args: string, env: {[name: string]: string} = {}): Promise<Ended> =>
  home.redeye(args, {env: {...azure().lab.env, ...env}})
const killedAt = (point: string) => ({NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: point})
const journal = async (run: string): Promise<string[]> => {
  const text = await readFile(join(home.home(), 'state/redeye/runs', run, 'journal.jsonl'), 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).kind as string)
}
const posts = async () =>
  (await control().seen()).filter(({method, path}) => method === 'POST' && POSTS.test(path))
const bootId = async () => (await control().state()).vms.find(({name}) => name === 'web-1')?.bootId
const power = async () => (await control().state()).vms.find(({name}) => name === 'web-1')?.power

async function onlyRun(): Promise<string> {
  const [run = '', ...others] = await home.runs()
  expect(others).toEqual([])
  return run
}

describe('azure check', () => {
  test('all is proven: 0', async () => {
    const ended = await redeye('azure check --json')
    const {findings} = outcomeOf(ended)
    expect(ended.code).toBe(0)
    expect(findings?.find(({id}) => id === 'sign-in')?.saw).toContain('as app 77777777')
    expect(findings?.find(({id}) => id === 'allowance')?.saw).toContain('subscription-reads 11998')
    expect((await control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
  })

  test('one action is missing: 13, by its name; not for another runbook', async () => {
    await control().estate({denied: ['Microsoft.Compute/virtualMachines/redeploy/action']})
    const ended = await redeye('azure check')
    expect(ended, words(ended)).toMatchObject({code: 13})
    expect(words(ended)).toContain(
      'may-vm-redeploy: not allowed: Microsoft.Compute/virtualMachines/redeploy/action',
    )
    expect((await redeye('azure check -g rg-web --for azure.vm.restart')).code).toBe(0)
    expect((await redeye('azure check --for azure.vm.nothing')).code).toBe(2)
  })

  test('no provider, no subscription that can be used: 13', async () => {
    await control().estate({provider: 'NotRegistered', state: 'Disabled'})
    const ended = await redeye('azure check')
    expect(ended, words(ended)).toMatchObject({code: 13})
    expect(words(ended)).toContain('Microsoft.Compute is NotRegistered')
  })

  test('nobody signs in: 10', async () => {
    await control().refuseSignIn(true)
    const ended = await redeye('azure check')
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).toContain('not signed in: AADSTS7000215: Invalid client secret provided')
    expect(words(ended)).toContain('az login')
  })

  test('there is no credential: 10, and which were tried', async () => {
    const ended = await home.redeye('azure check', {env: {AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential'}})
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).toContain('there is no credential (tried EnvironmentCredential)')
  })

  test('nobody answers: 10', async () => {
    const file = join(home.home(), 'away.yaml')
    const text = await readFile(azure().lab.inventoryFile, 'utf8')
    await writeFile(file, text.replace(/endpoint: .*/, `endpoint: https://127.0.0.1:${await freePort()}`))
    const [check, restart] = await Promise.all(
      ['azure check', RESTART].map((command) => redeye(`${command} --inventory ${file}`)),
    )
    for (const ended of [check, restart]) {
      expect(ended?.code).toBe(10)
      expect(ended && words(ended)).toContain('ECONNREFUSED')
    }
  })
})

test('status: one VM and one set, at 80 columns, and as JSON', async () => {
  for (const command of ['azure vm status web-1', 'azure vmss status front']) {
    const ended = await redeye(command)
    expect(ended, words(ended)).toMatchObject({code: 0, stderr: ''})
    for (const line of ended.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  }
  const json = JSON.parse((await redeye('azure vm status web-1 --json')).stdout)
  expect(json).toMatchObject({vm: {power: 'running', agent: {ready: true}}, health: {state: 'Available'}})
  expect((await redeye('azure vm status web-9')).code).toBe(2)
})

test('the name is typed: --yes is not enough, and nothing is sent', async () => {
  const ended = await redeye('azure vm restart web-1 --yes')
  expect(ended, words(ended)).toMatchObject({code: 4})
  expect(await posts()).toEqual([])
})

test('restart by boot id, from a full resource id; what Azure was asked is shown; no secret is kept', async () => {
  const {subscription, env} = azure().lab
  const id = `/subscriptions/${subscription}/resourceGroups/rg-web/providers/Microsoft.Compute/virtualMachines/web-1`
  const ended = await redeye(`azure vm restart ${id} --confirm web-1 --json`)
  expect(outcomeOf(ended), words(ended)).toMatchObject({verdict: 'done', runbook: 'azure.vm.restart'})
  expect(await bootId()).not.toBe('boot-web-1-0')
  const run = await onlyRun()
  const op = JSON.parse((await redeye(`azure op ${run} --json`)).stdout)
  expect(op.operations).toMatchObject([{step: 'web-1.restart', status: 'succeeded'}])
  const exported = await redeye(`runs export ${run} --format md`)
  expect(exported.stdout).toContain('restart web-1: Azure has taken it, operation op-')

  const secret = env.AZURE_CLIENT_SECRET ?? ''
  expect(secret.length).toBeGreaterThan(10)
  const files = (await readdir(home.home(), {recursive: true, withFileTypes: true})).filter((one) =>
    one.isFile(),
  )
  expect(files.length).toBeGreaterThan(1)
  for (const {parentPath, name} of files) {
    const text = await readFile(join(parentPath, name), 'utf8')
    expect(text.includes(secret) || text.includes('eyJ'), join(parentPath, name)).toBe(false)
  }
})

describe('killed during a restart', () => {
  const LINES = ['began', 'applying', 'learned', 'learned', 'settled', 'settled', 'ended']

  test('an undisturbed one writes exactly these lines', async () => {
    const ended = await redeye(RESTART)
    expect(ended, words(ended)).toMatchObject({code: 0})
    expect(await journal(await onlyRun())).toEqual(LINES)
  })

  test.each([
    ['nothing was sent', 'synced:2'],
    ['5: after the 202', 'synced:4'],
    ['after the 202, before it was written down', 'append:4'],
    ['when it was seen done', 'append:5'],
    ['before its last line', 'append:7'],
  ])('%s (%s): the resumed run ends well, and Azure saw exactly one POST', async (_, point) => {
    await control().set({operationMs: 150})
    const killed = await redeye(RESTART, killedAt(point))
    expect(killed.signal).toBe('SIGKILL')
    const run = await onlyRun()
    const resumed = await redeye(`runs resume ${run} --confirm web-1`)
    expect(resumed, words(resumed)).toMatchObject({code: 0})
    expect(await posts()).toHaveLength(1)
    expect(await bootId()).not.toBe('boot-web-1-0')
  })

  test('between the line that says so and the sending: in doubt, and not sent by guessing', async () => {
    expect((await redeye(RESTART, killedAt('synced:3'))).signal).toBe('SIGKILL')
    const resumed = await redeye(`runs resume ${await onlyRun()} --confirm web-1`)
    expect(resumed, words(resumed)).toMatchObject({code: 6})
    expect(words(resumed)).toContain('it is not sent again')
    expect(await posts()).toEqual([])
  })
})

test('killed while it is deallocated: undo starts it again, and so does a resumed run', async () => {
  const CYCLE = 'azure vm cycle web-1 --confirm web-1'
  const killed = await redeye(CYCLE, killedAt('append:5'))
  expect(killed.signal).toBe('SIGKILL')
  expect(await power()).toBe('deallocated')
  const run = await onlyRun()
  const undone = await redeye(`runs undo ${run} --yes`)
  expect(undone, words(undone)).toMatchObject({code: 0})
  expect(await power()).toBe('running')

  expect((await redeye(CYCLE, killedAt('append:5'))).signal).toBe('SIGKILL')
  const second = (await home.runs()).at(-1) ?? ''
  const resumed = await redeye(`runs resume ${second} --confirm web-1`)
  expect(resumed, words(resumed)).toMatchObject({code: 0})
  expect(await power()).toBe('running')
  const starts = (await posts()).filter(({path}) => path.endsWith('/start'))
  expect(starts).toHaveLength(2)
})

test('Ctrl-C lets the restart end and be seen, and starts nothing new', async () => {
  await control().set({operationMs: 1000})
  const running = home.begin(RESTART, {env: azure().lab.env})
  await running.says('Azure has taken it')
  running.child.kill('SIGINT')
  const ended = await running.ended
  expect(ended, words(ended)).toMatchObject({code: 8})
  expect(words(ended)).toContain('redeye runs resume')
  const resumed = await redeye(`runs resume ${await onlyRun()} --confirm web-1`)
  expect(resumed, words(resumed)).toMatchObject({code: 0})
  expect(await posts()).toHaveLength(1)
})

test('run: a script by its file, through a pipe; exit 3 is exit 6; a secret in it is refused', async () => {
  const file = join(home.home(), 'job.sh')
  await writeFile(file, 'echo hello from $VM\n')
  const done = await redeye(`azure run web-1 web-2 --script ${file} --yes --json`)
  const {steps} = outcomeOf(done)
  expect(steps.map(({saw}) => saw)).toEqual([
    'exit 0: hello from web-1',
    'exit 0: hello from web-2',
    'none is left',
  ])
  expect(await until(async () => (await control().state()).commands.length === 0, 2000)).toBe(true)

  await writeFile(file, 'exit 3\n')
  const failed = await redeye(`azure run web-1 --script ${file} --yes`)
  expect(failed, words(failed)).toMatchObject({code: 6})
  expect(words(failed)).toContain('exit 3')

  const secret = azure().lab.env.AZURE_CLIENT_SECRET ?? ''
  await writeFile(file, `login ${secret}\n`)
  const refused = await redeye(`azure run web-1 --script ${file} --yes`)
  expect(refused, words(refused)).toMatchObject({code: 3})
  expect(words(refused)).toContain('the value of AZURE_CLIENT_SECRET')
  expect(words(refused)).not.toContain(secret)
})

test('vmss recover: a plan is saved, approved and applied', async () => {
  const plan = join(home.home(), 'front.plan')
  const saved = await redeye(`azure vmss recover front --instance 0,1 --min-healthy 50% --out ${plan}`)
  expect(saved, words(saved)).toMatchObject({code: 0})
  const applied = await redeye(`apply ${plan} --confirm front`)
  expect(applied, words(applied)).toMatchObject({code: 0})
  const sent = (await control().seen()).filter(({method}) => method === 'POST')
  expect(sent.map(({path}) => path.split('/').at(-1))).toEqual(['restart', 'restart'])
})

describe('what was mistyped is a usage error and sends nothing', () => {
  test.each([
    ['azure vm restart web-1 --target prod', 'it has lab'],
    ['azure vm restart web-1 --subscription 4711', 'write the id of a subscription'],
    ['azure vm restart /subscriptions/x/web-1', 'is not the id of one of Microsoft.Compute/virtualMachines'],
    [
      'azure vm restart /subscriptions/aaaaaaaa-0000-4000-8000-000000000000/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v',
      'add --subscription aaaaaaaa',
    ],
    ['azure run --script /dev/null', 'name the VMs, or choose them by --tag'],
    ['azure run web-1 --script /nowhere', 'no such file'],
    ['azure run --tag role --script /dev/null', 'write KEY=VALUE'],
    ['azure vmss recover front --instance 0 --min-healthy most', 'write 80%'],
    ['azure op zzzz', 'zzzz'],
  ])('%s', async (command, says) => {
    const ended = await redeye(command)
    expect(ended, words(ended)).toMatchObject({code: 2})
    expect(words(ended)).toContain(says)
    expect((await control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
  })

  test('no inventory, and no subscription in the environment', async () => {
    const ended = await home.redeye('azure vm status web-1', {env: {REDEYE_INVENTORY: ''}, cwd: home.home()})
    expect(ended, words(ended)).toMatchObject({code: 2})
  })
})
