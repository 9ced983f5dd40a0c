import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
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

const HEAVY = /^(ssh2|execa|zod|yaml|vitest|tsx|typescript|@aws-sdk\/.*|@azure\/.*)$/

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
    expect(files).toEqual(['bin/run.js', 'bin/bundle.js'])
  })
})

test('a command of another system loads no SDK of a cloud', async () => {
  const {files} = await loadedBy('runs list')
  expect(packages(files).filter((name) => name.startsWith('@azure'))).toEqual([])
})

test('what help is made of has none of our code that talks to a system, and no heavy package', async () => {
  const [oclif = {}] = JSON.parse(
    await readFile(new URL('../../dist/bundle/inputs.json', import.meta.url), 'utf8'),
  )
  const ours = Object.keys(oclif).filter((file) => file.includes('/dist/lib/'))
  expect(ours.map((file) => file.replace(/.*\/dist/, 'dist'))).toEqual(['dist/lib/cli/bundled.js'])
  expect(packages(Object.keys(oclif)).filter((name) => HEAVY.test(name))).toEqual([])
})

describe('the compile cache', () => {
  const own = () => ({...homeEnv(home), XDG_CACHE_HOME: join(home, 'cache')})
  const help = async (env: NodeJS.ProcessEnv = own()) => await startRedeye('haproxy drain --help', env).ended
  const kept = async () =>
    (await readdir(join(home, 'cache', 'redeye', 'compiled'))).filter((name) =>
      name.startsWith('oclif-help-2'),
    )

  test('is all that help writes, and only its owner may write there', async () => {
    expect((await help()).code).toBe(0)
    const written = await readdir(home, {recursive: true})
    expect(written.filter((name) => !name.startsWith('cache'))).toEqual([])
    const {mode} = await stat(join(home, 'cache', 'redeye', 'compiled'))
    expect(mode & 0o777).toBe(0o700)
    const [file = ''] = await kept()
    expect((await stat(join(home, 'cache', 'redeye', 'compiled', file))).mode & 0o777).toBe(0o600)
  })

  test('is used: a run with it writes none', async () => {
    await help()
    const [file = ''] = await kept()
    const before = await stat(join(home, 'cache', 'redeye', 'compiled', file))
    await help()
    expect(await stat(join(home, 'cache', 'redeye', 'compiled', file))).toMatchObject({
      ino: before.ino,
      mtimeMs: before.mtimeMs,
    })
  })

  test('that is damaged, or that others could have written, is not run', async () => {
    const {stdout} = await help()
    const [file = ''] = await kept()
    const path = join(home, 'cache', 'redeye', 'compiled', file)
    await writeFile(path, 'not what V8 wrote')
    expect(await help()).toMatchObject({code: 0, stdout, stderr: ''})
    await chmod(path, 0o666)
    expect(await help()).toMatchObject({code: 0, stdout, stderr: ''})
    await chmod(join(home, 'cache', 'redeye', 'compiled'), 0o777)
    expect(await help()).toMatchObject({code: 0, stdout, stderr: ''})
  })

  test('is not needed: a directory that cannot be made costs time and nothing else', async () => {
    await writeFile(join(home, 'file'), '')
    for (const HOME of ['/proc', join(home, 'nowhere')])
      expect(await help({...own(), XDG_CACHE_HOME: '', HOME})).toMatchObject({code: 0, stderr: ''})
    expect(await help({...own(), XDG_CACHE_HOME: join(home, 'file')})).toMatchObject({code: 0, stderr: ''})
  })

  test('is not made when Node is told to make none', async () => {
    await help({...own(), NODE_DISABLE_COMPILE_CACHE: '1'})
    expect(await readdir(home, {recursive: true})).toEqual([])
  })
})

test('DEBUG makes oclif speak, as it does without a bundle', async () => {
  const {stderr} = await startRedeye('--help', {...homeEnv(home), DEBUG: 'oclif*'}).ended
  expect(stderr).toContain('oclif')
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
