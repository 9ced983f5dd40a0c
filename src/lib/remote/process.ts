import {printable} from '../text/clean.js'
import {RemoteError} from './fault.js'

export interface ProcessOptions {
  signal: AbortSignal
  timeoutMs: number
  /** The whole environment of the child; nothing is inherited. */
  env: Readonly<Record<string, string | undefined>>
  cwd?: string
  stdin?: string
  /** Characters of stdout, and of stderr; 16 Mi unless said. */
  maxOutput?: number
}

export interface ProcessResult {
  /** `null` when a signal ended it. */
  code: number | null
  signal?: string
  stdout: string
  stderr: string
}

/**
 * Runs a local program, without a shell. Any exit code is a result.
 * @throws RemoteError `unreachable` (class `no-program`) when it could not start or was stopped before; `lost` when
 * it was ended by the time limit, the abort signal or the cap on its output: what it did is not known.
 */
export async function run(
  argv: readonly [string, ...string[]],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const {execa} = await import('execa')
  const [file, ...args] = argv
  const result = await execa(file, args, {
    env: options.env,
    extendEnv: false,
    ...(options.cwd !== undefined && {cwd: options.cwd}),
    ...(options.stdin === undefined ? {stdin: 'ignore' as const} : {input: options.stdin}),
    cancelSignal: options.signal,
    timeout: options.timeoutMs,
    maxBuffer: options.maxOutput ?? 16 * 2 ** 20,
    forceKillAfterDelay: 1000,
    stripFinalNewline: false,
    reject: false,
  })
  const ended = cutShort(file, options, result)
  if (ended !== undefined) throw ended
  return {
    code: result.exitCode ?? null,
    ...(result.signal !== undefined && {signal: result.signal}),
    stdout: result.stdout,
    stderr: result.stderr,
  }
}

interface Ending {
  timedOut: boolean
  isCanceled: boolean
  isMaxBuffer: boolean
  exitCode?: number | undefined
  signal?: string | undefined
  cause?: unknown
  code?: string | undefined
}

function cutShort(file: string, options: ProcessOptions, ending: Ending): RemoteError | undefined {
  const name = printable(file)
  if (ending.isMaxBuffer) return new RemoteError('lost', `${name} wrote more than its limit and was ended`)
  if (ending.timedOut)
    return new RemoteError('lost', `${name} did not end within ${options.timeoutMs / 1000} s and was ended`, {
      class: 'time-out',
    })
  if (ending.isCanceled) return new RemoteError('lost', `${name} was stopped`, {class: 'called-off'})
  if (ending.exitCode !== undefined || ending.signal !== undefined) return undefined
  const why = ending.code === 'ENOENT' ? 'no such program was found' : (ending.code ?? 'reason unknown')
  return new RemoteError('unreachable', `${name} could not be started: ${why}`, {
    class: 'no-program',
    cause: ending.cause,
  })
}
