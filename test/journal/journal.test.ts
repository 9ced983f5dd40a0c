import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Plan} from '../../src/lib/engine/plan.js'
import {JournalDamaged} from '../../src/lib/journal/line.js'
import {runStore} from '../../src/lib/journal/store.js'

const PLAN: Plan = {
  format: 1,
  runbook: 'test.it',
  input: {},
  facts: {},
  fingerprint: 'f',
  steps: ['a'],
  overrides: [],
  onFailure: 'undo',
  madeAt: '2026-01-01T00:00:00.000Z',
}
const RUN = '20260101-000000-abcd'
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redeye-journal-'))
})
afterEach(() => rm(dir, {recursive: true}))

async function written(notes: number) {
  const store = runStore(dir, () => 0)
  const journal = await store.create(RUN, PLAN)
  await Promise.all(
    Array.from({length: notes}, (_, at) => journal.append({kind: 'note', says: `note ${at}`})),
  )
  await journal.close()
  return {store, file: join(dir, RUN, 'journal.jsonl')}
}

test('lines come back in order, chained from the plan', async () => {
  const {store} = await written(100)
  const {plan, lines} = await store.read(RUN)
  expect(plan).toEqual(PLAN)
  expect(lines.map((line) => line.n)).toEqual(Array.from({length: 100}, (_, at) => at + 1))
  expect(new Set(lines.map((line) => line.prev)).size).toBe(100)
})

test('directories are 0700 and files 0600', async () => {
  const {file} = await written(1)
  expect((await stat(join(dir, RUN))).mode & 0o777).toBe(0o700)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(join(dir, RUN, 'plan.json'))).mode & 0o777).toBe(0o600)
})

test('a torn last line is dropped, wherever it was cut, and the journal goes on after it', async () => {
  const {store, file} = await written(3)
  const whole = await readFile(file)
  const second = whole.indexOf(10, whole.indexOf(10) + 1) + 1
  for (let cut = second; cut < whole.length; cut += 7) {
    await writeFile(file, whole.subarray(0, cut))
    expect((await store.read(RUN)).lines).toHaveLength(2)
    const journal = await store.reopen(RUN)
    await journal.append({kind: 'note', says: 'after the kill'})
    await journal.close()
    const {lines} = await store.read(RUN)
    expect(lines.map((line) => line.n)).toEqual([1, 2, 3])
    expect(lines.at(-1)).toMatchObject({says: 'after the kill'})
  }
})

test('any other damage is reported with its line number', async () => {
  const {store, file} = await written(5)
  const rows = (await readFile(file, 'utf8')).split('\n')
  const damaged = async (change: (rows: string[]) => string[]) => {
    await writeFile(file, change([...rows]).join('\n'))
    return await store
      .read(RUN)
      .catch((error: unknown) => (error instanceof JournalDamaged ? error.line : error))
  }
  expect(await damaged((r) => r.with(1, (r[1] ?? '').replace('note 1', 'note 9')))).toBe(3)
  expect(await damaged((r) => r.toSpliced(2, 1))).toBe(3)
  expect(await damaged((r) => r.with(3, 'not json'))).toBe(4)
  expect(await damaged((r) => r.toSpliced(1, 0, r[0] ?? ''))).toBe(2)
})

test('a changed plan breaks the chain at line 1', async () => {
  const {store} = await written(2)
  await writeFile(join(dir, RUN, 'plan.json'), JSON.stringify({...PLAN, reason: 'another'}))
  await expect(store.read(RUN)).rejects.toMatchObject({line: 1})
})

test('a run is found by any part of its id that only it has', async () => {
  const {store} = await written(1)
  await (await store.create('20260101-000000-efgh', PLAN)).close()
  expect(await store.find('abcd')).toBe(RUN)
  await expect(store.find('2026')).rejects.toThrow('2 runs have 2026')
  await expect(store.find('')).rejects.toThrow('no run')
  await expect(store.find('zz')).rejects.toThrow('no run zz')
})

test('a journal that cannot be written rejects, and stays broken', async () => {
  const store = runStore(dir, () => 0)
  const journal = await store.create(RUN, PLAN)
  await journal.close()
  await expect(journal.append({kind: 'note', says: 'x'})).rejects.toThrow('cannot be written')
  await expect(journal.append({kind: 'note', says: 'y'})).rejects.toThrow('cannot be written')
})
