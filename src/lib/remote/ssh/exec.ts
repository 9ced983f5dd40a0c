import type {ClientChannel} from 'ssh2'
import {RemoteError} from '../fault.js'
import {printable} from '../redact.js'
import type {Session} from './session.js'
import {describe} from './target.js'

export interface ExecOptions {
  signal: AbortSignal
  timeoutMs: number
  stdin?: string
  /** Bytes of stdout and stderr together; 16 Mi unless said. */
  maxOutput?: number
}

export interface ExecResult {
  /** `null` when a signal ended the command. */
  code: number | null
  /** `SIGTERM`. */
  signal?: string
  stdout: string
  stderr: string
}

/**
 * Runs one command line in the user's login shell. Any exit code is a result. The time limit and the abort signal end our
 * waiting, not the command: where that matters, run it under `timeout`.
 * @throws RemoteError `refused` (the host opens no session or runs no command) or `lost`.
 */
export function exec(session: Session, command: string, options: ExecOptions): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined
    const settle = (settled: () => void) => {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', stop)
      channel?.destroy()
      settled()
    }
    const cut = (says: string, kind: string) => () => settle(() => reject(inDoubt(session, says, kind)))
    const stop = cut('was no longer waited for', 'called-off')
    const timer = setTimeout(
      cut(`did not end within ${options.timeoutMs / 1000} s`, 'time-out'),
      options.timeoutMs,
    )
    options.signal.addEventListener('abort', stop, {once: true})
    const failed = (error: unknown) => settle(() => reject(notRun(session, error)))
    try {
      session.client.exec(command, (error, opened) => {
        if (error) return failed(error)
        channel = opened
        if (options.signal.aborted) return channel.destroy()
        const tooMuch = cut('wrote more than its limit', 'output')
        collect(opened, options.maxOutput ?? 16 * 2 ** 20, tooMuch, (ended, output) =>
          settle(() => {
            if (ended.code === undefined || !session.alive()) reject(session.lost('running a command'))
            else resolve({...ended, code: ended.code, ...output})
          }),
        )
        opened.end(options.stdin ?? '')
      })
    } catch (error) {
      failed(error)
    }
  })
}

/** `code` is undefined when the channel closed without one. */
interface Ending {
  code: number | null | undefined
  signal?: string
}

function collect(
  channel: ClientChannel,
  most: number,
  tooMuch: () => void,
  done: (ended: Ending, output: {stdout: string; stderr: string}) => void,
): void {
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = {stdout: [], stderr: []}
  let size = 0
  const keep = (kind: 'stdout' | 'stderr') => (chunk: Buffer) => {
    size += chunk.length
    if (size > most) tooMuch()
    else chunks[kind].push(chunk)
  }
  channel.on('data', keep('stdout'))
  channel.stderr.on('data', keep('stderr'))
  channel.on('error', () => {})
  channel.once('close', (code: number | null | undefined, signal?: string) =>
    done(
      {code, ...(signal !== undefined && {signal})},
      {stdout: Buffer.concat(chunks.stdout).toString(), stderr: Buffer.concat(chunks.stderr).toString()},
    ),
  )
}

/** ssh2 gives a reason when the host refused the channel; without one nobody knows how far the command got. */
function notRun(session: Session, error: unknown): RemoteError {
  const {message, reason} = error as Error & {reason?: unknown}
  if (reason !== undefined || message === 'Unable to exec')
    return new RemoteError(
      'refused',
      `${describe(session.target)} does not run commands: ${printable(message)}`,
      {
        class: 'no-exec',
        hint: 'Check MaxSessions, ForceCommand and the login shell of this user on the host.',
      },
    )
  return session.lost('starting a command')
}

function inDoubt(session: Session, says: string, kind: string): RemoteError {
  return new RemoteError('lost', `a command on ${describe(session.target)} ${says}`, {
    class: kind,
    hint: 'It may still be running there: look at the host before you repeat it.',
  })
}
