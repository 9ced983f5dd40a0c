import {open} from 'node:fs/promises'
import {resolve} from 'node:path'
import {z} from 'zod'

export const SECRET_HINT =
  'a secret is a reference: {env: NAME}, {file: PATH} or {cmd: [PROGRAM, ARGUMENT, ...]}'

/** Where a secret is, never the secret itself. */
export const secretRef = z.union(
  [
    z.strictObject({env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {error: SECRET_HINT})}),
    z.strictObject({file: z.string().min(1, {error: SECRET_HINT})}),
    z.strictObject({cmd: z.array(z.string()).min(1, {error: SECRET_HINT})}),
  ],
  {error: SECRET_HINT},
)
export type SecretRef = z.output<typeof secretRef>

/** Whether a value of the inventory has a secret anywhere that a program is run for. */
export function runsProgram(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return ('cmd' in value && Array.isArray(value.cmd)) || Object.values(value).some(runsProgram)
}

export interface SecretDeps {
  env: Readonly<Record<string, string | undefined>>
  /** Relative paths are from here: the directory of the inventory. */
  directory: string
  /** What `~/` stands for. */
  home: string
  /** Runs a program without a shell and ends it when the signal aborts; `code` is `null` when a signal ended it. */
  run(argv: readonly string[], signal: AbortSignal): Promise<{code: number | null; stdout: string}>
  /** For `cmd`, milliseconds; 10 s unless said. */
  limitMs?: number
}

/** The secret could not be had. The message holds no part of it, and nothing a program printed. */
export class SecretError extends Error {
  override name = 'SecretError'
}

const LIMIT_MS = 10_000

/** Gets the value, without the line break at its end. @throws SecretError */
export async function resolveSecret(ref: SecretRef, deps: SecretDeps): Promise<string> {
  if ('env' in ref) return present(deps.env[ref.env] ?? '', `the environment variable ${ref.env}`, 'not set')
  if ('file' in ref) return present(await readPrivate(ref.file, deps), `the secret file ${ref.file}`, 'empty')
  return present(await runFor(ref.cmd, deps), `the output of ${ref.cmd[0]}`, 'empty')
}

function present(text: string, what: string, otherwise: string): string {
  const value = text.replace(/\r?\n$/, '')
  if (value === '') throw new SecretError(`${what} is ${otherwise}`)
  return value
}

/** Looks at the open file, so that it cannot be exchanged between the look and the reading. */
async function readPrivate(path: string, {directory, home}: SecretDeps): Promise<string> {
  const full = path.startsWith('~/') ? resolve(home, path.slice(2)) : resolve(directory, path)
  const file = await open(full, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new SecretError(`cannot open the secret file ${full}: ${error.code}`)
  })
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new SecretError(`the secret file ${full} is not a regular file`)
    if ((stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0')
      throw new SecretError(
        `the secret file ${full} is open to others (${mode}); close it: chmod 600 ${full}`,
      )
    }
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

async function runFor(argv: readonly string[], {run, limitMs = LIMIT_MS}: SecretDeps): Promise<string> {
  const signal = AbortSignal.timeout(limitMs)
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(tooLate(argv, limitMs)), {once: true})
  })
  const ended = run(argv, signal).catch(() => {
    throw signal.aborted
      ? tooLate(argv, limitMs)
      : new SecretError(`${argv[0]} could not be run for a secret`)
  })
  const {code, stdout} = await Promise.race([ended, late])
  if (code !== 0) throw new SecretError(`${argv[0]}, run for a secret, ended with ${code ?? 'a signal'}`)
  return stdout
}

function tooLate(argv: readonly string[], limitMs: number): SecretError {
  return new SecretError(`${argv[0]}, run for a secret, did not end within ${limitMs / 1000} s`)
}
