import {cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {homeEnv} from '../commands/home.js'
import {runningLab} from '../lab/running-lab.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGE = join(ROOT, 'docs', 'adding-a-runbook.md')
const NEEDED = ['src', 'test', 'bin', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.test.json']
const CHECKS = ['vitest.config.ts', 'biome.json', '.dependency-cruiser.cjs']
const MINUTES = 60_000

const lab = runningLab()
let copy = ''
let files: string[] = []

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'newcomer-'))
  for (const name of [...NEEDED, ...CHECKS]) await cp(join(ROOT, name), join(copy, name), {recursive: true})
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  files = await follow(await readFile(PAGE, 'utf8'))
}, 2 * MINUTES)
afterAll(() => rm(copy, {recursive: true, force: true}))

/** Does what the page says: each block into the file that is named above it. @returns the files */
async function follow(page: string): Promise<string[]> {
  const blocks = [...page.matchAll(/^`((?:src|test)\/\S+)`:\n\n```ts\n([\s\S]*?)^```$/gm)]
  for (const [, file = '', text = ''] of blocks) {
    await mkdir(dirname(join(copy, file)), {recursive: true})
    await writeFile(join(copy, file), text, {flag: 'wx'})
  }
  const [, line = ''] = /^```ts registry\n([\s\S]*?)^```$/m.exec(page) ?? []
  const registry = join(copy, 'src/lib/cli/registry.ts')
  const before = await readFile(registry, 'utf8')
  const open = before.indexOf('= {\n', before.indexOf('export const RUNBOOKS')) + '= {\n'.length
  await writeFile(registry, before.slice(0, open) + line + before.slice(open))
  return blocks.map(([, file = '']) => file)
}

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  execa(command, args, {cwd: copy, preferLocal: true, localDir: ROOT, reject: false, all: true, env})

test('the page names a runbook, a command and a test', () => {
  expect(files).toEqual([
    'src/lib/runbooks/haproxy/agent-off.ts',
    'src/commands/haproxy/agent-off.ts',
    'test/runbooks/haproxy/agent-off.test.ts',
  ])
})

test('what it says passes our own checks, as it stands there', {timeout: 3 * MINUTES}, async () => {
  const biome = await run('biome', ['ci', ...files, 'src/lib/cli/registry.ts'])
  expect(biome.exitCode, biome.all).toBe(0)
  const types = await run('tsc', ['-p', 'tsconfig.test.json'])
  expect(types.exitCode, types.all).toBe(0)
  const imports = await run('depcruise', ['src', '--config', '.dependency-cruiser.cjs'])
  expect(imports.exitCode, imports.all).toBe(0)
})

test('its test passes, against real daemons', {timeout: 2 * MINUTES}, async () => {
  const {exitCode, all} = await run('vitest', ['run', 'test/runbooks/haproxy/agent-off.test.ts'], {
    NO_COLOR: '1',
  })
  expect(exitCode, all).toBe(0)
  expect(all).toContain('4 passed')
})

test('its command has help, and is refused where the page says so', {timeout: 2 * MINUTES}, async () => {
  const redeye = (...args: string[]) =>
    run(process.execPath, ['--import', 'tsx', 'bin/dev.js', 'haproxy', 'agent-off', ...args], {
      ...homeEnv(copy),
      REDEYE_INVENTORY: lab().inventoryFile,
    })
  const help = await redeye('--help')
  expect({code: help.exitCode, says: help.stdout}).toMatchObject({
    code: 0,
    says: expect.stringContaining('$ redeye haproxy agent-off SERVER'),
  })
  const refused = await redeye('app/s2', '--dry-run')
  expect({code: refused.exitCode, says: refused.stdout}).toMatchObject({
    code: 3,
    says: expect.stringContaining('refused by guard has-agent'),
  })
  const unknown = await redeye('nosuch/s2')
  expect({code: unknown.exitCode, says: unknown.stdout}).toMatchObject({
    code: 3,
    says: expect.stringContaining('there is no nosuch/s2'),
  })
})
