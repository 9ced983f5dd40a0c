import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {parse, stringify} from 'yaml'
import {runningLab} from '../lab/running-lab.js'
import {runningRedis} from '../lab/running-redis.js'
import {states} from '../runbooks/haproxy/states.js'
import {failoverCalls, rolesOf} from '../runbooks/redis/states.js'
import {outcomeOf} from './fits.js'
import {homeWith, words} from './home.js'

const BOOKS = fileURLToPath(new URL('../../docs/books/', import.meta.url))

const haproxy = runningLab()
// A replica that hears nothing for 10 s is no candidate, and here nobody writes.
const redis = runningRedis({extraConfig: ['repl-ping-replica-period 1']})
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rb-'))
  const inventories = await Promise.all(
    [haproxy().inventoryFile, redis().inventoryFile].map(async (file) => parse(await readFile(file, 'utf8'))),
  )
  await writeFile(join(dir, 'redeye.yaml'), stringify(Object.assign({}, ...inventories)), {mode: 0o600})
})
afterAll(() => rm(dir, {recursive: true, force: true}))
const at = homeWith(
  () => join(dir, 'redeye.yaml'),
  () => redis().restore(),
)

const everything = async () => ({
  haproxy: await states(haproxy()),
  redis: await rolesOf(redis()),
  sent: await failoverCalls(redis()),
})

describe('the documents in docs/books', () => {
  test('could be run as they are: every command, target and plan, on the labs; nothing is changed', async () => {
    const files = (await readdir(BOOKS)).map((name) => join(BOOKS, name))
    expect(files.length).toBeGreaterThanOrEqual(2)
    const then = await everything()
    const checked = await at.redeye(['book', 'check', ...files, '--dry-run', '--json'])
    const {verdict, findings, because} = outcomeOf(checked)
    expect({verdict, because}).toEqual({verdict: 'healthy', because: []})
    expect(findings.map(({id, level}) => [id, level])).toEqual(files.map((file) => [file, 'pass']))
    expect(await everything()).toEqual(then)
    expect(await at.runs()).toEqual([])
  })

  test('Redis: a failover between two checks, and the undo of the whole puts the roles back', async () => {
    const before = await rolesOf(redis())
    const file = join(BOOKS, 'redis-maintenance.md')
    const done = await at.redeye([
      ...['book', 'run', file, '--var', 'slot=0', '--var', 'cluster=orders', '--yes', '--json'],
    ])
    expect(done.code, words(done)).toBe(0)
    const {run, totals} = outcomeOf(done)
    expect(totals).toMatchObject({changed: 1, already: 2})
    expect(await rolesOf(redis())).not.toEqual(before)
    const undone = await at.redeye(`runs undo ${run} --yes`)
    expect(undone.code, words(undone)).toBe(0)
    await redis().settled()
    expect(await rolesOf(redis())).toEqual(before)
  })
})

describe('book check', () => {
  const bad = async (name: string, text: string) => {
    await writeFile(join(at.home(), name), text)
    return join(at.home(), name)
  }

  test('of several documents names every problem and ends with 13; a plan that is refused is one', async () => {
    const unknown = await bad('unknown.md', '```redeye\nhaproxy dran app/s2\n```\n')
    const refused = await bad('refused.md', 'x\n\n```redeye\nhaproxy status app\nhaproxy drain one/s1\n```\n')
    const fine = await bad('fine.md', '```redeye\nhaproxy status\n```\n')
    const all = ['book', 'check', unknown, refused, fine]
    const ended = outcomeOf(await at.redeye([...all, '--dry-run', '--json']))
    expect(ended).toMatchObject({
      verdict: 'unhealthy',
      exit: 13,
      says: '2 of 3 documents cannot be run as they are',
    })
    expect(ended.because).toEqual([
      `${unknown}:1:1: there is no command haproxy dran; did you mean haproxy drain?`.replace(
        ':1:1:',
        ':2:1:',
      ),
      expect.stringContaining(`${refused}:5:1: redeye haproxy drain one/s1: refused by guard`),
    ])
    const quick = outcomeOf(await at.redeye([...all, '--json']))
    expect(quick.because).toHaveLength(1)
  })

  test('a variable without default and example wants its --var; a target must be in the inventory', async () => {
    const file = await bad(
      'vars.md',
      '---\nvars:\n  c: {type: target, system: redis}\n---\n```redeye\nredis check --cluster {{c}}\n```\n',
    )
    const without = outcomeOf(await at.redeye(['book', 'check', file, '--json']))
    expect(without.because).toEqual([`${file}:3:3: c has neither default nor example, and no --var`])
    const wrong = outcomeOf(await at.redeye(['book', 'check', file, '--var', 'c=nowhere', '--json']))
    expect(wrong.because).toEqual([
      expect.stringContaining('has no redis target of that name; it has orders'),
    ])
    expect((await at.redeye(['book', 'check', file, '--var', 'c=orders'])).code).toBe(0)
  })

  test('a file that is missing, and a variable that no document has, are usage errors', async () => {
    expect((await at.redeye('book check nowhere.md')).code).toBe(2)
    const file = await bad('fine.md', '```redeye\nhaproxy status\n```\n')
    expect((await at.redeye(['book', 'check', file, '--var', 'x=1'])).code).toBe(2)
  })
})
