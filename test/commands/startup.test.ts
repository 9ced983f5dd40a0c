import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {homeEnv} from './home.js'
import {BIN, type Ended, startProgram, startRedeye} from './redeye.js'

const PRELOAD = fileURLToPath(new URL('loaded.mjs', import.meta.url))
const ROOT = new URL('../../', import.meta.url).href

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rc-'))
})
afterEach(async () => {
  await rm(home, {recursive: true, force: true})
})

/** Runs the program and gives what it loaded, relative to the project. */
async function loadedBy(args: string): Promise<{ended: Ended; files: string[]}> {
  const list = join(home, 'loaded')
  const ended = await startRedeye(args, homeEnv(home), {
    env: {NODE_OPTIONS: `--import=${PRELOAD}`, LOADED: list},
  }).ended
  const urls = (await readFile(list, 'utf8')).trim().split('\n')
  return {ended, files: urls.map((url) => url.replace(ROOT, ''))}
}

function packages(files: readonly string[]): string[] {
  const names = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])
  return [...new Set(names)].sort()
}

/** What oclif itself brings along for its help. */
const OF_OCLIF = `
  @oclif/core ansi-escapes ansi-regex ansi-styles ansis balanced-match brace-expansion clean-stack
  cli-spinners debug ejs emoji-regex escape-string-regexp fdir get-package-type has-flag
  indent-string is-docker is-fullwidth-code-point is-inside-container is-wsl lilconfig minimatch ms
  picomatch powershell-utils semver string-width strip-ansi supports-color tinyglobby widest-line
  wordwrap wrap-ansi wsl-utils
`
  .trim()
  .split(/\s+/)
const HEAVY = /^(ssh2|execa|zod|yaml|vitest|tsx|typescript|@aws-sdk\/.*|@azure\/.*)$/
const FAR = /^dist\/lib\/(systems|remote|inventory|runbooks|lab|engine|journal|lock|report)\//

test('--version loads nothing', async () => {
  const {ended, files} = await loadedBy('--version')
  expect(ended).toMatchObject({code: 0, stderr: ''})
  expect(ended.stdout).toMatch(/^redeye\/\d+\.\d+\.\d+ linux-\w+ node-v\d+\.\d+\.\d+\n$/)
  expect(files).toEqual(['bin/run.js'])
})

describe('help loads nothing that talks to a system', () => {
  test.each([
    ['--help', 'USAGE\n  $ redeye [COMMAND]'],
    ['haproxy --help', 'haproxy drain'],
    ['haproxy drain --help', 'USAGE\n  $ redeye haproxy drain [SERVER]'],
    ['aws instance recover --help', 'USAGE\n  $ redeye aws instance recover INSTANCE'],
    ['runs undo --help', 'USAGE\n  $ redeye runs undo RUN'],
    ['azure vm recover --help', 'USAGE\n  $ redeye azure vm recover VM'],
  ])('%s', async (args, says) => {
    const {ended, files} = await loadedBy(args)
    expect(ended).toMatchObject({code: 0, stderr: ''})
    expect(ended.stdout).toContain(says)
    expect(packages(files).filter((name) => HEAVY.test(name))).toEqual([])
    expect(files.filter((file) => FAR.test(file))).toEqual([])
    expect(packages(files)).toEqual(OF_OCLIF)
  })
})

test('a command of another system loads no SDK of a cloud', async () => {
  const {files} = await loadedBy('runs list')
  expect(packages(files).filter((name) => name.startsWith('@azure'))).toEqual([])
})

test('help writes nothing into the home directory', async () => {
  expect((await startRedeye('haproxy drain --help', homeEnv(home)).ended).code).toBe(0)
  expect(await readdir(home, {recursive: true})).toEqual([])
})

describe('on a Node that is too old or of no long-term support', () => {
  test.each(['20.20.2', '18.0.0', '22.12.0', '23.11.1', '25.2.0'])('%s', async (version) => {
    const {code, stdout, stderr} = await runOn(version)
    expect({code, stdout}).toEqual({code: 2, stdout: ''})
    expect(stderr).toMatch(/^redeye needs Node 22\.13 or newer, .*\n$/)
    expect(stderr).toContain(`this is v${version}: run it as 'npx node@24 ${BIN} ...'`)
  })

  test.each(['22.13.0', '24.0.0', '26.1.0'])('%s is good', async (version) => {
    expect(await runOn(version)).toMatchObject({code: 0, stderr: ''})
  })

  function runOn(version: string): Promise<Ended> {
    const lie = `for (const [name, value] of [['version', 'v${version}'], ['versions', {...process.versions, node: '${version}'}]])
      Object.defineProperty(process, name, {value})`
    return startProgram(
      ['--import', `data:text/javascript,${encodeURIComponent(lie)}`, BIN, '--version'],
      homeEnv(home),
    ).ended
  }
})

describe('a command loads the clients of its own system only', () => {
  test.each(['haproxy status', 'redis status', 'aws check'])('%s', async (args) => {
    const {files} = await loadedBy(args)
    expect(packages(files).filter((name) => /^@(aws-sdk|azure)\//.test(name)).length > 0).toBe(
      args.startsWith('aws'),
    )
  })
})
