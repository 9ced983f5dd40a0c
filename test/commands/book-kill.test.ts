import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from 'vitest'
import {masks} from '../runbooks/haproxy/states.js'
import {bookDesk, OTHER_OUT, TAKE_OUT} from './book-desk.js'
import {words} from './home.js'

const PRELOAD = fileURLToPath(new URL('kill-at.mjs', import.meta.url))
const DRAINED = {lb1: 8, lb2: 8}

const at = bookDesk()

const killedAt = (point: string, count?: string) => ({
  env: {NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: point, ...(count !== undefined && {KILL_COUNT: count})},
})

/** Writes of the journals of the document and of its two commands together, in an undisturbed run. */
const WRITES = 22

test('an undisturbed run writes as often as the kills below take for granted', async () => {
  const file = await at.document([TAKE_OUT, OTHER_OUT])
  const points = join(at.home(), 'points')
  const ended = await at.redeye(['book', 'run', file, '--yes'], killedAt('never', points))
  expect(ended.code, words(ended)).toBe(0)
  const passed = (await readFile(points, 'utf8')).split('\n')
  expect(passed.filter((point) => point.startsWith('append:'))).toHaveLength(WRITES)
})

describe('killed while a journal is written, then resumed', () => {
  // Up to the end of the first command and the beginning of the second, which is like it; and behind the last line.
  const all = [...Array.from({length: 12}, (_, n) => n + 1), WRITES]
  test.each(all.map((n) => `synced:${n}`))('%s', async (point) => {
    const file = await at.document([TAKE_OUT, OTHER_OUT])
    const {signal} = await at.redeye(['book', 'run', file, '--yes'], killedAt(point))
    expect(signal).toBe('SIGKILL')
    const {0: run} = await at.byStep()
    const resumed = await at.redeye(`runs resume ${run} --yes`)
    // Killed behind its last line: there is nothing to resume.
    expect(resumed.code, words(resumed)).toBe(0)
    expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
    expect(await masks(at.lab(), 'weighted/s1')).toEqual(DRAINED)
    // Each command has one run: none was begun a second time.
    expect(await at.runs()).toHaveLength(3)

    const undone = await at.redeye(`runs undo ${run} --yes`)
    expect(undone.code, words(undone)).toBe(0)
    await at.unchanged()
  })
})

describe('killed, then undone without a resume', () => {
  test.each(['append:3', 'synced:6', 'synced:13'])('%s', async (point) => {
    const file = await at.document([TAKE_OUT, OTHER_OUT])
    const {signal} = await at.redeye(['book', 'run', file, '--yes'], killedAt(point))
    expect(signal).toBe('SIGKILL')
    const {0: run} = await at.byStep()
    const undone = await at.redeye(`runs undo ${run} --yes`)
    expect(undone.code, words(undone)).toBe(0)
    await at.unchanged()
  })
})

test('an undo that is killed in the middle of the undo of a command goes on', async () => {
  const file = await at.document([TAKE_OUT, OTHER_OUT])
  const done = await at.redeye(['book', 'run', file, '--yes'])
  expect(done.code, words(done)).toBe(0)
  const {0: run} = await at.byStep()
  const killed = await at.redeye(`runs undo ${run} --yes`, killedAt('synced:5'))
  expect(killed.signal).toBe('SIGKILL')
  const list = JSON.parse((await at.redeye('runs list --unfinished --json')).stdout)
  const [undo] = list.filter(({parent}: {parent: string}) => parent === '')
  expect(undo).toMatchObject({state: 'killed', runbook: 'runs.undo'})
  const resumed = await at.redeye(`runs resume ${undo.run} --yes`)
  expect(resumed.code, words(resumed)).toBe(0)
  await at.unchanged()
})

test('a document that was changed since: the run goes on with the text it began with, and says so', async () => {
  const file = await at.document([TAKE_OUT, OTHER_OUT])
  const {signal} = await at.redeye(['book', 'run', file, '--yes'], killedAt('synced:4'))
  expect(signal).toBe('SIGKILL')
  await writeFile(file, '```redeye\nhaproxy maint app/s1 --now\n```\n')
  const {0: run} = await at.byStep()
  const resumed = await at.redeye(`runs resume ${run} --yes`)
  expect(resumed.code, words(resumed)).toBe(0)
  expect(words(resumed)).toContain('has changed since: this run goes on with the text it began with')
  expect(await masks(at.lab(), 'app/s1')).toEqual({lb1: 0, lb2: 0})
  expect(await masks(at.lab(), 'weighted/s1')).toEqual(DRAINED)
})
