import {describe, expect, test} from 'vitest'
import {desk} from './desk.js'
import {BIN, type Ended, startCommand} from './redeye.js'
import {openTerminal} from './terminal.js'

const at = desk()

const DRAIN = 'haproxy drain app/s2 --yes --poll 50ms'
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one
const ESCAPE = /[\x1b\x9b]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one
const COLOUR = /\x1b\[[\d;]*m/

describe('in a pipe', () => {
  test('the result is on stdout, everything else on stderr', async () => {
    const {stdout, stderr} = await at.redeye(DRAIN)
    const [run] = await at.runs()
    expect(stdout.replace(/\d\.\ds/, '0.1s')).toBe(`DONE  haproxy drain app/s2
  2 steps changed and verified
  changed 2 of 3, already 1 of 3
  run ${run}, 0.1s, exit 0
Next:
  redeye runs undo ${run}
`)
    expect(stderr).toContain('step 1/3 changed')
    expect(stderr).not.toContain('Next:')
  })

  test.each([
    ['haproxy status | head -1', 0],
    ['haproxy drain --help | head -1', 0],
    ['haproxy drain nowhere/s2 --dry-run --progress none | true', 3],
    ['haproxy drain app/s2 --yes --poll 50ms 2>&1 | head -1', 0],
  ])('%s: a reader that leaves early stops nothing', async (line, code) => {
    const script = `"${process.execPath}" "${BIN}" ${line} >/dev/null; exit "\${PIPESTATUS[0]}"`
    const ended = await startCommand('bash', ['-c', script], at.env()).ended
    expect(ended).toMatchObject({code, stderr: ''})
    for (const run of await at.runs())
      expect((await at.redeye(`runs show ${run}`)).stdout).toContain('DONE: 2 steps changed and verified')
  })

  test('no escape codes', async () => {
    for (const command of [DRAIN, 'haproxy status', 'haproxy drain app/s1', 'runs list', 'nonsense']) {
      const {stdout, stderr} = await at.redeye(command)
      expect(stdout + stderr).not.toMatch(ESCAPE)
    }
  })

  test.each([
    [{FORCE_COLOR: '1'}, true],
    [{FORCE_COLOR: '0'}, false],
    [{FORCE_COLOR: '1', NO_COLOR: '1'}, false],
    [{NO_COLOR: '1'}, false],
    [{NO_COLOR: ''}, false],
  ])('colour under %o: %s', async (env, colour) => {
    const plain = await at.redeye('haproxy drain app/s2', {env: {}})
    const {stdout} = await at.redeye('haproxy drain app/s2', {env})
    expect(COLOUR.test(stdout)).toBe(colour)
    expect(stdout.replace(new RegExp(COLOUR, 'g'), '').replace(/\d\.\ds/, '')).toBe(
      plain.stdout.replace(/\d\.\ds/, ''),
    )
  })
})

describe('--progress', () => {
  const events = ({stderr}: Ended) => stderr.trimEnd().split('\n')

  test('lines: each event begins with its time', async () => {
    const lines = events(await at.redeye(`${DRAIN} --progress lines`))
    const own = lines.filter((line) => !/^( {2}|$)/.test(line))
    expect(own.every((line) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [a-z]+ /.test(line))).toBe(true)
    expect(own.filter((line) => / step \d\/3 (start|changed|already) /.test(line))).toHaveLength(6)
    expect(own.at(-1)).toMatch(/ outcome done \(exit 0\): 2 steps changed and verified$/)
  })

  test('json: one object per event', async () => {
    const lines = events(await at.redeye(`${DRAIN} --progress json`)).map((line) => JSON.parse(line))
    expect(lines.every((line) => /^\d{4}-.*Z$/.test(line.time) && typeof line.type === 'string')).toBe(true)
    expect(lines.at(0)).toMatchObject({type: 'plan'})
    expect(lines.at(-1)).toMatchObject({type: 'outcome', outcome: {verdict: 'done'}})
    expect(lines.filter(({type}) => type === 'end')).toHaveLength(3)
  })

  test('none: silence, and the result', async () => {
    const {stdout, stderr} = await at.redeye(`${DRAIN} --progress none`)
    expect(stderr).toBe('')
    expect(stdout).toContain('DONE  haproxy drain app/s2')
  })
})

describe('in a terminal', () => {
  test.each([
    {columns: 80, rows: 24},
    {columns: 60, rows: 15},
  ])('of $columns x $rows the end of a drain is on one screen', async (size) => {
    const screen = openTerminal(DRAIN, at.env(), size)
    try {
      expect(await screen.exit()).toBe(0)
      const lines = await screen.shows('exit 0')
      const [run = ''] = await at.runs()
      expect(lines.length).toBeLessThanOrEqual(size.rows)
      const end = lines.slice(lines.findIndex((line) => line.startsWith('DONE')))
      expect(end[0]).toBe('DONE  haproxy drain app/s2')
      expect(end.slice(-2)).toEqual(['Next:', `  redeye runs undo ${run}`])
      expect(lines.join('\n')).not.toContain('Ctrl-C stops')
      expect(screen.cursor()).toBe(true)
      for (const line of screen.paragraphs()) expect(line.length, line).toBeLessThanOrEqual(size.columns)
      expect(screen.written()).toMatch(COLOUR)
    } finally {
      screen.close()
    }
  })

  test('NO_COLOR takes the colour and nothing else', async () => {
    const screen = openTerminal(DRAIN, {...at.env(), NO_COLOR: '1'})
    try {
      expect(await screen.exit()).toBe(0)
      expect(screen.written()).not.toMatch(COLOUR)
      expect(screen.written()).toContain('\x1b[?25h')
    } finally {
      screen.close()
    }
  })

  test('a resize in the middle keeps the question and the screen in order', async () => {
    const screen = openTerminal('haproxy drain app/s2', at.env())
    try {
      await screen.shows('Go ahead? [y/N]')
      screen.resize(60, 15)
      screen.press('n', 'Enter')
      expect(await screen.exit()).toBe(4)
      expect((await screen.shows('exit 4')).filter((line) => line.startsWith('NOT CONFIRMED'))).toHaveLength(
        1,
      )
    } finally {
      screen.close()
    }
  })
})
