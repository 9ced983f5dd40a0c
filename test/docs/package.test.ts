import {access, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {homeEnv, words} from '../commands/home.js'
import {startCommand} from '../commands/redeye.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MINUTES = 60_000
const MIB = 2 ** 20

interface Packed {
  filename: string
  size: number
  unpackedSize: number
  files: {path: string}[]
}

let dir = ''
let packed: Packed
const paths = () => packed.files.map(({path}) => path)
const below = (start: string) => paths().filter((path) => path.startsWith(start))

/** As from a fresh clone: what was built for this test run is what `prepack` builds. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rp-'))
  const {stdout} = await execa('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', dir], {
    cwd: ROOT,
  })
  const answer = JSON.parse(stdout) as Packed[] | Record<string, Packed>
  const [one] = Object.values(answer)
  if (!one) throw new Error(`npm packed nothing: ${stdout}`)
  packed = one
}, MINUTES)
afterAll(() => rm(dir, {recursive: true, force: true}))

test('what package.json lists is there, and so is what everybody looks for first', async () => {
  const {files} = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {files: string[]}
  for (const name of files.filter((one) => !one.startsWith('!'))) await access(join(ROOT, name))
  expect(paths()).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json']))
  expect(below('bin/').sort()).toEqual(['bin/bundle.js', 'bin/run.js'])
})

test('what was built has a source today, and nothing else came along', async () => {
  const sources = await readdir(join(ROOT, 'src'), {recursive: true, withFileTypes: true})
  const built = sources
    .filter((one) => one.isFile())
    .map(({parentPath, name}) => join(parentPath, name).replace(`${ROOT}src/`, 'dist/').replace(/ts$/, 'js'))
  const bundle = ['oclif', 'commands', 'zod', 'yaml'].map((name) => `dist/bundle/${name}.cjs`)
  expect(below('dist/').sort()).toEqual([...built, ...bundle].sort())
  for (const path of below('test/'))
    expect(path).toMatch(/^test\/peers\/.*(\.go|\/go\.(mod|sum)|\/requirements\.txt)$/)
  for (const path of below('docs/')) expect(path).toMatch(/\.md$/)
  const others = paths().filter((path) => !/^(bin|dist|docs|test)\//.test(path))
  expect(others.sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'oclif.manifest.json',
    'package.json',
  ])
})

test('it is small, and knows nothing of the machine that built it', async () => {
  expect(packed.size).toBeLessThan(2 * MIB)
  expect(packed.unpackedSize).toBeLessThan(10 * MIB)
  for (const path of paths()) {
    const text = await readFile(join(ROOT, path), 'utf8')
    expect(text.includes(ROOT), path).toBe(false)
    expect(/-----BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(text), path).toBe(false)
  }
})

test(
  'installed without what it was built with, it brings up its lab and looks at it',
  async () => {
    await writeFile(join(dir, 'package.json'), '{}')
    const install = [
      'install',
      '--omit=dev',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
    ]
    await execa('npm', [...install, join(dir, packed.filename)], {cwd: dir})
    const installed = await readdir(join(dir, 'node_modules'))
    for (const tool of ['typescript', 'tsx', 'esbuild', 'vitest']) expect(installed).not.toContain(tool)

    const bin = join(dir, 'node_modules', '.bin', 'redeye')
    const env = {
      ...homeEnv(dir),
      XDG_CACHE_HOME: join(dir, 'cache'),
      REDEYE_INVENTORY: join(dir, 'state/redeye/lab/haproxy/redeye.yaml'),
      // Its first line asks env for node.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    }
    const redeye = (...args: string[]) => startCommand(bin, args, env, {cwd: dir}).ended
    expect((await redeye('--version')).stdout).toMatch(/^redeye\/\d/)
    expect((await redeye('--help')).stdout).toContain('haproxy')
    const up = await redeye('lab', 'up', 'haproxy')
    try {
      expect(up, words(up)).toMatchObject({code: 0})
      const status = await redeye('haproxy', 'status', 'app')
      expect(status, words(status)).toMatchObject({code: 0})
      expect(status.stdout).toMatch(/^app\/s1 +lb1 +UP/m)
    } finally {
      expect(await redeye('lab', 'down')).toMatchObject({code: 0})
    }
  },
  4 * MINUTES,
)
