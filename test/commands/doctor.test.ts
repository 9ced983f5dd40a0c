import {execFileSync, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import {createServer as createSecureServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import {runStore} from '../../src/lib/journal/store.js'
import {makeCertificates} from '../../src/lib/lab/redis-certificates.js'
import {makeKey} from '../../src/lib/lab/ssh-keys.js'
import {type LabSshd, startSshd} from '../../src/lib/lab/sshd.js'
import {labDown, labKill, labUp} from '../../src/lib/lab/state.js'
import {desk} from './desk.js'
import {outcomeOf} from './fits.js'
import type {How} from './redeye.js'

const at = desk()
const PRELOAD = fileURLToPath(new URL('kill-at.mjs', import.meta.url))

let sshd: LabSshd
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rd-'))
  sshd = await startSshd({dir: join(dir, 'sshd')})
})
afterAll(async () => {
  await sshd.stop()
  await rm(dir, {recursive: true, force: true})
})
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function inventory(text: string): Promise<How> {
  const file = join(at.home(), 'inventory.yaml')
  await writeFile(file, text, {mode: 0o600})
  return {env: {REDEYE_INVENTORY: file}}
}

interface Answers {
  code: number | null
  stdout: string
  /** `BAD inventory/usable: line 1: ... | fix` */
  bad: string[]
  warned: string[]
  well: string[]
}

/** What it finds, and that the text says the same and fits 80 columns but for commands. */
async function doctor(how: How = {}, args = '--offline'): Promise<Answers> {
  const outcome = outcomeOf(await at.redeye(`doctor ${args} --json`, how))
  const {stdout, stderr, code} = await at.redeye(`doctor ${args}`, how)
  expect({stderr, code}).toEqual({stderr: '', code: outcome.exit})
  for (const line of stdout.split('\n'))
    if (!/^ {2}\S/.test(line)) expect(line.length, line).toBeLessThanOrEqual(80)
  for (const command of outcome.next) expect(stdout).toContain(command)
  const of = (wanted: string) =>
    outcome.findings
      .filter(({level}) => level === wanted)
      .map(({id, saw, clear}) => `${id}: ${saw}${clear ? ` | ${clear}` : ''}`)
  expect(outcome.exit).toBe(of('refuse').length > 0 ? 13 : 0)
  return {code, stdout, bad: of('refuse'), warned: of('warn'), well: of('pass')}
}

test('a sound footing: 0, a line or two for each group, and nothing changed', async () => {
  await mkdir(at.stateDir(), {recursive: true, mode: 0o700})
  const files = () => execFileSync('find', [at.home(), '-type', 'f'], {encoding: 'utf8'})
  const before = files()
  const {code, stdout, bad, well} = await doctor()
  expect({code, bad}).toEqual({code: 0, bad: []})
  expect(stdout).toMatch(/^tool /)
  const groups = ['terminal', 'inventory', 'secrets', 'ssh', 'clock', 'state', 'locks', 'runs', 'lab']
  for (const group of groups) expect(stdout).toMatch(new RegExp(`^${group} +(ok|WARN) `, 'm'))
  expect(stdout.split('\n').length).toBeLessThanOrEqual(24)
  expect(well).toContainEqual(expect.stringMatching(/^tool\/node: redeye \d.* on Node v/))
  expect(files()).toBe(before)
})

describe('terminal', () => {
  test('a dumb one, and a locale without UTF-8', async () => {
    const {warned} = await doctor({env: {TERM: 'dumb', LANG: 'C'}})
    expect(warned).toContainEqual(expect.stringMatching(/^terminal\/term: TERM is dumb.* \| export TERM=/))
    expect(warned).toContainEqual(expect.stringMatching(/^terminal\/locale: .*\| export LC_ALL=C.UTF-8$/))
  })
})

describe('inventory', () => {
  test('none, and where it was looked for', async () => {
    const {bad} = await doctor({env: {REDEYE_INVENTORY: ''}, cwd: at.home()})
    expect(bad).toHaveLength(1)
    expect(bad[0]).toContain(`inventory/found: there is none; looked for ${at.home()}/redeye.yaml`)
  })

  test('none is needed where the environment names a target', async () => {
    const env = {REDEYE_INVENTORY: '', AWS_PROFILE: 'ops'}
    const {bad, well} = await doctor({env, cwd: at.home()})
    expect(bad).toEqual([])
    expect(well).toContain('inventory/found: none, but the AWS environment names a target')
  })

  test('a broken one: line and column, and everything else is asked all the same', async () => {
    const {bad, stdout} = await doctor(await inventory('haproxi: {}\nredis: {a: {seeds: []}}\n'))
    expect(bad[0]).toMatch(/^inventory\/usable: line 1, column 1: .*haproxi.* \| redeye inventory check$/)
    expect(stdout).toMatch(/^state +ok /m)
  })

  test('one that others may write', async () => {
    const how = await inventory('redis: {a: {seeds: ["127.0.0.1:1"]}}\n')
    await chmod(how.env?.REDEYE_INVENTORY ?? '', 0o666)
    const {bad} = await doctor(how)
    expect(bad).toEqual([
      `inventory/mode: others may write it (0666), and so choose where you sign in | chmod go-w ${how.env?.REDEYE_INVENTORY}`,
    ])
  })

  test('one that runs a program and was only found in this directory is not trusted, and the program not run', async () => {
    const mark = join(at.home(), 'it-ran')
    const text = `redis: {a: {seeds: ["127.0.0.1:1"], password: {cmd: [touch, ${mark}]}}}\n`
    await writeFile(join(at.home(), 'redeye.yaml'), text)
    const {bad} = await doctor({env: {REDEYE_INVENTORY: ''}, cwd: at.home()})
    expect(bad[0]).toMatch(/^inventory\/usable: .* runs a program .*\| .*--inventory /)
    expect(await readdir(at.home())).not.toContain('it-ran')
  })
})

test('secrets: those that cannot be had, each with its fix, and no value anywhere', async () => {
  const open = join(at.home(), 'open')
  const good = join(at.home(), 'good')
  await writeFile(open, 'zq-open-secret\n', {mode: 0o644})
  await writeFile(good, 'zq-good-secret\n', {mode: 0o600})
  await writeFile(join(at.home(), 'empty'), '', {mode: 0o600})
  const redis = (name: string, password: string) =>
    `  ${name}: {seeds: ["127.0.0.1:1"], password: ${password}}\n`
  const how = await inventory(
    `redis:\n${redis('a', `{file: ${open}}`)}${redis('b', `{file: ${good}}`)}${redis('c', '{env: NOT_SET}')}${redis('d', '{env: IS_SET}')}` +
      `${redis('e', '{file: empty}')}${redis('f', '{cmd: [sh, -c, "echo zq-loud-secret; exit 3"]}')}${redis('g', '{cmd: [echo, zq-said-secret]}')}${redis('h', '{file: gone}')}`,
  )
  how.env = {...how.env, IS_SET: 'zq-env-secret'}
  const {bad, well, stdout} = await doctor(how)
  expect(bad).toEqual([
    `secrets/resolve: redis.a.password: the secret file ${open} is open to others (0644) | chmod 600 ${open}`,
    'secrets/resolve: redis.c.password: the environment variable NOT_SET is not set | export NOT_SET=...',
    expect.stringContaining(
      `redis.e.password: the secret file empty is empty | write the secret into ${at.home()}/empty`,
    ),
    expect.stringContaining('redis.f.password: sh, run for a secret, ended with 3'),
    expect.stringContaining(`redis.h.password: cannot open the secret file ${at.home()}/gone: ENOENT`),
  ])
  expect(well).toContain('secrets/resolve: 3 of 8 can be had')
  for (const text of [stdout, bad.join()]) expect(text).not.toMatch(/zq-\w+-secret/)
})

describe('ssh', () => {
  const linux = (name: string, more: string) =>
    `  ${name}: {hosts: [{name: ${name}, ssh: {host: 127.0.0.1, port: ${sshd.port}, user: ${sshd.user}, jump: []${more}}}]}\n`
  const pin = () => `, hostKey: '${sshd.fingerprint}'`

  test('keys that cannot be used, each with its fix', async () => {
    const locked = await makeKey(join(at.home(), 'locked'), 'ed25519', 'zq-key-secret')
    const bare = await makeKey(join(at.home(), 'bare'))
    await chmod(bare.file, 0o644)
    const how = await inventory(
      `linux:\n${linux('good', `${pin()}, identity: [${sshd.clientKeyFile}]`)}` +
        linux('opened', `${pin()}, identity: [${locked.file}], passphrase: {env: KEY}`) +
        linux('locked', `${pin()}, identity: [${locked.file}]`) +
        linux('bare', `${pin()}, identity: [${bare.file}]`) +
        linux('gone', `${pin()}, identity: [${at.home()}/none]`) +
        linux('twice', `${pin()}, identity: [${sshd.clientKeyFile}, ${bare.file}]`),
    )
    how.env = {...how.env, KEY: 'zq-key-secret'}
    const {bad, warned, well, stdout} = await doctor(how)
    const about = (name: string) => bad.find((line) => line.startsWith(`ssh/keys: linux/${name}/`))
    expect(about('locked')).toContain(`is encrypted and no agent holds it`)
    expect(about('locked')).toContain(`| ssh-add ${locked.file}`)
    expect(about('bare')).toContain(`| chmod 600 ${bare.file}`)
    expect(about('gone')).toContain(`not found: ${at.home()}/none`)
    expect(bad).toHaveLength(3)
    expect(warned.find((line) => line.startsWith('ssh/keys: linux/twice/twice:'))).toContain(
      'can be read by others',
    )
    expect(well).toContain('ssh/keys: there is a key for 3 of 6')
    expect(stdout).not.toContain('zq-key')
  })

  test('an agent that is not there, one without keys, and one that has the key', async () => {
    const how = await inventory(`linux:\n${linux('a', `${pin()}, identity: [${sshd.clientKeyFile}]`)}`)
    const gone = await doctor({env: {...how.env, SSH_AUTH_SOCK: '/nowhere/agent'}})
    expect(gone.warned).toContainEqual(
      'ssh/agent: the agent at /nowhere/agent does not answer | eval "$(ssh-agent)" && ssh-add',
    )
    const socket = join(at.home(), 'agent')
    const said = execFileSync('ssh-agent', ['-a', socket, '-s'], {encoding: 'utf8'})
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1])
    try {
      const env = {...how.env, SSH_AUTH_SOCK: socket}
      expect((await doctor({env})).warned).toContainEqual(expect.stringMatching(/has no key \| ssh-add$/))
      execFileSync('ssh-add', ['-q', sshd.clientKeyFile], {env: {...process.env, SSH_AUTH_SOCK: socket}})
      expect((await doctor({env})).well).toContain('ssh/agent: the agent has 1 key')
    } finally {
      process.kill(pid)
    }
  })

  test('a configuration that leads in a circle', async () => {
    const {bad} = await doctor(
      await inventory(
        `linux:\n${linux('a', `${pin()}`).replace('jump: []', `jump: ["127.0.0.1:${sshd.port}"]`)}`,
      ),
    )
    expect(bad.find((line) => line.startsWith('ssh/config: linux/a/a: '))).toContain('form a loop')
  })

  test('a host whose key is not known: the command for the first contact; a pinned one is known', async () => {
    const identity = `, identity: [${sshd.clientKeyFile}]`
    const {bad, well} = await doctor(
      await inventory(`linux:\n${linux('new', identity)}${linux('old', identity + pin())}`),
    )
    expect(bad).toHaveLength(1)
    expect(bad[0]).toMatch(
      /^known-hosts\/key: linux\/new\/new: the host key of 127\.0\.0\.1 port \d+ is neither known nor pinned/,
    )
    expect(well).toContain('known-hosts/key: 1 of 2 host keys are known or pinned')
    // The command does what it says: with it the key is known, whoever asks.
    const command = (bad[0] ?? '').split(' | ')[1] ?? ''
    const file = join(at.home(), '.ssh', 'known_hosts')
    await mkdir(dirname(file), {mode: 0o700})
    const made = spawnSync(
      'sh',
      [
        '-c',
        command.replace(
          'StrictHostKeyChecking=ask',
          `StrictHostKeyChecking=accept-new -o HashKnownHosts=yes -o UserKnownHostsFile=${file} -i ${sshd.clientKeyFile}`,
        ),
      ],
      {encoding: 'utf8'},
    )
    expect(made.status, made.stderr).toBe(0)
    expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/)
    await writeFile(file, `${await readFile(file, 'utf8')}rubbish line here\n`)
    // Without ssh in the way, the known hosts of this home are read.
    const how = await inventory(`linux:\n${linux('new', identity)}`)
    const known = await doctor({env: {...how.env, PATH: dirname(process.execPath)}})
    expect(known.bad).toEqual([])
    expect(known.well).toContain('known-hosts/key: 1 of 1 host keys are known or pinned')
    expect(known.warned).toContainEqual(
      expect.stringMatching(/^known-hosts\/file: .*known_hosts, line \d is not used: /),
    )
  })
})

describe('clock', () => {
  /** Says that it is so much later, and counts who asks. */
  async function server(aheadMs: number, secure = false): Promise<{url: string; asked: string[]}> {
    const asked: string[] = []
    const answer: Parameters<typeof createServer>[1] = (request, response) => {
      asked.push(`${request.method} ${request.headers.authorization ?? 'unsigned'}`)
      response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString()).end()
    }
    const made = secure
      ? await certificate().then((own) => createSecureServer(own, answer))
      : createServer(answer)
    servers.push(made)
    made.listen(0, '127.0.0.1')
    await once(made, 'listening')
    return {url: `http${secure ? 's' : ''}://127.0.0.1:${(made.address() as AddressInfo).port}`, asked}
  }

  async function certificate() {
    const {cert, key} = await makeCertificates(at.home(), 'IP:127.0.0.1')
    return {cert: await readFile(cert), key: await readFile(key)}
  }

  const AWS = 'aws: {prod: {region: eu-west-1}}\n'
  const asking = async (url: string, args = '') => {
    const how = await inventory(AWS)
    return await doctor({env: {...how.env, AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'AKIAZQ'}}, args)
  }

  test.each([
    [
      600_000,
      'bad',
      'clock/far: this clock is 10m behind that of aws/prod: requests are refused at 5 minutes | ',
    ],
    [-600_000, 'bad', 'clock/far: this clock is 10m ahead of that of aws/prod'],
    [60_000, 'warned', 'clock/far: this clock is 1m behind that of aws/prod | '],
    [0, 'well', 'clock/far: aws/prod agrees'],
  ] as const)('a service whose clock is %i ms ahead: %s', async (aheadMs, list, says) => {
    const {url, asked} = await server(aheadMs)
    const answers = await asking(url)
    // 10m exactly may be seen as 9m59s.
    const found = answers[list].map((line) => line.replace('9m59s', '10m').replace('59s', '1m'))
    expect(
      found.some((line) => line.startsWith(says)),
      JSON.stringify(answers),
    ).toBe(true)
    expect(asked).toEqual(['HEAD unsigned', 'HEAD unsigned'])
  })

  test('AWS is asked where its profile sends requests', async () => {
    const {url, asked} = await server(0)
    const how = await inventory('aws: {lab: {profile: lab}}\n')
    const file = join(at.home(), 'aws-config')
    await writeFile(
      file,
      `[profile other]\nendpoint_url = http://127.0.0.1:1\n[profile lab]\nregion = eu-west-1\nendpoint_url = ${url}\n[profile last]\nendpoint_url = http://127.0.0.1:2\n`,
    )
    const {well} = await doctor({env: {...how.env, AWS_CONFIG_FILE: file}}, '')
    expect(well).toContain('clock/far: aws/lab agrees')
    expect(asked).toHaveLength(2)
  })

  test('over TLS with a certificate that nobody knows; without an answer; and not at all with --offline', async () => {
    const {url} = await server(600_000, true)
    const how = await inventory(`vsphere: {vc: {url: "${url}/sdk", user: a, password: {env: PW}}}\n`)
    const {bad} = await doctor({env: {...how.env, PW: 'zq-pw'}}, '')
    expect(bad.join()).toMatch(/clock\/far: this clock is (10m|9m59s) behind that of vsphere\/vc/)
    const {url: unasked, asked} = await server(0)
    expect((await asking(unasked, '--offline')).bad).toEqual([])
    expect(asked).toEqual([])
    expect((await asking('http://127.0.0.1:1')).warned.join()).toMatch(
      /clock\/far: aws\/prod: its clock is not known: .*ECONNREFUSED/,
    )
  })
})

describe('state directory', () => {
  test('open to others', async () => {
    await mkdir(at.stateDir(), {recursive: true, mode: 0o755})
    const {bad} = await doctor()
    expect(bad).toEqual([
      `state/mode: others can look into ${at.stateDir()} (0755) | chmod 700 ${at.stateDir()}`,
    ])
  })

  test('not a directory', async () => {
    await mkdir(dirname(at.stateDir()), {recursive: true})
    await writeFile(at.stateDir(), '')
    const {bad} = await doctor()
    expect(bad).toContainEqual(expect.stringMatching(/^state\/directory: .* is not a directory \| mv /))
  })

  test('on a file system that is read-only, or full', async (context) => {
    await mkdir(at.stateDir(), {recursive: true, mode: 0o700})
    const mount = (options: string) =>
      spawnSync('mount', ['-t', 'tmpfs', '-o', `mode=700,${options}`, 'tmpfs', at.stateDir()]).status === 0
    if (!mount('ro')) return context.skip('mounting is not permitted here')
    try {
      expect((await doctor()).bad).toContainEqual(
        expect.stringMatching(
          /^state\/write: nothing can be kept in .*: its file system is read-only; no run would begin \| /,
        ),
      )
    } finally {
      spawnSync('umount', [at.stateDir()])
    }
    mount('size=1m')
    try {
      expect((await doctor()).bad).toContainEqual(expect.stringMatching(/^state\/space: 1 MiB free \| df -h/))
    } finally {
      spawnSync('umount', [at.stateDir()])
    }
  })
})

describe('runs and locks', () => {
  async function killed(): Promise<string> {
    const env = {NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: 'synced:2'}
    const {signal} = await at.redeye('haproxy drain app/s2 --yes --poll 50ms', {env})
    expect(signal).toBe('SIGKILL')
    const [run = ''] = await at.runs()
    return run
  }

  test('a run that was killed, and the lock that it left; neither is touched', async () => {
    const run = await killed()
    const kept = async () => await readdir(join(at.stateDir(), 'locks'))
    const before = await kept()
    const {bad, warned} = await doctor()
    expect(bad).toHaveLength(1)
    expect(bad[0]).toMatch(
      new RegExp(
        `^runs/unfinished: run ${run} \\(haproxy drain app/s2\\) of ana@\\S+ is killed: .*\\| redeye runs resume ${run}\\nredeye runs undo ${run}$`,
      ),
    )
    expect(warned.find((line) => line.startsWith('locks/left:'))).toMatch(
      new RegExp(
        `run ${run} of ana@.* has ended and left its lock on haproxy/web-lb/app\\S* .* ago; it stops nobody \\| redeye locks list`,
      ),
    )
    expect(await kept()).toEqual(before)
    // What it says to do mends it.
    expect((await at.redeye('locks list')).code).toBe(0)
    expect((await at.redeye(`runs undo ${run} --yes`)).code).toBe(0)
    const mended = await doctor()
    expect(mended.bad).toEqual([])
    expect(mended.well).toContain('locks/none: nothing is locked')
  })

  test('a damaged journal, with its line; and one from the future', async () => {
    const run = await killed()
    const home = join(at.stateDir(), 'runs', run)
    const later = runStore(join(at.stateDir(), 'runs'), () => Date.now() + 3_600_000)
    const journal = await later.reopen(run)
    await journal.append({kind: 'note', says: 'from the future'})
    await journal.close()
    expect((await doctor()).bad).toContainEqual(
      expect.stringMatching(
        new RegExp(`^runs/future: run ${run} was journalled at .*, which is still to come`),
      ),
    )
    const text = await readFile(join(home, 'journal.jsonl'), 'utf8')
    await writeFile(join(home, 'journal.jsonl'), text.replace('"began"', '"begun"'))
    const {bad} = await doctor()
    expect(bad).toContainEqual(
      `runs/damaged: ${home}/journal.jsonl, line 2: the line before it was changed or removed; what follows cannot be trusted | mv ${home} ${at.stateDir()}/damaged-${run}`,
    )
  })

  test('a lab of which a part has died', async () => {
    const where = {stateDir: at.stateDir()}
    await mkdir(at.stateDir(), {recursive: true, mode: 0o700})
    await labUp('haproxy', where)
    try {
      expect((await doctor()).well).toContain('lab/up: the haproxy lab is up')
      await labKill('haproxy', 's1', where)
      expect((await doctor()).warned).toContain(
        'lab/dead: of the haproxy lab s1 no longer run | redeye lab down',
      )
    } finally {
      await labDown('haproxy', where)
    }
  })
})
