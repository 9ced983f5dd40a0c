import {type ChildProcess, spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {until} from '../../src/lib/lab/until.js'

export const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

/** How a process ended. */
export interface Ended {
  /** Null when a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A command that still runs, with what it has written so far. */
export interface Running {
  child: ChildProcess
  stdout(): string
  stderr(): string
  /** Waits until stderr has this text. */
  says(text: string | RegExp): Promise<void>
  ended: Promise<Ended>
}

export interface How {
  env?: {[name: string]: string}
  /** Written to a pipe on stdin, which is then closed. Without it stdin is /dev/null. */
  input?: string
  cwd?: string
}

export const LIMIT_MS = 60_000

/** Starts the built program as a child with nothing of this process's environment but PATH. */
export function startRedeye(
  args: string | readonly string[],
  base: NodeJS.ProcessEnv,
  how: How = {},
): Running {
  const words = typeof args === 'string' ? args.split(' ').filter(Boolean) : args
  return startProgram([BIN, ...words], base, how)
}

/** Starts a script with this Node. It is killed when it takes longer than a minute. */
export function startProgram(argv: readonly string[], base: NodeJS.ProcessEnv, how: How = {}): Running {
  return startCommand(process.execPath, argv, base, how)
}

/** The same with another program. */
export function startCommand(
  program: string,
  argv: readonly string[],
  base: NodeJS.ProcessEnv,
  how: How = {},
): Running {
  const child = spawn(program, argv, {
    env: {PATH: process.env.PATH, ...base, ...how.env},
    stdio: [how.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    ...(how.cwd !== undefined && {cwd: how.cwd}),
  })
  const said = {stdout: '', stderr: ''}
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text
  })
  // A program that does not read its stdin may be gone before it was written.
  child.stdin?.on('error', () => {}).end(how.input)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({code, signal, ...said}))
  })
  return {
    child,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    async says(text) {
      const found = () => (typeof text === 'string' ? said.stderr.includes(text) : text.test(said.stderr))
      const over = () => child.exitCode !== null || child.signalCode !== null
      await until(() => found() || over(), LIMIT_MS, 10)
      if (!found()) throw new Error(`never said ${text}, but:\n${said.stderr}\n${said.stdout}`)
    },
    ended,
  }
}
