import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {desk} from './desk.js'

const {begin, redeye, runs, stateDir, unchanged} = desk()

const DRAIN = 'haproxy drain app/s2 --settle 60 --poll 200ms --timeout 60s --yes --progress lines'

async function underway() {
  const draining = begin(DRAIN)
  await draining.says('step 3/3 start')
  const [run = ''] = await runs()
  return {draining, run}
}

test('a run is paused, told to go on and stopped from another terminal; the journal says by whom', async () => {
  const {draining, run} = await underway()
  const paused = await redeye(`runs pause ${run.slice(-4)}`)
  expect(paused).toMatchObject({code: 0})
  expect(paused.stdout).toBe(`run ${run}: paused: what is in flight ends, nothing new begins\n`)
  await draining.says('paused: what is in flight ends, nothing new begins (asked by ana@')

  const on = await redeye(`runs continue ${run} --json`)
  expect(JSON.parse(on.stdout)).toMatchObject({run, ok: true, paused: false})
  expect((await redeye(`runs width 3 ${run}`)).stdout).toContain('at most 3 in flight')

  expect((await redeye(`runs stop ${run}`)).code).toBe(0)
  const ended = await draining.ended
  expect(ended.code).toBe(8)
  expect(ended.stdout).toContain(`redeye runs resume ${run}`)
  const journal = await readFile(join(stateDir(), 'runs', run, 'journal.jsonl'), 'utf8')
  expect(journal).toMatch(/"kind":"note".*"says":"paused: .*asked by ana@/)
  expect(journal).toMatch(/"says":"told to stop: .*asked by ana@/)
  expect((await redeye(`runs undo ${run} --yes`)).code).toBe(0)
  await unchanged()
})

test('a run that has ended cannot be steered, and an unknown one is said to be unknown', async () => {
  const done = await redeye('haproxy drain app/s2 --settle 1 --poll 200ms --yes')
  expect(done.code).toBe(0)
  const [run = ''] = await runs()
  const late = await redeye(`runs pause ${run}`)
  expect(late.code).toBe(2)
  expect(late.stdout).toContain(`run ${run} cannot be steered: the run is not under way here`)
  expect((await redeye('runs stop zzzz')).stdout).toContain('there is no run zzzz')
  expect((await redeye(`runs width 0 ${run}`)).code).toBe(2)
})
