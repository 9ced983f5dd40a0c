import {createHash} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from 'vitest'
import {z} from 'zod'
import {undoRunbook} from '../../../src/lib/engine/undo-run.js'
import {type PushInput, push} from '../../../src/lib/runbooks/receivers/push.js'
import {runsOf} from '../drive.js'
import {fanOutOf} from './inputs.js'
import {type Asked, operate, resume} from './operate.js'
import {room} from './room.js'

const HOSTS = 30
const {fleet, place, ids, restarts, seen} = room(HOSTS)
const PATH = '/etc/receiver.conf'
const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const OLD = {sha256: digest('old\n'), mode: '640', owner: 'root:adm'}

beforeEach(async () => {
  await fleet().control.put([], {[PATH]: OLD})
  await writeFile(join(place().stateDir, 'receiver.conf'), 'new\n')
})

const asked = (more: Partial<PushInput> = {}): PushInput => ({
  ...fanOutOf('world', HOSTS),
  source: join(place().stateDir, 'receiver.conf'),
  bytes: 4,
  file: {path: PATH, kept: '/etc/.receiver.conf.redeye-1', sha256: digest('new\n'), mode: '', owner: ''},
  unit: null,
  stableMs: 0,
  verify: '',
  ...more,
})
const run = (more: Partial<PushInput> = {}, how: Asked = {}) => operate(place(), push, asked(more), how)
/** Hosts by what they have. */
async function contents(): Promise<{[what: string]: number}> {
  const counts: {[what: string]: number} = {}
  for (const {files} of await fleet().control.hosts()) {
    const is = {[OLD.sha256]: 'old', [digest('new\n')]: 'new'}[files[PATH]?.sha256 ?? ''] ?? 'other'
    counts[is] = (counts[is] ?? 0) + 1
  }
  return counts
}
async function undo(run: string, how: Asked = {}) {
  const {plan, lines} = await runsOf(place()).read(run)
  const past = {run, runbook: push, plan, entries: lines}
  return await operate(place(), undoRunbook(past, z.strictObject({run: z.string()})), {run}, how)
}

describe('a file', () => {
  test('is put in place on every host over one connection each, and put back again', async () => {
    const {outcome, run: id} = await run()
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
    expect(await contents()).toEqual({new: HOSTS})
    expect(await seen(ids(4)[0] ?? '')).toMatchObject({signIns: 1, pushes: 1, files: {[PATH]: {mode: '640'}}})
    const again = await run()
    expect(again.outcome).toMatchObject({verdict: 'nothing', totals: {already: HOSTS}})

    const undone = await undo(id)
    expect(undone.outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
    for (const {files} of await fleet().control.hosts()) expect(files).toEqual({[PATH]: OLD})
  })

  test('a dry run contacts nobody', async () => {
    const {outcome} = await run({}, {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect(await fleet().control.counters()).toMatchObject({connections: 0})
  })

  test('that hosts have already is left alone, and undo leaves it there', async () => {
    const now = {sha256: digest('new\n'), mode: '640', owner: 'root:adm'}
    await fleet().control.put(ids(10, 20), {[PATH]: now})
    const {outcome, run: id} = await run()
    expect(outcome.totals).toMatchObject({changed: 20, already: 10})
    await undo(id)
    expect(await contents()).toEqual({old: 20, new: 10})
  })

  test('another mode is a difference', async () => {
    const {file} = asked()
    await run({file: {...file, mode: '600', owner: 'root:root'}})
    const {files} = await seen(ids(3)[0] ?? '')
    expect(files[PATH]).toMatchObject({mode: '600', owner: 'root:root'})
  })

  test('that was changed by somebody since is not put back; the others are', async () => {
    const {run: id} = await run()
    const theirs = {sha256: digest('theirs'), mode: '640', owner: 'root:adm'}
    await fleet().control.put(ids(7), {[PATH]: theirs})
    const {outcome} = await undo(id)
    expect(outcome).toMatchObject({verdict: 'tolerated', totals: {changed: HOSTS - 1, failed: 1}})
    expect(outcome.steps.find(({state}) => state === 'failed')?.saw).toContain(
      'somebody has changed it since',
    )
    expect(await contents()).toEqual({old: HOSTS - 1, other: 1})
  })

  test('that is another one by the time it is applied refuses the run', async () => {
    await writeFile(join(place().stateDir, 'receiver.conf'), 'newer\n')
    const {outcome} = await run()
    expect(outcome).toMatchObject({
      verdict: 'drifted',
      says: expect.stringContaining('its SHA-256 is another one'),
    })
    expect(await fleet().control.counters()).toMatchObject({connections: 0})
  })
})

describe('a host', () => {
  test.each([
    [{push: 'no-space'}, 'failed', 'push', 'No space left'],
    [{unit: 'no-sudo'}, 'failed', 'no-sudo', 'a password is required'],
    [{push: 'lies'}, 'timed-out', undefined, 'another one is there'],
  ] as const)('%o', async (how, state, kind, saw) => {
    await fleet().control.behave(ids(5), how)
    const {selection} = asked()
    const {outcome} = await run({selection: {...selection, ids: ids(5)}, hosts: 1, timeoutMs: 1500})
    expect(outcome.steps[0]).toMatchObject({state, saw: expect.stringContaining(saw)})
    expect(outcome.steps[0]?.class).toBe(kind)
    expect(await contents()).toEqual({old: HOSTS})
  })

  test('without the directory fails before anything is sent', async () => {
    const {file} = asked()
    const elsewhere = {...file, path: '/opt/no/such.conf', kept: '/opt/no/.such.conf.redeye-1'}
    const {outcome} = await run({file: elsewhere})
    expect(outcome.steps.filter(({class: kind}) => kind === 'no-directory')).toHaveLength(1)
    expect((await fleet().control.hosts()).every(({pushes}) => pushes === 0)).toBe(true)
  })

  test('whose connection is cut after it was put in place is looked at, and not given it again', async () => {
    await fleet().control.behave(ids(5), {push: 'drop-after'})
    const {outcome} = await run()
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
    expect(await seen(ids(5)[0] ?? '')).toMatchObject({pushes: 1})
  })
})

describe('with --restart', () => {
  test('what was changed is restarted, and restarted again by the undo', async () => {
    const now = {sha256: digest('new\n'), mode: '640', owner: 'root:adm'}
    await fleet().control.put(ids(10, 20), {[PATH]: now})
    const {outcome, run: id} = await run({unit: 'receiver.service'})
    expect(outcome.totals).toMatchObject({changed: 20, already: 10})
    expect(await restarts()).toEqual({0: 10, 1: 20})
    await undo(id)
    expect(await contents()).toEqual({old: 20, new: 10})
    expect(await restarts()).toEqual({0: 10, 2: 20})
  })

  test('a unit that does not bear the new file: the canary is put back, nobody else is touched', async () => {
    await fleet().control.behave(ids(0), {unit: 'fails'})
    const {outcome} = await run({unit: 'receiver.service'}, {onFailure: 'stop'})
    expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1, 'not-started': HOSTS - 1}})
    expect(await contents()).toEqual({old: HOSTS - 1, new: 1})
    await fleet().control.behave(ids(0), {})
    const [id = ''] = await runsOf(place()).ids()
    expect((await undo(id)).outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
    expect(await contents()).toEqual({old: HOSTS})
  })

  test('--on-failure undo takes a whole wave back, side by side', async () => {
    await fleet().control.behave(ids(20, 25), {unit: 'fails'})
    const waves = [{hosts: 1}, 'rest' as const]
    const {outcome} = await run({unit: 'receiver.service', waves, width: 30}, {onFailure: 'undo'})
    expect(outcome.totals.undone).toBeGreaterThan(15)
    expect((await contents()).new ?? 0).toBeLessThanOrEqual(5)
    expect((await fleet().control.counters()).mostOpen).toBeGreaterThan(10)
  })
})

test('interrupted and resumed, every host is given it once', async () => {
  const stop = new AbortController()
  await fleet().control.behave([], {pushMs: 100})
  const {outcome, run: id} = await run(
    {width: 4},
    {
      stopping: stop.signal,
      emit: (event) => event.type === 'start' && event.step === ids(6)[0] && stop.abort(),
    },
  )
  expect(outcome.verdict).toBe('interrupted')
  const resumed = await resume(place(), push, id)
  expect(resumed.outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
  expect(new Set((await fleet().control.hosts()).map(({pushes}) => pushes))).toEqual(new Set([1]))
})
