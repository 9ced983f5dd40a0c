import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, describe, expect, it} from 'vitest'

const socket = `redeye-live-${process.pid}`
const sockets = mkdtempSync(join(tmpdir(), 'redeye-tmux-'))
const driver = fileURLToPath(new URL('live-driver.ts', import.meta.url))
const HINT = 'Ctrl-C stops after the current step'
const AREA = [
  'Drain: 1 of 3 done',
  expect.stringMatching(/^> wait until app\/s2 is idle(: lb1 12 sessions, lb2 9)? +\d+s of 5m$/),
  '1/3 steps',
  HINT,
]

function tmux(...args: string[]): string {
  return execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], {
    encoding: 'utf8',
    env: {...process.env, TMUX_TMPDIR: sockets},
  })
}

function screen(): string[] {
  const lines = tmux('capture-pane', '-p').split('\n')
  while (lines.at(-1) === '') lines.pop()
  return lines.map((line) => line.replace(/^(1\/3 steps), running for \d+s$/, '$1'))
}

async function shows(expected: (lines: string[]) => void): Promise<void> {
  await expect
    .poll(() => screen(), {timeout: 20_000, interval: 50})
    .toSatisfy((lines) => {
      try {
        expected(lines as string[])
        return true
      } catch {
        return false
      }
    })
  expected(screen())
}

afterEach(() => {
  tmux('kill-server')
  rmSync(sockets, {recursive: true, force: true})
})

describe('live in a real terminal', () => {
  it('survives log lines, a narrower and a wider window, a prompt, and leaves the cursor on', async () => {
    const command = [process.execPath, '--import', 'tsx', driver].map((word) => `'${word}'`).join(' ')
    tmux('new-session', '-d', '-x', '80', '-y', '24', `${command}; exec sleep 600`)
    const log = ['run 8f3a', 'Drain', 'changed   1/3 do lb1: DRAIN (0.4s)']
    await shows((lines) => expect(lines).toEqual([...log, ...AREA]))

    tmux('send-keys', 'n')
    await shows((lines) => expect(lines.slice(5)).toEqual(AREA))

    for (const [columns, rows] of [
      [60, 15],
      [40, 10],
      [80, 24],
    ] as const) {
      tmux('resize-window', '-x', String(columns), '-y', String(rows))
      await shows((lines) => {
        expect(tmux('display', '-p', '#{pane_width}x#{pane_height}').trim()).toBe(`${columns}x${rows}`)
        expect(lines.filter((line) => line === HINT)).toHaveLength(1)
        expect(lines.filter((line) => line === '1/3 steps')).toHaveLength(1)
        expect(lines.filter((line) => /\d+s of 5m$/.test(line))).toHaveLength(1)
        expect(lines.at(-1)).toBe(HINT)
      })
      expect(tmux('display', '-p', '#{cursor_flag}').trim()).toBe('0')
    }

    const scrolled = tmux('capture-pane', '-p', '-S', '-')
    expect(scrolled.match(/^changed /gm)).toHaveLength(1)
    expect(scrolled.match(/^Ctrl-C stops/gm)).toHaveLength(1)

    tmux('send-keys', 'p')
    await shows((lines) => expect(lines.at(-1)).toBe('Type app/s2 to go on:'))
    expect(screen()).not.toContain(HINT)
    expect(tmux('display', '-p', '#{cursor_flag}').trim()).toBe('1')

    tmux('send-keys', 'r')
    await shows((lines) => expect(lines.slice(-4)).toEqual(AREA))
    tmux('send-keys', 'q')
    await shows((lines) => expect(lines.slice(-2)).toEqual(['Type app/s2 to go on:', 'closed']))
    expect(tmux('display', '-p', '#{cursor_flag}').trim()).toBe('1')
    expect(screen()).not.toContain(HINT)
  }, 120_000)
})
