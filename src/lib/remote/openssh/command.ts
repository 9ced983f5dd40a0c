import type {Readable} from 'node:stream'
import {RemoteError} from '../fault.js'
import type {Output} from '../fleet/messages.js'
import {keep} from '../fleet/output.js'
import type {Master} from './master.js'

export type SharedCommand = {
  text: string
  stdin?: Uint8Array
  timeoutMs: number
  keepBytes: number
  signal: AbortSignal
}

/** What ssh ends with when it is the connection that failed; a command may end with it too. */
const BROKEN = 255
/** The master learns of a lost connection at the same moment, and ends a little later. */
const NOTICED_MS = 500

/**
 * Runs one command over a connection that stands; any exit code is a result.
 * @throws RemoteError `lost` when it was sent and nobody knows
 */
export async function runShared(
  master: Master,
  address: string,
  {text, stdin, timeoutMs, keepBytes, signal}: SharedCommand,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Output> {
  const {execa} = await import('execa')
  // Without its master ssh would connect by itself, with other options: it must not be able to.
  const argv = [
    '-S',
    master.socket,
    '-o',
    'ControlMaster=no',
    '-o',
    'ProxyCommand=false',
    '-T',
    '--',
    address,
    text,
  ]
  const kept = keep(keepBytes)
  const child = execa('ssh', argv, {
    env,
    extendEnv: false,
    ...(stdin ? {input: Buffer.from(stdin)} : {stdin: 'ignore' as const}),
    reject: false,
    buffer: false,
  })
  child.stdout.on('data', (data: Buffer) => kept.add('stdout', data))
  child.stderr.on('data', (data: Buffer) => kept.add('stderr', data))
  const {exitCode, signal: killedBy} = await Promise.race([child, givenUp(child, timeoutMs, signal)])
  if (exitCode === undefined) throw lost('cut-off', `ssh was ended by ${killedBy ?? 'something'}`)
  if (exitCode === BROKEN && (await master.endsWithin(NOTICED_MS)))
    throw lost('cut-off', 'the connection was lost')
  return kept.finish(exitCode, '')
}

/** The master goes on holding the pipes of a command that still runs there: its end is not waited for. */
function givenUp(
  child: Promise<unknown> & {kill(signal: 'SIGKILL'): boolean; stdout: Readable; stderr: Readable},
  timeoutMs: number,
  signal: AbortSignal,
): Promise<never> {
  return new Promise((_, reject) => {
    const end = (kind: string, message: string) => {
      child.kill('SIGKILL')
      child.stdout.destroy()
      child.stderr.destroy()
      reject(lost(kind, message))
    }
    const timer = setTimeout(
      () => end('timeout', `the command did not end within ${timeoutMs / 1000} s`),
      timeoutMs,
    )
    const onAbort = () => end('called-off', 'the command was no longer waited for')
    signal.addEventListener('abort', onAbort)
    void child.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
  })
}

function lost(kind: string, message: string): RemoteError {
  return new RemoteError('lost', message, {
    class: kind,
    hint: 'It may have taken effect, or still run there: look at the host before you repeat it.',
  })
}
