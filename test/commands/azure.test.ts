import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {freePort} from '../../src/lib/lab/free-port.js'
import {until} from '../../src/lib/lab/until.js'
import {azureDesk, RESTART} from './azure-desk.js'
import {outcomeOf} from './fits.js'
import {words} from './home.js'

const at = azureDesk()

describe('azure check', () => {
  test('all is proven: 0', async () => {
    const ended = await at.redeye('azure check --json')
    const {findings} = outcomeOf(ended)
    expect(ended.code).toBe(0)
    expect(findings?.find(({id}) => id === 'sign-in')?.saw).toContain('as app 77777777')
    expect(findings?.find(({id}) => id === 'allowance')?.saw).toContain('subscription-reads 11998')
    expect((await at.control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
  })

  test('one action is missing: 13, by its name; not for another runbook', async () => {
    await at.control().estate({denied: ['Microsoft.Compute/virtualMachines/redeploy/action']})
    const ended = await at.redeye('azure check')
    expect(ended, words(ended)).toMatchObject({code: 13})
    expect(words(ended)).toContain(
      'may-vm-redeploy: not allowed: Microsoft.Compute/virtualMachines/redeploy/action',
    )
    expect((await at.redeye('azure check -g rg-web --for azure.vm.restart')).code).toBe(0)
    expect((await at.redeye('azure check --for azure.vm.nothing')).code).toBe(2)
  })

  test('no provider, no subscription that can be used: 13', async () => {
    await at.control().estate({provider: 'NotRegistered', state: 'Disabled'})
    const ended = await at.redeye('azure check')
    expect(ended, words(ended)).toMatchObject({code: 13})
    expect(words(ended)).toContain('Microsoft.Compute is NotRegistered')
  })

  test('nobody signs in: 10', async () => {
    await at.control().refuseSignIn(true)
    const ended = await at.redeye('azure check')
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).toContain('not signed in: AADSTS7000215: Invalid client secret provided')
    expect(words(ended)).toContain('az login')
  })

  test('there is no credential: 10, and which were tried', async () => {
    const ended = await at.unsigned('azure check', {env: {AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential'}})
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).toContain('there is no credential (tried EnvironmentCredential)')
  })

  test('nobody answers: 10', async () => {
    const file = join(at.home(), 'away.yaml')
    const text = await readFile(at.lab().inventoryFile, 'utf8')
    await writeFile(file, text.replace(/endpoint: .*/, `endpoint: https://127.0.0.1:${await freePort()}`))
    const [check, restart] = await Promise.all(
      ['azure check', RESTART].map((command) => at.redeye(`${command} --inventory ${file}`)),
    )
    for (const ended of [check, restart]) {
      expect(ended?.code).toBe(10)
      expect(ended && words(ended)).toContain('ECONNREFUSED')
    }
  })
})

test('status: one VM and one set, at 80 columns, and as JSON', async () => {
  for (const command of ['azure vm status web-1', 'azure vmss status front']) {
    const ended = await at.redeye(command)
    expect(ended, words(ended)).toMatchObject({code: 0, stderr: ''})
    for (const line of ended.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  }
  const json = JSON.parse((await at.redeye('azure vm status web-1 --json')).stdout)
  expect(json).toMatchObject({vm: {power: 'running', agent: {ready: true}}, health: {state: 'Available'}})
  expect((await at.redeye('azure vm status web-9')).code).toBe(2)
})

test('the name is typed: --yes is not enough, and nothing is sent', async () => {
  const ended = await at.redeye('azure vm restart web-1 --yes')
  expect(ended, words(ended)).toMatchObject({code: 4})
  expect(await at.posts()).toEqual([])
})

test('restart by boot id, from a full resource id; what Azure was asked is shown; no secret is kept', async () => {
  const {subscription, env} = at.lab()
  const id = `/subscriptions/${subscription}/resourceGroups/rg-web/providers/Microsoft.Compute/virtualMachines/web-1`
  const ended = await at.redeye(`azure vm restart ${id} --confirm web-1 --json`)
  expect(outcomeOf(ended), words(ended)).toMatchObject({verdict: 'done', runbook: 'azure.vm.restart'})
  expect(await at.bootId()).not.toBe('boot-web-1-0')
  const run = await at.onlyRun()
  const op = JSON.parse((await at.redeye(`azure op ${run} --json`)).stdout)
  expect(op.operations).toMatchObject([{step: 'web-1.restart', status: 'succeeded'}])
  const exported = await at.redeye(`runs export ${run} --format md`)
  expect(exported.stdout).toContain('restart web-1: Azure has taken it, operation op-')

  const secret = env.AZURE_CLIENT_SECRET ?? ''
  expect(secret.length).toBeGreaterThan(10)
  const files = (await readdir(at.home(), {recursive: true, withFileTypes: true})).filter((one) =>
    one.isFile(),
  )
  expect(files.length).toBeGreaterThan(1)
  for (const {parentPath, name} of files) {
    const text = await readFile(join(parentPath, name), 'utf8')
    expect(text.includes(secret) || text.includes('eyJ'), join(parentPath, name)).toBe(false)
  }
})

test('run: a script by its file, through a pipe; exit 3 is exit 6; a secret in it is refused', async () => {
  const file = join(at.home(), 'job.sh')
  await writeFile(file, 'echo hello from $VM\n')
  const done = await at.redeye(`azure run web-1 web-2 --script ${file} --yes --json`)
  const {steps} = outcomeOf(done)
  expect(steps.map(({saw}) => saw)).toEqual([
    'exit 0: hello from web-1',
    'exit 0: hello from web-2',
    'none is left',
  ])
  expect(await until(async () => (await at.control().state()).commands.length === 0, 2000)).toBe(true)

  await writeFile(file, 'exit 3\n')
  const failed = await at.redeye(`azure run web-1 --script ${file} --yes`)
  expect(failed, words(failed)).toMatchObject({code: 6})
  expect(words(failed)).toContain('exit 3')

  const secret = at.lab().env.AZURE_CLIENT_SECRET ?? ''
  await writeFile(file, `login ${secret}\n`)
  const refused = await at.redeye(`azure run web-1 --script ${file} --yes`)
  expect(refused, words(refused)).toMatchObject({code: 3})
  expect(words(refused)).toContain('the value of AZURE_CLIENT_SECRET')
  expect(words(refused)).not.toContain(secret)
})

test('vmss recover: a plan is saved, approved and applied', async () => {
  const plan = join(at.home(), 'front.plan')
  const saved = await at.redeye(`azure vmss recover front --instance 0,1 --min-healthy 50% --out ${plan}`)
  expect(saved, words(saved)).toMatchObject({code: 0})
  const applied = await at.redeye(`apply ${plan} --confirm front`)
  expect(applied, words(applied)).toMatchObject({code: 0})
  const sent = (await at.control().seen()).filter(({method}) => method === 'POST')
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
    const ended = await at.redeye(command)
    expect(ended, words(ended)).toMatchObject({code: 2})
    expect(words(ended)).toContain(says)
    expect((await at.control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
  })

  test('no inventory, and no subscription in the environment', async () => {
    const ended = await at.unsigned('azure vm status web-1', {env: {REDEYE_INVENTORY: ''}, cwd: at.home()})
    expect(ended, words(ended)).toMatchObject({code: 2})
  })
})

test('lab: up, a check by the file that it names, status, down', async () => {
  try {
    const up = await at.unsigned('lab up azure')
    expect(up, words(up)).toMatchObject({code: 0})
    const [, file = ''] = /\. (\S+env\.sh)/.exec(up.stdout) ?? []
    const env = Object.fromEntries(
      [...(await readFile(file, 'utf8')).matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    )
    const check = await at.unsigned('azure check', {env})
    expect(check, words(check)).toMatchObject({code: 0})
    expect((await at.unsigned('lab status')).stdout).toContain('azure lab, up since')
  } finally {
    const down = await at.unsigned('lab down')
    expect(down, words(down)).toMatchObject({code: 0})
  }
  expect((await at.unsigned('lab status')).stdout).toContain('no lab is up')
})
