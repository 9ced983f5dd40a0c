import {readFile, writeFile} from 'node:fs/promises'
import {describe, expect, test} from 'vitest'
import {masks} from '../runbooks/haproxy/states.js'
import {BRING_BACK, bookDesk, OTHER_OUT, TAKE_OUT} from './book-desk.js'
import {outcomeOf} from './fits.js'
import {words} from './home.js'

const at = bookDesk()

const DRAINED = {lb1: 8, lb2: 8}
const READY = {lb1: 0, lb2: 0}
const SERVER =
  'vars:\n  server: {type: string, ask: "Which server?", pattern: "[\\\\w./-]+", example: app/s2}'

describe('book run', () => {
  test('carries out every command as a run of its own, under load without a failed request; undo takes all of it back', async () => {
    const file = await at.document(['haproxy status app/s1', TAKE_OUT, OTHER_OUT, 'haproxy status app'])
    const load = at.lab().load({clients: 8, paceMs: 5})
    const done = await at.redeye([
      'book',
      'run',
      file,
      '--yes',
      '--json',
      '--reason',
      'drill',
      '--ticket',
      'OPS-1',
    ])
    expect(done.code, words(done)).toBe(0)
    expect(outcomeOf(done)).toMatchObject({
      verdict: 'done',
      runbook: 'book.run',
      subject: file,
      totals: {all: 4, changed: 2, already: 2},
    })
    expect(done.stderr).toContain('step 2 of 4: redeye haproxy drain app/s2 --poll 50ms --settle 2')
    expect(done.stderr).toContain('app/s3 ')
    expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
    expect(await masks(at.lab(), 'weighted/s1')).toEqual(DRAINED)

    const runs = await at.byStep()
    expect(Object.keys(runs)).toEqual(['0', '2', '3'])
    const shown = await at.redeye(`runs show ${runs[0]}`)
    expect(shown.stdout).toContain(`${runs[2]}  step 2, done: haproxy drain app/s2`)
    expect(shown.stdout).toContain('reason: drill')
    const child = JSON.parse((await at.redeye(`runs show ${runs[2]} --json`)).stdout)
    expect(child).toMatchObject({parent: runs[0], step: '2', reason: 'drill', ticket: 'OPS-1', state: 'done'})
    const exported = await at.redeye(`runs export ${runs[0]} --format md`)
    expect(exported.stdout).toContain('step 2: changed: lb1: set server app/s2 state drain')

    const undone = await at.redeye(`runs undo ${runs[0]} --yes`)
    expect(undone.code, words(undone)).toBe(0)
    expect(undone.stderr.indexOf('undo step 3 of 4')).toBeLessThan(undone.stderr.indexOf('undo step 2 of 4'))
    await at.unchanged()
    const list = JSON.parse((await at.redeye('runs list --json')).stdout)
    expect(list.filter(({undoneBy}: {undoneBy: string}) => undoneBy !== '')).toHaveLength(3)
    const {total, failed, reasons} = await load.stop()
    expect({failed, reasons}).toEqual({failed: 0, reasons: {}})
    expect(total).toBeGreaterThan(100)
  })

  test('a dry run shows every plan and writes nothing, on the peers nor here; its code approves the whole', async () => {
    const file = await at.document([TAKE_OUT, BRING_BACK], SERVER)
    const source = await readFile(file, 'utf8')
    await writeFile(
      file,
      source.replaceAll('app/s2', '{{server}}').replace('example: {{server}}', 'example: app/s2'),
    )
    const kept = await at.kept()
    const dry = await at.redeye(['book', 'run', file, '--dry-run', '--var', 'server=app/s2'])
    expect(dry.code, words(dry)).toBe(0)
    expect(words(dry)).toContain('each plan is made as if the steps before it had not been done')
    expect(dry.stdout).toContain('lb1: set server app/s2 state drain')
    expect(await at.kept()).toEqual(kept)
    await at.unchanged()
    const code = /--confirm ([a-z]{4})\n/.exec(dry.stdout)?.[1] ?? ''

    const wrong = await at.redeye(['book', 'run', file, '--var', 'server=app/s1', '--confirm', code])
    expect(wrong.code, words(wrong)).toBe(4)
    expect(await at.runs()).toEqual([])
    const right = await at.redeye([
      'book',
      'run',
      file,
      '--var',
      'server=app/s2',
      '--confirm',
      code,
      '--json',
    ])
    expect(outcomeOf(right)).toMatchObject({verdict: 'done', totals: {changed: 2}})
    expect(await masks(at.lab(), 'app/s2')).toEqual(READY)
  })

  test('--json of a dry run is one object with what each plan says', async () => {
    const file = await at.document([TAKE_OUT, 'haproxy status app'])
    const dry = await at.redeye(['book', 'run', file, '--dry-run', '--json'])
    const {verdict, steps, plan} = outcomeOf(dry)
    expect(verdict).toBe('planned')
    expect(steps.map(({saw}) => saw)).toEqual(['3 of 3 steps would run; nothing was changed', 'it was shown'])
    expect(plan?.dryRun).toBe(true)
    await at.unchanged()
  })

  test('without a terminal nothing begins unless every question was answered before', async () => {
    const file = await at.document([TAKE_OUT, 'haproxy maint weighted/s1 --now'])
    const ended = await at.redeye(['book', 'run', file, '--yes'])
    expect(ended.code, words(ended)).toBe(4)
    expect(words(ended)).toContain('pass --confirm weighted/s1, or --confirm CODE of its dry run')
    await at.unchanged()
    expect(await at.runs()).toEqual([])

    const done = await at.redeye(['book', 'run', file, '--yes', '--confirm', 'weighted/s1'])
    expect(done.code, words(done)).toBe(0)
    expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
  })

  test('a check that says no ends it, and nothing was changed', async () => {
    const file = await at.document(['haproxy check', TAKE_OUT])
    const ended = await at.redeye(['book', 'run', file, '--yes', '--json'])
    expect(outcomeOf(ended)).toMatchObject({
      verdict: 'unhealthy',
      exit: 13,
      steps: [{state: 'failed', class: 'unhealthy'}, {state: 'not-started'}],
    })
    await at.unchanged()
  })

  test('a guard that refuses ends it before it changes anything', async () => {
    const file = await at.document(['haproxy drain one/s1', TAKE_OUT])
    const ended = await at.redeye(['book', 'run', file, '--yes', '--json'])
    expect(outcomeOf(ended)).toMatchObject({
      verdict: 'refused',
      exit: 3,
      steps: [{state: 'failed', class: 'guard'}, {state: 'not-started'}],
    })
    await at.unchanged()
  })

  test('a guard that refuses later leaves it part-way; --on-failure undo takes back what was done', async () => {
    const file = await at.document([TAKE_OUT, 'haproxy drain one/s1'])
    const stopped = await at.redeye(['book', 'run', file, '--yes', '--json'])
    expect(outcomeOf(stopped)).toMatchObject({verdict: 'partial', exit: 6})
    expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
    const {0: run} = await at.byStep()
    expect((await at.redeye(`runs undo ${run} --yes`)).code).toBe(0)
    await at.unchanged()

    const undone = await at.redeye(['book', 'run', file, '--yes', '--on-failure', 'undo', '--json'])
    expect(outcomeOf(undone)).toMatchObject({verdict: 'undone', exit: 5, totals: {undone: 1}})
    await at.unchanged()
  })

  test('a target out of reach is exit 10, and nothing was changed', async () => {
    const file = await at.document([TAKE_OUT, 'haproxy status'])
    const dead = `${at.home()}/dead.yaml`
    await writeFile(dead, "haproxy: {web-lb: {instances: [{name: lb1, socket: 'tcp:127.0.0.1:9'}]}}\n")
    const ended = await at.redeye(['book', 'run', file, '--yes', '--json', '--inventory', dead])
    expect(outcomeOf(ended)).toMatchObject({
      verdict: 'unreachable',
      exit: 10,
      steps: [{state: 'unreachable'}, {state: 'not-started'}],
    })
  })

  test('--hold-before stops before a command, resumable', async () => {
    const file = await at.document([TAKE_OUT, OTHER_OUT])
    const held = await at.redeye(['book', 'run', file, '--yes', '--hold-before', '2', '--json'])
    expect(outcomeOf(held)).toMatchObject({verdict: 'interrupted', totals: {changed: 1, 'not-started': 1}})
    const {0: run} = await at.byStep()
    const resumed = await at.redeye(`runs resume ${run} --yes --json`)
    expect(outcomeOf(resumed)).toMatchObject({verdict: 'done', totals: {changed: 2}})
  })

  test('two at once on one document: the second finds it locked', async () => {
    const file = await at.document(['haproxy drain app/s2 --poll 50ms --settle 40'])
    const first = at.begin(['book', 'run', file, '--yes'])
    await first.says('start wait until')
    const second = await at.redeye(['book', 'run', file, '--yes'])
    expect(second.code, words(second)).toBe(9)
    expect((await first.ended).code).toBe(0)
  })
})

describe('checked before anything is run', () => {
  test('every problem at once, with file, line and column', async () => {
    const file = await at.document([
      TAKE_OUT,
      'haproxy drian app/s2\nhaproxy drain app/s2 --yes\nlab down',
      'haproxy check | tee log',
    ])
    const ended = await at.redeye(['book', 'run', file, '--yes', '--json'])
    const {verdict, because} = outcomeOf(ended)
    expect(verdict).toBe('usage')
    expect(because).toEqual([
      `${file}:10:1: there is no command haproxy drian; did you mean haproxy drain?`,
      `${file}:11:22: --yes is for the whole document: give it to redeye book run`,
      `${file}:12:1: redeye lab down is not for documents`,
      expect.stringContaining(`${file}:18:15: | means nothing here`),
    ])
    await at.unchanged()
    expect(await at.runs()).toEqual([])
  })

  test.each([
    [
      'haproxy drain app/s2 --settel 3',
      22,
      'redeye haproxy drain has no flag --settel; did you mean --settle?',
    ],
    ['haproxy drain app/s2 --settle many', 22, 'Expected an integer but received: many'],
    ['haproxy drain app/s2 --then gone', 22, 'Expected --then=gone to be one of: none, maint'],
    ['haproxy drain app/s2 --group nowhere', 1, 'has no haproxy target nowhere'],
    ['haproxy drain', 1, 'say which server'],
    ['haproxy drain app/s2 app/s3', 1, 'Unexpected argument: app/s3'],
    ['redis status', 1, 'has no redis target'],
  ])('%s', async (line, column, message) => {
    const file = await at.document([TAKE_OUT, line])
    const ended = await at.redeye(['book', 'run', file, '--yes', '--json'])
    const {verdict, because} = outcomeOf(ended)
    expect({verdict, because}).toEqual({
      verdict: 'usage',
      because: [expect.stringMatching(new RegExp(`^${file}:10:${column}: `))],
    })
    expect(because[0]).toContain(message)
    await at.unchanged()
    expect(await at.runs()).toEqual([])
  })

  test('a file that is not there', async () => {
    const ended = await at.redeye('book run nowhere.md')
    expect(ended.code).toBe(2)
    expect(words(ended)).toContain('cannot read the document nowhere.md: there is no such file')
  })
})

describe('variables', () => {
  const withServer = () => at.document(['haproxy drain {{server}} --poll 50ms --settle 2'], SERVER)

  test('one that is missing is named where nobody can be asked', async () => {
    const ended = await at.redeye(['book', 'run', await withServer(), '--yes'])
    expect(ended.code).toBe(2)
    expect(words(ended)).toContain('needs server, and there is no terminal to ask at')
  })

  test.each([
    ['--dry-run', 'would be taken for a flag'],
    ['app/s2 --then maint', 'it does not fit the pattern'],
    ['app/s2; ls', 'it does not fit the pattern'],
    ['', 'it must not be empty'],
  ])('%j is no value', async (value, message) => {
    const ended = await at.redeye(['book', 'run', await withServer(), '--yes', '--var', `server=${value}`])
    expect(ended.code, words(ended)).toBe(2)
    expect(words(ended)).toContain(message)
    await at.unchanged()
    expect(await at.runs()).toEqual([])
  })

  test('one that the document does not have', async () => {
    const ended = await at.redeye(['book', 'run', await withServer(), '--var', 'servr=app/s2'])
    expect(ended.code).toBe(2)
    expect(words(ended)).toContain('has no variable servr')
  })
})
