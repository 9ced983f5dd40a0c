import {execFile} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {
  resolveSecret,
  type SecretDeps,
  SecretError,
  type SecretRef,
  secretRef,
} from '../../src/lib/inventory/secret.js'

const VALUE = 's3cr3t value'
const node = (script: string): SecretRef => ({cmd: [process.execPath, '-e', script]})
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'redeye-secret-'))
})
afterEach(() => {
  rmSync(directory, {recursive: true, force: true})
})

function deps(more: Partial<SecretDeps> = {}): SecretDeps {
  return {env: {PASSWORD: VALUE, EMPTY: ''}, directory, home: directory, run, ...more}
}

/** A real child without a shell. */
function run(argv: readonly string[], signal: AbortSignal): Promise<{code: number | null; stdout: string}> {
  const [program = '', ...args] = argv
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, {signal}, (error, stdout) => {
      if (typeof error?.code === 'string') reject(error)
      else resolve({code: child.exitCode, stdout})
    })
  })
}

async function failure(ref: SecretRef, more: Partial<SecretDeps> = {}): Promise<string> {
  const error = await resolveSecret(ref, deps(more)).catch((thrown: unknown) => thrown)
  if (!(error instanceof SecretError)) throw new Error(`expected a SecretError, got ${error}`)
  expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(VALUE)
  expect(error.cause).toBeUndefined()
  return error.message
}

function file(mode: number, text = `${VALUE}\n`): string {
  const path = join(directory, 'secret')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('resolveSecret', () => {
  it('reads the environment', async () => {
    expect(await resolveSecret({env: 'PASSWORD'}, deps())).toBe(VALUE)
    expect(await failure({env: 'OTHER'})).toBe('the environment variable OTHER is not set')
    expect(await failure({env: 'EMPTY'})).toBe('the environment variable EMPTY is not set')
  })

  it.each([0o600, 0o400])('reads a file of mode %o, from here, from home or anywhere', async (mode) => {
    const path = file(mode)
    for (const name of ['secret', '~/secret', path])
      expect(await resolveSecret({file: name}, deps({home: directory}))).toBe(VALUE)
  })

  it.each([0o640, 0o604, 0o660, 0o777])('refuses a file of mode %o', async (mode) => {
    const path = file(mode)
    expect(await failure({file: 'secret'})).toBe(
      `the secret file ${path} is open to others (0${mode.toString(8)}); close it: chmod 600 ${path}`,
    )
  })

  it('refuses what is no file, or empty', async () => {
    expect(await failure({file: 'missing'})).toBe(
      `cannot open the secret file ${join(directory, 'missing')}: ENOENT`,
    )
    expect(await failure({file: '.'})).toBe(`the secret file ${directory} is not a regular file`)
    file(0o600, '\n')
    expect(await failure({file: 'secret'})).toBe('the secret file secret is empty')
  })

  it('runs a program without a shell', async () => {
    expect(await resolveSecret(node(`process.stdout.write('${VALUE}\\r\\n')`), deps())).toBe(VALUE)
    const words: SecretRef = {
      cmd: [process.execPath, '-e', 'process.stdout.write(process.argv[1])', '$HOME; id'],
    }
    expect(await resolveSecret(words, deps())).toBe('$HOME; id')
  })

  it('repeats nothing that a failing program printed or was given', async () => {
    const script = `process.stdout.write('${VALUE}'); process.stderr.write('${VALUE}'); process.exitCode = 3`
    expect(await failure(node(script))).toBe(`${process.execPath}, run for a secret, ended with 3`)
    expect(await failure({cmd: ['/nonexistent/op', VALUE]})).toBe(
      '/nonexistent/op could not be run for a secret',
    )
    expect(await failure(node(''))).toBe(`the output of ${process.execPath} is empty`)
  })

  it('gives up in time, also on a runner that does not listen', async () => {
    const hangs = node('setTimeout(() => {}, 60_000)')
    const expected = `${process.execPath}, run for a secret, did not end within 0.2 s`
    expect(await failure(hangs, {limitMs: 200})).toBe(expected)
    expect(await failure(hangs, {limitMs: 200, run: () => new Promise(() => {})})).toBe(expected)
  })
})

describe('secretRef', () => {
  it.each([{env: 'A'}, {file: '/a'}, {cmd: ['op', 'read', 'op://a/b']}])('takes %j', (ref) => {
    expect(secretRef.parse(ref)).toEqual(ref)
  })

  it.each([
    'hunter2',
    {env: '1 A'},
    {file: ''},
    {cmd: []},
    {cmd: 'op read'},
    {env: 'A', file: '/a'},
    {},
    null,
  ])('refuses %j without repeating it', (value) => {
    const {error} = secretRef.safeParse(value)
    expect(error?.issues.map(({message}) => message)).toEqual([
      'a secret is a reference: {env: NAME}, {file: PATH} or {cmd: [PROGRAM, ARGUMENT, ...]}',
    ])
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })
})
