import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeEach, describe, expect, test} from 'vitest'
import type {SsmInput} from '../../../src/lib/runbooks/aws/ssm-input.js'
import {ssmRun} from '../../../src/lib/runbooks/aws/ssm-run.js'
import {runningAws, times} from '../../lab/running-aws.js'
import {runsOf} from '../drive.js'
import {type Asked, operate, resume, undo} from './operate.js'
import {stateDirectory} from './state-directory.js'

const lab = runningAws()
const stateDir = stateDirectory()
const node = (at: number) => `mi-${String(at).padStart(17, '0')}`
const some = (count: number) => Array.from({length: count}, (_, at) => node(at))

function known(ids: readonly string[], more: object = {}): void {
  for (const id of ids)
    lab()
      .overlays()
      .nodes.set({
        InstanceId: id,
        PingStatus: 'Online',
        PlatformType: 'Linux',
        AgentVersion: '3.2.2303.0',
        ComputerName: `rx-${Number(id.slice(3))}`,
        IPAddress: '10.0.0.1',
        ...more,
      })
}
beforeEach(() => known(some(4)))

const asked = (command: string, more: Partial<SsmInput> = {}): SsmInput => ({
  account: 'environment',
  choice: {ids: some(4)},
  document: 'AWS-RunShellScript',
  version: '',
  parameters: {commands: command.split('\n'), executionTimeout: ['600']},
  undo: null,
  says: 'it',
  token: 'abcdef12',
  maxConcurrency: '50',
  maxErrors: '1',
  canary: 0,
  deliverySec: 30,
  executionSec: 600,
  expectOnlinePercent: 90,
  ...more,
})
const run = (input: SsmInput, how: Asked = {}) => operate(stateDir(), ssmRun, input, how)
const sent = () => lab().overlays().commands.sent()

describe('a script', () => {
  test('runs on each node once, and what it said is kept', async () => {
    const {outcome} = await run(asked('echo "hello $((1 + 1))"'))
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 4}})
    expect(outcome.steps.map(({saw}) => saw)).toEqual(['hello 2', 'hello 2', 'hello 2', 'hello 2'])
    expect(sent()).toMatchObject([{nodes: some(4), maxConcurrency: '50', maxErrors: '1'}])
    expect(sent()[0]?.comment).toMatch(/^redeye abcdef12 \w+-1$/)
  })

  test('a dry run sends nothing', async () => {
    const {outcome} = await run(asked('true'), {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect(sent()).toEqual([])
  })

  test('that fails on one node: its exit and its words, within the limit', async () => {
    lab()
      .overlays()
      .commands.ways(node(2), {env: {ILL: 'yes'}})
    const {outcome} = await run(asked('if [ -n "$ILL" ]; then echo "disk is full" >&2; exit 3; fi'))
    expect(outcome).toMatchObject({verdict: 'tolerated', totals: {changed: 3, failed: 1}})
    expect(outcome.steps[2]).toMatchObject({class: 'exit', saw: expect.stringContaining('exit 3')})
    expect(outcome.steps[2]?.saw).toContain('disk is full')
  })

  test('goes to 60 nodes in two commands', async () => {
    known(some(60))
    const {outcome} = await run(asked('true', {choice: {ids: some(60)}}))
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 60}})
    expect(sent().map(({nodes}) => nodes.length)).toEqual([50, 10])
    expect(new Set(sent().map(({comment}) => comment)).size).toBe(2)
  })

  test('by tag: the plan names the nodes, and the command goes to those', async () => {
    known([node(1), node(3)], {tags: {role: 'receiver'}})
    const {outcome} = await run(asked('true', {choice: {tags: [{key: 'role', value: 'receiver'}]}}))
    expect(outcome).toMatchObject({verdict: 'done', totals: {all: 2, changed: 2}})
    expect(sent()).toMatchObject([{nodes: [node(1), node(3)]}])
  })
})

describe('errors', () => {
  test('beyond --max-errors: those not sent to are told apart from those that failed', async () => {
    const {outcome, run: run1} = await run(asked('exit 1', {maxConcurrency: '1', maxErrors: '0'}))
    expect(outcome.verdict).toBe('partial')
    const kinds = outcome.steps.map(({class: kind}) => kind)
    expect(kinds).toEqual(['exit', 'not-sent', 'not-sent', 'not-sent'])
    // Nothing has happened to them: a resumed run may send it.
    const {lines} = await runsOf({stateDir: stateDir()}).read(run1)
    expect(lines.flatMap((line) => (line.kind === 'unsent' ? [line.step] : []))).toEqual(some(4).slice(1))
  })

  test('a canary that fails: the others are not sent to', async () => {
    const {outcome} = await run(asked('exit 1', {canary: 1, maxErrors: '4'}))
    expect(outcome).toMatchObject({verdict: 'partial', totals: {failed: 1, 'not-started': 3}})
    expect(sent()).toMatchObject([{nodes: [node(0)]}])
  })

  test.each([
    ['Delivery Timed Out', 'unreachable', 'delivery-timed-out'],
    ['Execution Timed Out', 'failed', 'execution-timed-out'],
    ['Undeliverable', 'unreachable', 'undeliverable'],
    ['Access Denied', 'failed', 'access-denied'],
  ] as const)('%s', async (detail, state, kind) => {
    lab().overlays().commands.ways(node(0), {detail})
    const {outcome} = await run(asked('true', {choice: {ids: [node(0)]}}))
    expect(outcome.steps).toMatchObject([{state, class: kind, saw: detail}])
  })
})

describe('guards', () => {
  test.each([
    ['nodes', {}, {choice: {ids: [node(0), node(77)]}}, 'does not know'],
    ['offline', {PingStatus: 'ConnectionLost'}, {}, '3 of 4 nodes are online'],
    ['platform', {PlatformType: 'Windows'}, {}, 'does not run on'],
    ['agent', {AgentVersion: '2.3.9'}, {}, 'older than version 3'],
    ['script-size', {}, {parameters: {commands: ['x'.repeat(70_000)]}}, '64 KiB'],
  ] as const)('%s', async (id, ill, more, saw) => {
    known([node(3)], ill)
    const {outcome} = await run(asked('true', more as Partial<SsmInput>))
    expect(outcome.verdict).toBe('refused')
    const refused = outcome.findings.filter(({level}) => level === 'refuse')
    expect(refused).toMatchObject([{id, saw: expect.stringContaining(saw)}])
    expect(sent()).toEqual([])
  })

  test('nobody has the tag: empty is never all', async () => {
    const {outcome} = await run(asked('true', {choice: {tags: [{key: 'role', value: 'x'}]}}))
    expect(outcome.verdict).toBe('refused')
    expect(sent()).toEqual([])
  })
})

describe('an answer that is lost', () => {
  test('the command is found by its comment, and not sent again', async () => {
    lab().overlays().faults.add({service: 'ssm', action: 'SendCommand', answer: 'cut-after'})
    const {outcome} = await run(asked('echo once'))
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 4}})
    expect(sent()).toHaveLength(1)
    expect(times(lab(), 'SendCommand')).toBe(1)
    expect(times(lab(), 'ListCommands')).toBeGreaterThan(0)
  })

  test('nothing is known of a new command for a while: that is no failure', async () => {
    lab().overlays().commands.hideMs(2500)
    const {outcome} = await run(asked('true'))
    expect(outcome).toMatchObject({verdict: 'done', totals: {changed: 4}})
    expect(sent()).toHaveLength(1)
  })

  test('throttled twice: sent once', async () => {
    const {throttle} = await import('../../../src/lib/lab/aws-faults.js')
    lab()
      .overlays()
      .faults.add(throttle('ssm', 'SendCommand', 2))
    const {outcome} = await run(asked('true'))
    expect(outcome.verdict).toBe('done')
    expect(sent()).toHaveLength(1)
  })
})

describe('an undo script', () => {
  const dir = mkdtempSync(join(tmpdir(), 'redeye-ssm-'))
  afterAll(() => rmSync(dir, {recursive: true}))
  const file = (name: string) => join(dir, `${name}-$NODE`)
  const taking = (back: string, more: Partial<SsmInput> = {}) =>
    asked(`touch ${file('done')}; exit \${FAILS:-0}`, {undo: {lines: [back], says: 'back.sh'}, ...more})
  const undos = () => sent().filter(({comment}) => comment.includes(' undo '))
  beforeEach(() => {
    for (const id of some(4))
      lab()
        .overlays()
        .commands.ways(id, {env: {NODE: id}})
  })

  test('runs on the nodes that were sent to, those that failed among them, and on no others', async () => {
    lab()
      .overlays()
      .commands.ways(node(1), {env: {NODE: node(1), FAILS: '1'}})
    const back = `rm ${file('done')}`
    const {outcome, run: id} = await run(taking(back, {maxConcurrency: '1', maxErrors: '0'}))
    expect(outcome).toMatchObject({verdict: 'partial', totals: {changed: 1, failed: 1, unreachable: 2}})
    expect(readdirSync(dir)).toEqual([`done-${node(0)}`, `done-${node(1)}`])
    const undone = await undo(stateDir(), ssmRun, id)
    expect(undone.outcome.verdict).toBe('done')
    expect(readdirSync(dir)).toEqual([])
    expect(undos().map(({nodes}) => nodes)).toEqual(expect.arrayContaining([[node(0)], [node(1)]]))
    expect(undos()).toHaveLength(2)
  })

  test('whose answer is lost is found by its comment, and runs once', async () => {
    const {run: id} = await run(taking('true', {choice: {ids: [node(0)]}}))
    lab().overlays().faults.add({service: 'ssm', action: 'SendCommand', answer: 'cut-after'})
    expect((await undo(stateDir(), ssmRun, id)).outcome.verdict).toBe('done')
    expect(undos()).toMatchObject([{nodes: [node(0)], comment: `redeye abcdef12 undo ${node(0)}`}])
  })

  test('that was stopped while it ran is followed by the next undo', async () => {
    const {run: id} = await run(taking('true', {choice: {ids: [node(0)]}}))
    lab().overlays().commands.ways(node(0), {delayMs: 1500})
    const abort = new AbortController()
    const ending = undo(stateDir(), ssmRun, id, {abort: abort.signal})
    while (undos().length === 0) await sleep(50)
    abort.abort()
    expect((await ending).outcome.verdict).not.toBe('done')
    expect((await undo(stateDir(), ssmRun, id)).outcome.verdict).toBe('done')
    expect(undos()).toHaveLength(1)
  })

  test.each([
    ['that fails', {env: {}}, 'exit 4'],
    ['that nobody gets', {detail: 'Undeliverable'}, 'the undo script did not run: Undeliverable'],
  ] as const)('%s is told', async (_what, ways, saw) => {
    const {run: id} = await run(taking('exit 4', {choice: {ids: [node(0)]}}))
    lab().overlays().commands.ways(node(0), ways)
    const {outcome} = await undo(stateDir(), ssmRun, id)
    expect(outcome.verdict).toBe('tolerated')
    expect(outcome.steps).toMatchObject([{state: 'failed', saw: expect.stringContaining(saw)}])
  })
})

test('stopped meanwhile and resumed: followed by its id, and sent once', async () => {
  for (const id of some(4)) lab().overlays().commands.ways(id, {delayMs: 1500})
  const abort = new AbortController()
  const ending = run(asked('true'), {abort: abort.signal})
  while (sent().length === 0) await sleep(50)
  await sleep(400)
  abort.abort()
  const {outcome, run: id} = await ending
  expect(outcome).toMatchObject({verdict: 'interrupted', totals: {'in-doubt': 4}})
  const resumed = await resume(stateDir(), ssmRun, id)
  expect(resumed.outcome).toMatchObject({verdict: 'done', totals: {changed: 4}})
  expect(sent()).toHaveLength(1)
})
