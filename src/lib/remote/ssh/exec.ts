import type {ClientChannel} from 'ssh2'
import {printable} from '../../text/clean.js'
import {RemoteError} from '../fault.js'
import {openChannel, wasRefused} from './open-channel.js'
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

const MAX_OUTPUT = 16 * 2 ** 20

/**
 * Runs one command line in the user's login shell. Any exit code is a result. The time limit and the abort signal end our
 * waiting, not the command: where that matters, run it under `timeout`. Connecting has a limit of its own.
 * @throws RemoteError `unreachable` or `refused` (the host opens no session or runs no command); `lost`.
 */
export async function exec(session: Session, command: string, options: ExecOptions): Promise<ExecResult> {
  if (options.signal.aborted)
    throw notSent(session, 'a command was called off before it was sent', 'called-off')
  const until = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
  let channel: ClientChannel | undefined
  try {
    channel = await openChannel(until, (opened) => session.client.exec(command, opened))
    const {code, ...rest} = await collect(channel, options, until)
    // ssh2 closes the channels of a broken connection as if the command had ended.
    if (code === undefined || !session.alive()) throw session.lost('running a command')
    return {code, ...rest}
  } catch (error) {
    throw until.aborted ? cutOff(session, options) : fault(session, error)
  } finally {
    channel?.destroy()
  }
}

/** `code` is undefined when the channel closed without one. */
type Ending = Omit<ExecResult, 'code'> & {code: number | null | undefined}

class Flood extends Error {}

function collect(channel: ClientChannel, options: ExecOptions, until: AbortSignal): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(until.reason)
    until.addEventListener('abort', stop, {once: true})
    const chunks: Record<'stdout' | 'stderr', Buffer[]> = {stdout: [], stderr: []}
    let left = options.maxOutput ?? MAX_OUTPUT
    const keep = (kind: 'stdout' | 'stderr') => (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) reject(new Flood())
      else chunks[kind].push(chunk)
    }
    channel.on('data', keep('stdout'))
    channel.stderr.on('data', keep('stderr'))
    channel.on('error', reject)
    channel.once('close', (code: number | null | undefined, signal?: string) => {
      until.removeEventListener('abort', stop)
      resolve({
        code,
        ...(signal !== undefined && {signal}),
        stdout: Buffer.concat(chunks.stdout).toString(),
        stderr: Buffer.concat(chunks.stderr).toString(),
      })
    })
    channel.end(options.stdin ?? '')
  })
}

/** ssh2 gives a reason when the host refused the channel; without one nobody knows how far the command got. */
function fault(session: Session, error: unknown): RemoteError {
  if (error instanceof RemoteError) return error
  if (error instanceof Flood) return inDoubt(session, 'wrote more than its limit', 'output')
  const {message} = error as Error
  if (message === 'Not connected') return notSent(session, 'the connection had ended', 'cut-off')
  // When a connection ends, ssh2 fails what is pending in the words it has for a refusal.
  if (!session.alive()) return session.lost('starting a command')
  if (wasRefused(error) || message === 'Unable to exec')
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

function cutOff(session: Session, {signal, timeoutMs}: ExecOptions): RemoteError {
  return signal.aborted
    ? inDoubt(session, 'was no longer waited for', 'called-off')
    : inDoubt(session, `did not end within ${timeoutMs / 1000} s`, 'time-out')
}

function inDoubt(session: Session, says: string, kind: string): RemoteError {
  return new RemoteError('lost', `a command on ${describe(session.target)} ${says}`, {
    class: kind,
    hint: 'It may still be running there: look at the host before you repeat it.',
  })
}

function notSent(session: Session, says: string, kind: string): RemoteError {
  return new RemoteError('unreachable', `${says} (${describe(session.target)})`, {class: kind})
}
