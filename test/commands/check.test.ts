import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, readFile, stat, writeFile} from 'node:fs/promises'
import {type AddressInfo, createServer, type Server} from 'node:net'
import {join} from 'node:path'
import {SaxesParser} from 'saxes'
import {afterEach, describe, expect, test} from 'vitest'
import {type Recorder, startRecorder} from '../../src/lib/lab/recorder.js'
import {dialUnix} from '../../src/lib/remote/local-socket.js'
import {labNode, runningRedis} from '../lab/running-redis.js'
import {desk} from './desk.js'
import {outcomeOf} from './fits.js'
import {words} from './home.js'
import {openTerminal} from './terminal.js'

const at = desk()
const cluster = runningRedis()

const servers: Server[] = []
const tapes: Recorder[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await Promise.all(tapes.splice(0).map((one) => one.stop()))
})

/** Accepts and never answers. */
async function silent(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}))
  servers.push(server)
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A group of one instance whose every answer to this takes so long. */
async function slow(name: string, delayMs: number): Promise<string> {
  const path = join(at.home(), `${name}.sock`)
  const socket = at.lab().instances[0]?.places.socketPath ?? ''
  const tape = await startRecorder(path, dialUnix(socket))
  tapes.push(tape)
  for (let times = 0; times < 2; times += 1) tape.on(/show info/, {delayMs})
  return group(name, `unix:${path}`)
}

const group = (name: string, socket: string) =>
  `  ${name}: {instances: [{name: lb1, socket: ${JSON.stringify(socket)}}]}\n`

/** `redis/orders` is well, `haproxy/web-lb` has backends that nobody serves, and what is added. */
async function inventory(groups = '', systems = ''): Promise<{env: {REDEYE_INVENTORY: string}}> {
  const [haproxy, redis] = await Promise.all(
    [at.lab(), cluster()].map(({inventoryFile}) => readFile(inventoryFile, 'utf8')),
  )
  return await only(`${haproxy}${groups}${redis}${systems}`)
}

async function only(text: string): Promise<{env: {REDEYE_INVENTORY: string}}> {
  const file = join(at.home(), 'redeye.yaml')
  await writeFile(file, text)
  return {env: {REDEYE_INVENTORY: file}}
}

const answers = (outcome: ReturnType<typeof outcomeOf>) =>
  Object.fromEntries(outcome.targets?.map(({target, answer}) => [target, answer]) ?? [])

describe('which targets', () => {
  test('all of the inventory, those of a system, or those that are named', async () => {
    const how = await inventory()
    const asked = async (args: string) => answers(outcomeOf(await at.redeye(`check ${args} --json`, how)))
    expect(await asked('')).toEqual({'haproxy/web-lb': 'no', 'redis/orders': 'ok'})
    expect(await asked('redis')).toEqual({'redis/orders': 'ok'})
    expect(await asked('redis/orders redis haproxy/web-lb')).toEqual({
      'haproxy/web-lb': 'no',
      'redis/orders': 'ok',
    })
  })

  test.each([
    ['redsi', 'did you mean redis?'],
    ['redis/order', 'did you mean redis/orders?'],
    ['orders', 'did you mean redis/orders?'],
    ['vsphere', 'has no vsphere target'],
    ['redis/', 'has no redis target'],
    ['--watch 10ms', 'at least 1s'],
    ['--limit 0s', 'needs some time'],
    ['--width 0', 'greater than or equal to 1'],
    ['--tap --json', 'cannot also be provided'],
    ['--watch 5s --json', 'cannot also be provided'],
    ['--junit /nowhere/x.xml', 'nothing can be written into /nowhere (ENOENT)'],
  ])('%s is a usage error: %s', async (args, says) => {
    const ended = await at.redeye(`check ${args}`, await inventory())
    expect(ended.code).toBe(2)
    expect(words(ended)).toContain(says)
  })

  test('an inventory without a target, and no inventory', async () => {
    const empty = await at.redeye('check', await only('redis: {}\n'))
    expect(empty.code).toBe(2)
    expect(words(empty)).toContain('there is nothing to check')
    const none = await at.redeye('check', {env: {REDEYE_INVENTORY: '/nowhere/redeye.yaml'}})
    expect(none.code).toBe(2)
  })
})

describe('one table and one exit code', () => {
  test('0 when all are well', async () => {
    const ended = await at.redeye('check redis', await inventory())
    expect(ended).toMatchObject({code: 0, stderr: ''})
    expect(ended.stdout).toMatch(
      /^target {8}answer {9}time\nredis\/orders {2}ok {9} +\d\.\ds\n\nHEALTHY {2}check\n/,
    )
    expect(ended.stdout).toContain('1 target: 1 ok')
  })

  test('13 when one is not, with what is wrong and the command that asks it alone', async () => {
    const {code, stdout} = await at.redeye('check', await inventory())
    expect(code).toBe(13)
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(stdout).toMatch(/\nhaproxy\/web-lb {2}no .*\n {2}- serving: no usable server in /)
    expect(stdout).toContain('2 targets: 1 ok, 1 no')
    expect(stdout).toContain('Next:\n  redeye haproxy check --group web-lb\n')
  })

  test('10 when the only trouble is that some do not answer', async () => {
    const how = await only(
      `haproxy:\n${group('gone', 'unix:/nowhere/a.sock')}${await readFile(cluster().inventoryFile, 'utf8')}`,
    )
    const outcome = outcomeOf(await at.redeye('check --json', how))
    expect(answers(outcome)).toEqual({'haproxy/gone': 'unreachable', 'redis/orders': 'ok'})
    expect(outcome).toMatchObject({verdict: 'unreachable', exit: 10})
  })

  test('a target whose settings cannot be used is a no, and the others are asked all the same', async () => {
    const how = await inventory('', 'receivers: {fleet: {hosts: {file: none.csv}}}\n')
    const outcome = outcomeOf(await at.redeye('check receivers redis --json', how))
    expect(answers(outcome)).toEqual({'receivers/fleet': 'no', 'redis/orders': 'ok'})
    expect(outcome.because.join()).toContain('cannot read the list of hosts')
    expect(outcome).toMatchObject({exit: 13, next: ['redeye receivers check --fleet fleet']})
  })
})

describe('side by side, within a time', () => {
  test('all together take as long as the slowest one, and with --width 1 as long as all of them', async () => {
    const names = ['a', 'b', 'c']
    const groups = async () => (await Promise.all(names.map((name) => slow(name, 1000)))).join('')
    const together = outcomeOf(await at.redeye('check --json', await only(`haproxy:\n${await groups()}`)))
    expect(Object.keys(answers(together))).toEqual(['haproxy/a', 'haproxy/b', 'haproxy/c'])
    for (const {ms} of together.targets ?? []) expect(ms).toBeGreaterThan(950)
    const slowest = Math.max(...(together.targets ?? []).map(({ms}) => ms))
    expect(together.ms).toBeLessThan(slowest + 300)

    await Promise.all(tapes.splice(0).map((one) => one.stop()))
    const alone = outcomeOf(
      await at.redeye('check --width 1 --json', await only(`haproxy:\n${await groups()}`)),
    )
    const sum = (alone.targets ?? []).reduce((total, {ms}) => total + ms, 0)
    expect(sum).toBeGreaterThan(2900)
    expect(alone.ms).toBeGreaterThanOrEqual(sum)
  })

  test('one that accepts and never answers is left behind at its limit', async () => {
    const seed = await silent()
    const key = join(at.home(), 'key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const how = await only(
      `haproxy:\n${group('mute', `tcp:127.0.0.1:${await silent()}`)}redis: {mute: {seeds: ["127.0.0.1:${seed}"]}}\n` +
        `vsphere: {mute: {url: "https://127.0.0.1:${await silent()}/sdk", user: a, password: {env: PW}, insecure: true}}\n` +
        `linux: {mute: {hosts: [{name: m, ssh: {host: 127.0.0.1, port: ${await silent()}, user: a, identity: [${key}]}}]}}\n`,
    )
    const began = Date.now()
    const ended = await at.redeye('check --limit 1s --json', {env: {...how.env, PW: 'hunter2-secret'}})
    expect(Date.now() - began).toBeLessThan(5000)
    const outcome = outcomeOf(ended)
    expect(answers(outcome)).toEqual({
      'haproxy/mute': 'timed-out',
      'redis/mute': 'timed-out',
      'vsphere/mute': 'timed-out',
      'linux/mute': 'timed-out',
    })
    expect(outcome).toMatchObject({exit: 10, says: '4 targets: 4 timed-out'})
    expect(outcome.ms).toBeLessThan(3000)
    expect(ended.stdout + ended.stderr).not.toContain('hunter2')
  })

  test('Ctrl-C ends it at once and says what is missing', async () => {
    const how = await only(`haproxy:\n${group('mute', `tcp:127.0.0.1:${await silent()}`)}`)
    const run = at.begin('check', how)
    await once(servers[0] as Server, 'connection')
    run.child.kill('SIGINT')
    const ended = await run.ended
    expect(ended.code).toBe(8)
    expect(words(ended)).toContain('exit 8, changed: no')
    expect(words(ended)).toContain('stopped when 0 of 1 target had answered')
  })
})

describe('for CI', () => {
  test('JUnit: a suite for each system, written whole, every text escaped', async () => {
    const file = join(at.home(), 'checks.xml')
    const how = await inventory(
      `${group('odd', 'unix:/nowhere/<a>&"b\'.sock')}${group('mute', `tcp:127.0.0.1:${await silent()}`)}`,
    )
    const ended = await at.redeye(`check --junit ${file} --limit 4500ms`, how)
    expect(ended.code).toBe(13)
    const tags = parsed(await readFile(file, 'utf8'))
    expect(tags.find(({name}) => name === 'testsuites')?.attributes).toMatchObject({
      tests: '4',
      failures: '1',
      errors: '2',
    })
    const suites = tags.filter(({name}) => name === 'testsuite')
    expect(suites.map(({attributes}) => attributes.name)).toEqual(['haproxy', 'redis'])
    const cases = tags.filter(({name}) => name === 'testcase').map(({attributes}) => attributes.name)
    expect(cases).toEqual(['haproxy/web-lb', 'haproxy/odd', 'haproxy/mute', 'redis/orders'])
    const bad = tags.filter(({name}) => ['failure', 'error'].includes(name))
    expect(bad.map(({name, attributes}) => [name, attributes.type])).toEqual([
      ['failure', 'no'],
      ['error', 'unreachable'],
      ['error', 'timed-out'],
    ])
    expect(bad[1]?.text).toContain('/nowhere/<a>&"b\'.sock')
  })

  test('TAP 14 instead of the table', async () => {
    const {code, stdout} = await at.redeye('check --tap', await inventory())
    expect(code).toBe(13)
    expect(stdout).toMatch(/^TAP version 14\n1\.\.2\nnot ok 1 - haproxy\/web-lb\n {2}---\n/)
    expect(stdout).toMatch(/\nok 2 - redis\/orders\n {2}---\n {2}answer: ok\n/)
    expect(stdout).toContain('  wrong:\n    - "serving: no usable server in ')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('# 2 targets: 1 ok, 1 no')
  })
})

interface Tag {
  name: string
  attributes: Record<string, string>
  text: string
}

/** @throws when it is not well formed */
function parsed(xml: string): Tag[] {
  const tags: Tag[] = []
  const open: Tag[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({name, attributes}) => {
    const tag = {name, attributes: attributes as Record<string, string>, text: ''}
    tags.push(tag)
    open.push(tag)
  })
  parser.on('text', (text) => {
    const tag = open.at(-1)
    if (tag) tag.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.write(xml).close()
  return tags
}

describe('--since-ok', () => {
  test('says plainly that there is no record, then what is new, changed or gone', async () => {
    const how = await inventory()
    const first = await at.redeye('check redis --since-ok', how)
    expect(first.code).toBe(0)
    expect(first.stdout).toContain('  = no time on record when it was ok\n')
    const file = join(at.stateDir(), 'checks/redis/orders.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const again = await at.redeye('check redis --since-ok', how)
    expect(again.stdout).toMatch(/ {2}= nothing changed since it was ok at \d{4}-\d\d-\d\dT[\d:]+Z\n/)

    // As if an earlier version had asked something else.
    const kept = JSON.parse(await readFile(file, 'utf8'))
    kept.findings = kept.findings.filter(({id}: {id: string}) => id !== 'slots')
    kept.findings.push({id: 'old', level: 'pass', saw: 'was asked then'})
    await writeFile(file, JSON.stringify(kept))
    const n4 = labNode(cluster(), 'n4')
    await n4.kill()
    try {
      const outcome = outcomeOf(await at.redeye('check redis --since-ok --json', how))
      const [target] = outcome.targets ?? []
      expect(target).toMatchObject({answer: 'no', sinceOk: {at: kept.at}})
      const changes = target?.sinceOk?.changes ?? []
      expect(changes).toContainEqual(expect.stringMatching(/^new: slots pass: 16384 slots are served$/))
      expect(changes).toContainEqual(
        expect.stringMatching(/^changed: reach refuse: .*\(was pass: 6 nodes answer\)$/),
      )
      expect(changes).toContain('gone: old pass: was asked then')
    } finally {
      await cluster().restore()
    }
    expect(JSON.parse(await readFile(file, 'utf8')).at).toBe(kept.at)
  })

  test('a state directory that cannot be written to costs the record, not the answer', async () => {
    await mkdir(join(at.home(), 'state/redeye'), {recursive: true})
    await writeFile(join(at.home(), 'state/redeye/checks'), 'in the way')
    const {code, stderr} = await at.redeye('check redis', await inventory())
    expect(code).toBe(0)
    expect(stderr).toContain('could not be kept for --since-ok')
  })
})

describe('--watch', () => {
  test('in a pipe: one table a round, what flipped, and the exit code of the last full round', async () => {
    const port = await silent()
    const how = await only(`haproxy:\n${group('mute', `tcp:127.0.0.1:${port}`)}`)
    const run = at.begin('check --watch 1s --limit 300ms', how)
    await expect.poll(() => run.stdout(), {timeout: 20_000}).toContain('timed-out')
    for (const server of servers.splice(0)) server.close()
    await expect
      .poll(() => run.stdout(), {timeout: 20_000})
      .toContain('changed: haproxy/mute: timed-out -> unreachable')
    run.child.kill('SIGINT')
    const {code, stdout} = await run.ended
    expect(code).toBe(10)
    expect(stdout.match(/^== \d{4}-\d\d-\d\dT/gm)?.length).toBeGreaterThanOrEqual(2)
    expect(stdout).not.toContain('\x1b')
  })

  test('at a terminal: one screen, and the last answers stay when it ends', async () => {
    const how = await inventory()
    const terminal = openTerminal('check --watch 2s', {...at.env(), ...how.env}, {columns: 80, rows: 24})
    try {
      await terminal.shows('next round in')
      const screen = await terminal.shows('haproxy/web-lb')
      expect(screen[0]).toMatch(/^redeye check at \d{4}-\d\d-\d\dT[\d:]+Z$/)
      expect(screen.length).toBeLessThanOrEqual(24)
      expect(terminal.cursor()).toBe(false)
      terminal.resize(60, 15)
      await terminal.shows(/next round in/)
      expect(terminal.screen().length).toBeLessThanOrEqual(15)
      terminal.press('C-c')
      expect(await terminal.exit()).toBe(13)
      expect(terminal.cursor()).toBe(true)
      expect(terminal.screen().join('\n')).toContain('UNHEALTHY  check')
    } finally {
      terminal.close()
    }
  })

  test('ends when nobody reads any more', async () => {
    const run = at.begin('check redis --watch 1s', await inventory())
    await expect.poll(() => run.stdout(), {timeout: 20_000}).toContain('HEALTHY')
    run.child.stdout?.destroy()
    expect((await run.ended).signal).toBeNull()
  })
})
