import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import type {Plan} from '../../src/lib/engine/plan.js'
import {masks, raw} from '../runbooks/haproxy/states.js'
import {desk} from './desk.js'

const at = desk()

const DRAIN = 'haproxy drain app/s3 --poll 50ms'
const DRAINED = {lb1: 8, lb2: 8}

/** Saves a plan; gives its file and the code that approves it. */
async function saved(command = DRAIN): Promise<{file: string; code: string}> {
  const file = join(at.home(), 's3.plan')
  const {code, stdout, stderr} = await at.redeye(`${command} --out ${file}`)
  expect(code, stderr).toBe(0)
  const [, letters = ''] = new RegExp(`redeye apply ${file} --confirm ([a-z]{4})\n`).exec(stdout) ?? []
  expect(letters, stdout).not.toBe('')
  return {file, code: letters}
}

async function change(file: string, edit: (plan: Plan) => unknown): Promise<void> {
  const plan = JSON.parse(await readFile(file, 'utf8')) as Plan
  edit(plan)
  await writeFile(file, JSON.stringify(plan))
}

describe('a saved plan', () => {
  test('changes nothing, and is applied exactly with its code', async () => {
    const {file, code} = await saved()
    await at.unchanged()
    expect(await at.runs()).toEqual([])
    expect((await stat(file)).mode & 0o777).toBe(0o600)

    const applied = await at.redeye(`apply ${file} --confirm ${code}`)
    expect(applied, applied.stderr).toMatchObject({code: 0})
    expect(await masks(at.lab(), 'app/s3')).toEqual(DRAINED)
    const [run = ''] = await at.runs()
    const kept = await readFile(join(at.stateDir(), 'runs', run, 'plan.json'), 'utf8')
    expect(JSON.parse(kept)).toEqual(JSON.parse(await readFile(file, 'utf8')))

    const again = await at.redeye(`apply ${file} --confirm ${code}`)
    expect(again.code).toBe(12)
    expect(again.stdout).toContain('lb1.app/s3.admin: "ready" -> "drain"')
    expect((await at.redeye(`runs undo ${run} --yes`)).code).toBe(0)
    await at.unchanged()
  })

  test.each([
    ['a wrong code', '--confirm zzzz'],
    ['no code and no terminal', ''],
  ])('is not applied with %s', async (_, flags) => {
    const {file} = await saved()
    expect((await at.redeye(`apply ${file} ${flags}`)).code).toBe(4)
    await at.unchanged()
    expect(await at.runs()).toEqual([])
  })

  test.each([
    ['a weight has changed', 'set weight app/s1 0%', 'lb2.app/s1.weight: 1 -> 0'],
    ['another server was drained', 'set server app/s1 state drain', 'lb2.app/s1.admin: "ready" -> "drain"'],
  ])('is refused when %s since', async (_, line, difference) => {
    const {file, code} = await saved()
    await raw(at.lab(), line, 'lb2')
    const {code: exit, stdout} = await at.redeye(`apply ${file} --confirm ${code}`)
    expect(exit, stdout).toBe(12)
    expect(stdout).toContain('PLAN NO LONGER FITS')
    expect(stdout).toContain(`- ${difference}\n`)
    expect(await masks(at.lab(), 'app/s3')).toEqual({lb1: 0, lb2: 0})
    expect(await at.runs()).toEqual([])
  })
})

describe('a plan that was changed by hand', () => {
  test.each<[string, (plan: Plan) => unknown, number]>([
    ['its input', (plan) => Object.assign(plan.input as object, {timeoutMs: 7}), 4],
    ['its target', (plan) => Object.assign(plan.input as object, {server: 'app/s1'}), 12],
    ['its overrides', (plan) => plan.overrides.push('capacity'), 4],
    ['its steps', (plan) => plan.steps.splice(0, 1), 12],
    ['a step of another version', (plan) => plan.steps.splice(0, 1, 'lb1.app/s3.pull'), 12],
    ['its facts', (plan) => Object.assign(plan, {facts: {instances: []}}), 12],
    ['its runbook', (plan) => Object.assign(plan, {runbook: 'haproxy.explode'}), 2],
    ['its format', (plan) => Object.assign(plan, {format: 2}), 2],
    ['an input that no flag makes', (plan) => Object.assign(plan.input as object, {server: 'app;x/s3'}), 2],
  ])('%s: is refused', async (_, edit, exit) => {
    const {file, code} = await saved()
    await change(file, edit)
    const {code: ended, stdout, stderr} = await at.redeye(`apply ${file} --confirm ${code}`)
    expect(ended, stdout + stderr).toBe(exit)
    await at.unchanged()
    expect(await at.runs()).toEqual([])
  })

  test.each([
    ['no plan', '{"hello": 1}'],
    ['no JSON', 'drain it'],
  ])('%s', async (_, text) => {
    const file = join(at.home(), 'x.plan')
    await writeFile(file, text)
    const {code, stdout} = await at.redeye(`apply ${file}`)
    expect(code).toBe(2)
    expect(stdout.replace(/\s+/g, ' ')).toContain(`${file} is not a plan`)
    expect((await at.redeye(`apply ${file}.gone`)).code).toBe(2)
  })
})

describe('--dry-run', () => {
  test('shows the plan on stdout between two banners', async () => {
    const {code, stdout, stderr} = await at.redeye(`${DRAIN} --dry-run`)
    expect(code).toBe(0)
    expect(stdout.match(/^=+ DRY RUN: nothing was changed =+$/gm)).toHaveLength(2)
    expect(stdout).toContain('  2 lb2: set server app/s3 state drain\n')
    expect(stdout).toContain('3 of 3 steps would run; nothing was changed')
    expect(stderr).not.toContain('set server')
    expect(await at.runs()).toEqual([])
    await at.unchanged()
  })

  test('of what is so already', async () => {
    await raw(at.lab(), 'set server app/s3 state maint')
    const {code, stdout} = await at.redeye(`${DRAIN} --dry-run`)
    expect(code).toBe(0)
    expect(stdout).toContain('nothing to do')
  })

  test('of what a guard refuses', async () => {
    const {code, stdout} = await at.redeye('haproxy drain one/s1 --dry-run')
    expect(code).toBe(3)
    expect(stdout).toContain('last-server')
    await at.unchanged()
  })
})

describe('--hold-before', () => {
  test('stops there, resumable', async () => {
    const held = await at.redeye(`${DRAIN} --yes --hold-before lb2.app/s3.drain`)
    expect(held.code).toBe(8)
    expect(held.stdout).toContain('held before lb2.app/s3.drain')
    expect(await masks(at.lab(), 'app/s3')).toEqual({lb1: 8, lb2: 0})
    const [run = ''] = await at.runs()
    expect(held.stdout).toContain(`\n  redeye runs resume ${run}\n`)
    const resumed = await at.redeye(`runs resume ${run} --yes`)
    expect(resumed, resumed.stderr).toMatchObject({code: 0})
    expect(await masks(at.lab(), 'app/s3')).toEqual(DRAINED)
  })

  test('a step that the plan does not have holds nothing, so it is refused', async () => {
    const {code} = await at.redeye(`${DRAIN} --yes --hold-before lb2.app/s3.drian`)
    expect(code).toBe(2)
    await at.unchanged()
  })
})
