import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from 'vitest'
import {masks} from '../runbooks/haproxy/states.js'
import {desk} from './desk.js'
import type {How} from './redeye.js'

const PRELOAD = fileURLToPath(new URL('kill-at.mjs', import.meta.url))

const DRAIN = 'haproxy drain app/s2 --yes --poll 50ms'
/** What the journal of an undisturbed drain says, line by line. */
const DRAIN_LINES = ['began', 'applying', 'settled', 'applying', 'settled', 'settled', 'ended']

const MAINT = `${DRAIN} --then maint`
const MAINT_LINES = [...DRAIN_LINES.slice(0, -1), 'applying', 'settled', 'applying', 'settled', 'ended']

const DRAINED = {lb1: 8, lb2: 8}
const READY = {lb1: 0, lb2: 0}

const at = desk()

function killedAt(point: string): How {
  return {env: {NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: point}}
}

/** Right before each line is written, and right after it is on disk. */
function points(lines: readonly string[]): string[] {
  return lines.flatMap((_, index) => [`append:${index + 1}`, `synced:${index + 1}`])
}

async function kill(command: string, point: string): Promise<string> {
  const {signal, stdout} = await at.redeye(command, killedAt(point))
  expect({signal, stdout}).toEqual({signal: 'SIGKILL', stdout: ''})
  const [run = '', ...others] = await at.runs()
  expect(others).toEqual([])
  return run
}

async function journal(run: string): Promise<string[]> {
  const text = await readFile(join(at.stateDir(), 'runs', run, 'journal.jsonl'), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).kind as string]))
}

/** Wherever it was killed, the run is there by name, and says so. */
async function isListedAsKilled(run: string): Promise<void> {
  const list = JSON.parse((await at.redeye('runs list --unfinished --json')).stdout)
  expect(list).toMatchObject([{run, state: 'killed', subject: 'app/s2', runbook: 'haproxy.drain'}])
  const {code, stdout} = await at.redeye(`runs show ${run}`)
  expect(code).toBe(0)
  expect(stdout).toContain('KILLED: no end in its journal')
  expect(stdout).toContain(`\n  redeye runs resume ${run}\n  redeye runs undo ${run}\n`)
}

test.each([
  {what: 'drain', command: DRAIN, lines: DRAIN_LINES},
  {what: 'drain into maintenance', command: MAINT, lines: MAINT_LINES},
])('an undisturbed $what passes exactly the points below', async ({command, lines}) => {
  const passed = join(at.home(), 'points')
  const {code} = await at.redeye(command, {env: {...killedAt('never').env, KILL_COUNT: passed}})
  expect(code).toBe(0)
  expect((await readFile(passed, 'utf8')).trim().split('\n')).toEqual([
    'mkdir',
    'plan',
    'rename',
    'open',
    ...points(lines),
  ])
  const [run = ''] = await at.runs()
  expect(await journal(run)).toEqual(lines)
})

describe('killed before there is a run', () => {
  test.each(['mkdir', 'plan', 'rename'])(
    '%s: nothing was changed and nothing is in the way',
    async (point) => {
      const {signal} = await at.redeye(DRAIN, killedAt(point))
      expect(signal).toBe('SIGKILL')
      await at.unchanged()
      const list = await at.redeye('runs list --json')
      expect({code: list.code, runs: JSON.parse(list.stdout)}).toEqual({code: 0, runs: []})
      const [run] = await at.runs()
      expect((await at.redeye('runs list')).stdout).toBe(
        run
          ? `! run ${run} was killed before it had a plan; nothing was changed\nno run yet\n`
          : 'no run yet\n',
      )
      expect((await at.redeye(DRAIN)).code).toBe(0)
      expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
    },
  )
})

// Before the last line is on disk the run has no end.
const unfinished = ['open', ...points(DRAIN_LINES).slice(0, -1)]

describe('killed during a drain', () => {
  test.each(unfinished)('%s: it is resumed, and then undone', async (point) => {
    const run = await kill(DRAIN, point)
    await isListedAsKilled(run)
    const resumed = await at.redeye(`runs resume ${run} --yes`)
    expect(resumed, resumed.stderr).toMatchObject({code: 0, signal: null})
    expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
    expect((await journal(run)).at(-1)).toBe('ended')
    const undone = await at.redeye(`runs undo ${run} --yes`)
    expect(undone, undone.stderr).toMatchObject({code: 0})
    await at.unchanged()
  })

  test.each(unfinished)('%s: it is undone', async (point) => {
    const run = await kill(DRAIN, point)
    const {code, stderr} = await at.redeye(`runs undo ${run} --yes`)
    expect(code, stderr).toBe(0)
    await at.unchanged()
    expect(await masks(at.lab(), 'app/s2')).toEqual(READY)
  })

  test('after its last line it has ended', async () => {
    const run = await kill(DRAIN, `synced:${DRAIN_LINES.length}`)
    const resumed = await at.redeye(`runs resume ${run} --yes`)
    expect(resumed).toMatchObject({code: 0})
    expect(resumed.stdout).toMatch(/there\s+is\s+nothing\s+to\s+resume/)
    expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
    expect((await at.redeye(`runs undo ${run} --yes`)).code).toBe(0)
    await at.unchanged()
  })
})

describe('killed during a drain into maintenance', () => {
  test.each(['open', ...points(MAINT_LINES)])('%s: it is undone', async (point) => {
    const run = await kill(MAINT, point)
    const {code, stderr} = await at.redeye(`runs undo ${run} --yes`)
    expect(code, stderr).toBe(0)
    await at.unchanged()
  })
})

describe('killed while it is undone', () => {
  const UNDO_LINES = ['began', 'applying', 'settled', 'applying', 'settled', 'ended']

  test.each(['open', ...points(UNDO_LINES).slice(0, -1)])('%s: the undo is resumed', async (point) => {
    expect((await at.redeye(DRAIN)).code).toBe(0)
    const [run = ''] = await at.runs()
    const {signal} = await at.redeye(`runs undo ${run} --yes`, killedAt(point))
    expect(signal).toBe('SIGKILL')
    const undo = (await at.runs()).find((one) => one !== run) ?? ''
    const shown = await at.redeye(`runs show ${undo}`)
    expect(shown.stdout).toContain(`Next:\n  redeye runs resume ${undo}\n`)
    expect(shown.stdout).not.toContain(`redeye runs undo ${undo}`)
    const {code, stderr} = await at.redeye(`runs resume ${undo} --yes`)
    expect(code, stderr).toBe(0)
    expect(await journal(undo)).toEqual(expect.arrayContaining(['resumed', 'ended']))
    await at.unchanged()
    expect(await masks(at.lab(), 'app/s2')).toEqual(READY)
  })
})
