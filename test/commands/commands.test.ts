import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {EXIT_CODES} from '../../src/lib/report/exit-codes.js'
import {masks, raw} from '../runbooks/haproxy/states.js'
import {desk} from './desk.js'
import {openTerminal} from './terminal.js'

const at = desk({scope: 'tour'})

const DRAIN = 'haproxy drain app/s2 --yes --poll 50ms'

async function written(name: string, text: string): Promise<string> {
  const file = join(at.home(), name)
  await writeFile(file, text)
  return file
}

describe('runs', () => {
  test('list, show and export, by a part of the id', async () => {
    expect((await at.redeye('runs list')).stdout).toBe('no run yet\n')
    expect((await at.redeye([...DRAIN.split(' '), '--reason', 'new disk', '--ticket', 'OPS-7'])).code).toBe(0)
    const [run = ''] = await at.runs()
    const short = run.slice(-4)

    const list = await at.redeye('runs list')
    expect(list.stdout).toMatch(new RegExp(`${run} +done +haproxy drain app/s2 +ana@\\S+ +new disk\n$`))
    expect((await at.redeye('runs list --unfinished')).stdout).toBe('no unfinished run\n')

    const {code, stdout} = await at.redeye(`runs show ${short}`)
    expect(code).toBe(0)
    expect(stdout).toContain(`run ${run}  haproxy drain app/s2\nDONE: 2 steps changed and verified\nby ana@`)
    expect(stdout).toContain('reason: new disk\nticket: OPS-7\n')
    expect(stdout).toContain('  2 changed     lb2: set server app/s2 state drain: DRAIN, 0 sessions\n')
    expect(stdout).toContain(`Next:\n  redeye runs undo ${run}\n`)

    const markdown = (await at.redeye(`runs export ${short}`)).stdout
    expect(markdown).toMatch(/^## haproxy\.drain app\/s2: done\n\n- run `/)
    expect(markdown).toContain(`- undo: \`redeye runs undo ${run}\`\n`)
    expect(markdown.match(/^\| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| /gm)).toHaveLength(7)
    const json = JSON.parse((await at.redeye(`runs export ${short} --format json`)).stdout)
    expect(json).toMatchObject({run, plan: {runbook: 'haproxy.drain', ticket: 'OPS-7'}})
    expect(json.journal.at(-1)).toMatchObject({kind: 'ended', verdict: 'done'})
  })

  test('a run and its undo name each other', async () => {
    await at.redeye(DRAIN)
    const [run = ''] = await at.runs()
    const dry = await at.redeye(`runs undo ${run} --dry-run`)
    expect(dry.code).toBe(0)
    expect(dry.stdout).toContain('DRY RUN: nothing was changed')
    expect(await masks(at.lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
    expect((await at.redeye(`runs undo ${run} --yes`)).code).toBe(0)
    await at.unchanged()
    const undo = (await at.runs()).find((one) => one !== run)
    const shown = (await at.redeye(`runs show ${run}`)).stdout
    expect(shown).toContain(`undone by run ${undo}`)
    expect(shown).not.toContain('Next:')
    const again = await at.redeye(`runs undo ${undo} --yes`)
    expect(again.code).toBe(2)
    expect(again.stdout).toContain('is itself an undo')
  })

  test('what somebody typed as a reason is inert everywhere', async () => {
    const reason = '<script>| [a](http://x) `b` *c* \x1b[2J\x1b]0;title\x07\r\nrm -rf / \u202egpj.exe'
    await at.redeye([...DRAIN.split(' '), '--reason', reason, '--ticket', 'A|B\x1b[31m'])
    const [run = ''] = await at.runs()
    for (const command of [
      'runs list',
      `runs show ${run}`,
      `runs export ${run}`,
      'runs list --json',
      `runs show ${run} --json`,
    ]) {
      const {code, stdout} = await at.redeye(command)
      expect(code).toBe(0)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
      expect(stdout, command).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    }
    const markdown = (await at.redeye(`runs export ${run}`)).stdout
    expect(markdown).toContain('- reason: \\<script\\>\\| \\[a\\](http:\\//x) \\`b\\` \\*c\\*')
    expect(markdown).not.toMatch(/^rm -rf/m)
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
    expect(rows.every((row) => row.match(/(?<!\\)\|/g)?.length === 3)).toBe(true)
  })

  test('a damaged journal is reported and believed in nothing', async () => {
    await at.redeye(DRAIN)
    const [run = ''] = await at.runs()
    const file = join(at.stateDir(), 'runs', run, 'journal.jsonl')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(at.stateDir(), 'runs', run))).mode & 0o777).toBe(0o700)
    await writeFile(file, (await readFile(file, 'utf8')).replace('"admin":"ready"', '"admin":"maint"'))
    for (const verb of ['show', 'resume', 'undo', 'export']) {
      const {code, stdout} = await at.redeye(`runs ${verb} ${run}`)
      expect({verb, code}).toEqual({verb, code: 2})
      expect(stdout.replace(/\s+/g, ' ')).toContain(
        'journal.jsonl, line 3: the line before it was changed or removed',
      )
    }
    expect((await at.redeye('runs list')).stdout).toContain('line 3: the line before it was changed')
    expect(await masks(at.lab(), 'app/s2')).toEqual({lb1: 8, lb2: 8})
  })
})

describe('inventory', () => {
  test('a good one', async () => {
    const {inventoryFile} = at.lab()
    expect(await at.redeye('inventory check')).toMatchObject({
      code: 0,
      stdout: `${inventoryFile} is fine\n  haproxy: web-lb\n`,
    })
    const shown = (await at.redeye('inventory show')).stdout
    expect(shown).toBe(`# ${inventoryFile}\n${await readFile(inventoryFile, 'utf8')}`)
    const schema = JSON.parse((await at.redeye('inventory schema')).stdout)
    expect(schema).toMatchObject({type: 'object', properties: {haproxy: {type: 'object'}}})
  })

  test('a broken one: every problem with its place, whatever the command', async () => {
    const file = await written(
      'broken.yaml',
      'haproxy:\n  web-lb:\n    instances:\n      - name: lb1\n        sokcet: unix:/x\n',
    )
    for (const command of ['inventory check', 'inventory show', 'haproxy status', DRAIN]) {
      const {code, stdout, stderr} = await at.redeye(`${command} --inventory ${file}`)
      expect({command, code}).toEqual({command, code: 2})
      expect(stdout).toContain('the inventory has 2 problems')
      expect(stderr).toContain(`${file}:4:9: haproxy.web-lb.instances[0].socket: missing`)
      expect(stderr).toContain(
        `${file}:5:9: haproxy.web-lb.instances[0].sokcet: unknown key; did you mean socket?\n`,
      )
      expect(stderr).toContain('  5 |         sokcet: unix:/x\n    |         ^\n')
    }
    const json = JSON.parse((await at.redeye(`inventory check --inventory ${file} --json`)).stdout)
    expect(json.because.join('\n')).toContain(`${file}:5:9: `)
  })

  test('none: where it was looked for', async () => {
    const {code, stderr} = await at.redeye('haproxy status', {env: {REDEYE_INVENTORY: ''}, cwd: '/'})
    expect(code).toBe(2)
    expect(stderr).toContain('no inventory found; looked for\n  /redeye.yaml (this directory)\n')
  })
})

test('help exit-codes has every code', async () => {
  const {code, stdout} = await at.redeye('help exit-codes')
  expect(code).toBe(0)
  for (const one of EXIT_CODES)
    expect(stdout).toMatch(new RegExp(`^ *${one.code}  ${one.means.slice(0, 40)}`, 'm'))
  expect(JSON.parse((await at.redeye('help exit-codes --json')).stdout)).toEqual(EXIT_CODES)
})

describe('what was mistyped runs nothing', () => {
  test.each([
    ['haproxy drane app/s2', 'there is no command haproxy drane', 'redeye haproxy drain --help'],
    ['haprox drain app/s2', 'there is no command haprox drain', 'redeye haproxy'],
    ['drain app/s2', 'there is no command drain app/s2', 'redeye haproxy drain --help'],
    ['run lst', 'there is no command run lst', 'redeye runs list --help'],
    ['xyzzy', 'there is no command xyzzy', 'redeye --help'],
    ['haproxy drain app/s2 --group web', 'did you mean web-lb?', ''],
    ['haproxy status apq', 'did you mean app?', ''],
    ['haproxy status app/s22', 'did you mean app/s2?', ''],
    ['haproxy drain app/s2 --dryrun', 'Nonexistent flag: --dryrun', 'redeye haproxy drain --help'],
    ['haproxy drain app/s2 --yes app/s3', 'Unexpected argument: app/s3', 'redeye haproxy drain --help'],
    ['haproxy drain', 'say which server', 'redeye haproxy status'],
    ['haproxy drain app/s2 --address 127.0.0.1 --yes', 'say either app/s2 or --address', ''],
    ['haproxy drain s2 --yes', 'write BACKEND/SERVER', ''],
    ['haproxy weight app/s2 150 --yes', "'150' is not a percentage: write 0 to 100", ''],
    ['haproxy weight app/s2 half --yes', "'half' is not a percentage", ''],
    ['haproxy drain app/s2 --settle x --yes', '--settle: Expected an integer', 'redeye haproxy drain --help'],
    ['haproxy drain app/s2 --timeout 5 --yes', "--timeout: '5' is not a duration", ''],
    ['haproxy drain app/s2 --override last-server --yes', '--reason', 'redeye haproxy drain --help'],
    ['haproxy drain app/s2 --override lst-server --reason x --yes', 'no such guard', ''],
    ['haproxy drain app/s2 --instance lb9 --yes', 'no instance lb9', ''],
  ])('%s', async (command, says, next) => {
    const {code, stdout} = await at.redeye(command)
    expect(code, stdout).toBe(2)
    expect(stdout.replace(/\s+/g, ' ')).toContain(says)
    if (next) expect(stdout).toContain(`Next:\n  ${next}`)
    expect(await at.runs()).toEqual([])
    await at.unchanged()
  })

  test('nor asks at a terminal', async () => {
    const screen = openTerminal('haproxy drane app/s2', at.env())
    try {
      screen.press('Enter', 'y', 'Enter')
      expect(await screen.exit()).toBe(2)
      expect(screen.screen().join('\n')).toContain('redeye haproxy drain --help')
      expect(await at.runs()).toEqual([])
      await at.unchanged()
    } finally {
      screen.close()
    }
  })
})

describe('haproxy check and status', () => {
  test('healthy', async () => {
    const {code, stdout} = await at.redeye('haproxy check')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^HEALTHY {2}haproxy check web-lb\n/)
  })

  test('unhealthy: instances that differ', async () => {
    await raw(at.lab(), 'set server app/s3 state drain', 'lb2')
    const {code, stdout} = await at.redeye('haproxy check')
    expect(code).toBe(13)
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/app\/s3/)
    const status = await at.redeye('haproxy status app')
    expect(status.stdout).toMatch(/^! .*app\/s3/m)
    const json = JSON.parse((await at.redeye('haproxy status app --json')).stdout)
    expect(json.disagreements).toHaveLength(1)
  })

  test('status fits 80 columns, as text and as JSON', async () => {
    const {code, stdout} = await at.redeye('haproxy status')
    expect(code).toBe(0)
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(stdout).toMatch(/^app\/s2 +lb1 +UP +1 +0 +0 +L7OK/m)
    const {instances, disagreements} = JSON.parse((await at.redeye('haproxy status app/s2 --json')).stdout)
    expect(disagreements).toEqual([])
    expect(instances.map((one: {name: string}) => one.name)).toEqual(['lb1', 'lb2'])
    expect(instances[0]).toMatchObject({level: 'admin', backends: [{name: 'app', servers: [{name: 's2'}]}]})
  })

  test('an instance out of reach refuses a change, and all of them are unreachable', async () => {
    const [lb1, lb2] = at.lab().instances
    await lb2?.kill()
    expect((await at.redeye('haproxy check')).code).toBe(13)
    const one = await at.redeye(DRAIN)
    expect(one.code, one.stdout).toBe(3)
    expect(one.stdout).toContain('reach: ')
    expect(one.stdout).toContain('lb2')
    const status = await at.redeye('haproxy status app')
    expect(status.stdout).toContain('lb2')
    await lb1?.kill()
    for (const command of [DRAIN, 'haproxy check', 'haproxy status', 'haproxy drain app/s2 --dry-run']) {
      const {code, stdout} = await at.redeye(command)
      expect({command, code}).toEqual({command, code: 10})
      expect(stdout).toMatch(/^UNREACHABLE/m)
      expect(stdout).toContain(lb1?.places.socketPath)
    }
    expect(await at.runs()).toEqual([])
  })
})

test('lab up, status, a drain in it, down', async () => {
  const env = {env: {REDEYE_INVENTORY: ''}}
  const dry = await at.redeye('lab install haproxy --dry-run')
  expect(dry).toMatchObject({code: 0, stdout: 'the haproxy lab has all it needs\n'})
  expect((await at.redeye('lab status')).stdout).toContain('no lab is up; start one with: redeye lab up')
  try {
    const up = await at.redeye('lab up haproxy')
    expect(up, up.stderr).toMatchObject({code: 0})
    const inventory = join(at.stateDir(), 'lab', 'redeye.yaml')
    expect(up.stdout).toContain(`. ${join(at.stateDir(), 'lab', 'env.sh')}\n`)
    const again = await at.redeye('lab up haproxy')
    expect(again.code).toBe(2)
    expect(again.stdout).toContain('the haproxy lab is up already')
    const drained = await at.redeye(`${DRAIN} --inventory ${inventory}`, env)
    expect(drained, drained.stdout).toMatchObject({code: 0})
    expect((await at.redeye('lab status')).stdout).toMatch(
      /running: lb1 \(\d+\), lb2 \(\d+\),[^:]*load \(\d+\)/,
    )
  } finally {
    const down = await at.redeye('lab down')
    expect(down, down.stderr).toMatchObject({code: 0})
    expect(down.stdout).toMatch(/requests, 0 failed/)
  }
  expect((await at.redeye('lab down')).stdout).toBe('no lab is up\n')
})
