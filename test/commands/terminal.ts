import {execFileSync} from 'node:child_process'
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {until} from '../../src/lib/lab/until.js'
import {BIN, LIMIT_MS} from './redeye.js'

/** A person's terminal with the program in it: a tmux server of its own. */
export interface Terminal {
  /** Names of keys as tmux has them (`Enter`, `C-c`); what is no such name is typed as it is. */
  press(...keys: string[]): void
  resize(columns: number, rows: number): void
  /** Visible lines, without blank ones at the end. */
  screen(): string[]
  /** Everything since the start, with lines that the terminal had to break put together again. */
  paragraphs(): string[]
  /** Waits until the screen has this, and gives the screen. */
  shows(text: string | RegExp): Promise<string[]>
  /** Everything that was ever written, escape codes included. */
  written(): string
  /** Whether the terminal shows its cursor. */
  cursor(): boolean
  pid(): number
  /** The exit code, once the program has ended. */
  exit(): Promise<number>
  close(): void
}

let opened = 0

export function openTerminal(
  args: string | readonly string[],
  env: NodeJS.ProcessEnv,
  {columns = 80, rows = 24}: {columns?: number; rows?: number} = {},
): Terminal {
  const words = typeof args === 'string' ? args.split(' ').filter(Boolean) : args
  const dir = mkdtempSync(join(tmpdir(), 'rt-'))
  const socket = `redeye-${process.pid}-${++opened}`
  const at = {
    code: join(dir, 'code'),
    pid: join(dir, 'pid'),
    raw: join(dir, 'raw'),
    script: join(dir, 'script'),
  }
  mkdirSync(join(dir, 'tmux'))
  chmodSync(join(dir, 'tmux'), 0o700)
  writeFileSync(at.script, script(words, env, at), {mode: 0o700})
  const tmux = (...command: string[]) =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {PATH: process.env.PATH, LANG: 'C.UTF-8', TERM: 'xterm', TMUX_TMPDIR: join(dir, 'tmux')},
    })
  // The program starts once everything it writes is being kept.
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), `/bin/sh ${at.script}`)
  tmux('pipe-pane', `cat > ${at.raw}`)
  tmux('wait-for', '-S', 'go')

  const screen = () => trimmed(tmux('capture-pane', '-p'))
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      return ''
    }
  }
  return {
    press: (...keys) => void tmux('send-keys', ...keys),
    resize: (x, y) => void tmux('resize-window', '-x', String(x), '-y', String(y)),
    screen,
    paragraphs: () => trimmed(tmux('capture-pane', '-p', '-J', '-S', '-')).map((line) => line.trimEnd()),
    async shows(text) {
      let seen: string[] = []
      const found = await until(
        () => {
          seen = screen()
          const all = seen.join('\n')
          return typeof text === 'string' ? all.includes(text) : text.test(all)
        },
        LIMIT_MS,
        50,
      )
      if (!found) throw new Error(`the terminal never showed ${text}, but:\n${seen.join('\n')}`)
      return seen
    },
    written: () => read(at.raw),
    cursor: () => tmux('display', '-p', '#{cursor_flag}').trim() === '1',
    pid: () => Number(read(at.pid)),
    async exit() {
      if (await until(() => read(at.code) !== '', LIMIT_MS, 50)) return Number(read(at.code))
      throw new Error(`the program never ended:\n${screen().join('\n')}`)
    },
    close() {
      try {
        tmux('kill-server')
      } finally {
        rmSync(dir, {recursive: true, force: true})
      }
    },
  }
}

/** Runs the program in the foreground; Ctrl-C reaches it and not the shell. */
function script(words: readonly string[], env: NodeJS.ProcessEnv, at: {code: string; pid: string}): string {
  const settings = Object.entries({...env, PATH: process.env.PATH}).map(
    ([name, value]) => `${name}=${quote(value ?? '')}`,
  )
  const command = [process.execPath, BIN, ...words].map(quote).join(' ')
  return `trap : INT
tmux wait-for go
sh -c 'echo $$ > ${at.pid}; exec "$@"' sh env -u TMUX -u TMUX_PANE -u TMUX_TMPDIR ${settings.join(' ')} ${command}
echo $? > ${at.code}.new
mv ${at.code}.new ${at.code}
exec sleep 600
`
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

function trimmed(text: string): string[] {
  const lines = text.split('\n')
  while (lines.at(-1) === '') lines.pop()
  return lines
}
