import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {laps} from '../../src/lib/lab/lap.js'
import {keepTimeLine, readTimeLine, type Second, spellOf} from '../../src/lib/lab/time-line.js'
import {until} from '../../src/lib/lab/until.js'

const second = (at: number, failed: number, longestMs: number, more: Partial<Second> = {}): Second => ({
  at,
  done: 10,
  failed,
  longestMs,
  ...more,
})

test('a spell counts from the second after its start, and on until what began in it has ended', () => {
  const line = [
    second(1000, 1, 900),
    second(2000, 2, 900),
    second(3000, 4, 1900),
    // Over at 3500; somebody who began before that still waits.
    second(4000, 8, 2900),
    second(5000, 16, 3900),
    second(6000, 32, 200),
  ]
  expect(spellOf(line, 1500, 3500)).toEqual({done: 40, failed: 30, longestMs: 3900})
  expect(spellOf(line, 1500, 6000)).toMatchObject({failed: 62})
  expect(spellOf([], 0, 1)).toEqual({done: 0, failed: 0, longestMs: 0})
})

test('lost writes are known once everything was read back after the end', () => {
  const line = [
    second(1000, 0, 1, {readBack: {began: 900, lost: 7}}),
    second(3000, 0, 1, {readBack: {began: 2900, lost: 2}}),
    second(5000, 0, 1),
  ]
  expect(spellOf(line, 2000, 4000).lost).toBeUndefined()
  const later = [...line, second(6000, 0, 1, {readBack: {began: 5100, lost: 3}})]
  expect(spellOf([...later, second(8000, 0, 1, {readBack: {began: 7000, lost: 9}})], 2000, 4000).lost).toBe(5)
})

test('laps tell what came since they were asked, and who waits', async () => {
  const lap = laps()
  const ended = lap.begin()
  await new Promise((resolve) => setTimeout(resolve, 60))
  lap.done()
  lap.failed()
  const first = lap.take()
  expect(first).toMatchObject({done: 1, failed: 1})
  expect(first.longestMs).toBeGreaterThanOrEqual(50)
  expect(lap.take().longestMs).toBeGreaterThanOrEqual(first.longestMs)
  ended()
  lap.take()
  expect(lap.take()).toEqual({done: 0, failed: 0, longestMs: 0})
})

test('it is kept in a file that does not grow without end, and read back without a torn line', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tl-'))
  const file = join(dir, 'load.line')
  try {
    expect(await readTimeLine(file)).toEqual([])
    const old = `${JSON.stringify(second(1, 0, 0))}\n`
    await writeFile(file, old.repeat(Math.ceil((1 << 20) / old.length) + 1))
    const before = (await readTimeLine(file)).length
    const line = keepTimeLine(file, () => ({done: 1, failed: 2, longestMs: 3}))
    await until(async () => (await readTimeLine(file)).length > before, 5000, 100)
    line.stop()
    const all = await readTimeLine(file)
    expect(all.at(-1)).toMatchObject({done: 1, failed: 2, longestMs: 3})
    expect(all.at(-1)?.at).toBeGreaterThan(Date.now() - 5000)
    await writeFile(`${file}.old`, '')
    expect(await readTimeLine(file)).toHaveLength(2)
    await writeFile(file, '{"at":1')
    expect(await readTimeLine(file)).toEqual([])
  } finally {
    await rm(dir, {recursive: true, force: true})
  }
})
