import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type LabKey, makeKey} from '../../src/lib/lab/ssh-keys.js'
import {type LabSshd, startSshd} from '../../src/lib/lab/sshd.js'
import {masks} from '../runbooks/haproxy/states.js'
import {desk} from './desk.js'
import type {How} from './redeye.js'

const at = desk({scope: 'tour'})

const DRAIN = 'haproxy drain app/s2 --yes --poll 50ms'
const DRAINED = {lb1: 8, lb2: 8}

let dir = ''
let plain: LabSshd
let closed: LabSshd
let other: LabKey
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rh-'))
  plain = await startSshd({dir: join(dir, 'plain')})
  closed = await startSshd({dir: join(dir, 'closed'), allowStreamLocal: false})
  other = await makeKey(join(dir, 'other'))
})
afterAll(async () => {
  await Promise.all([plain.stop(), closed.stop()])
  await rm(dir, {recursive: true, force: true})
})

interface Way {
  sshd: LabSshd
  hostKey?: string
  identity?: string
  more?: string
}

/** Both instances behind the same sshd, with its host key pinned. */
async function behind({
  sshd,
  hostKey = sshd.fingerprint,
  identity = sshd.clientKeyFile,
  more = '',
}: Way): Promise<string> {
  const ssh = `{host: 127.0.0.1, port: ${sshd.port}, user: ${sshd.user}, identity: ['${identity}'], hostKey: '${hostKey}'${more}}`
  const entries = at
    .lab()
    .instances.map(
      ({name, places}) => `      - {name: ${name}, socket: 'unix:${places.socketPath}', ssh: ${ssh}}\n`,
    )
  const file = join(at.home(), 'ssh.yaml')
  await writeFile(file, `haproxy:\n  web-lb:\n    instances:\n${entries.join('')}`)
  return file
}

async function drainsAndUndoes(inventory: string, how: How = {}): Promise<void> {
  const drained = await at.redeye(`${DRAIN} --inventory ${inventory}`, how)
  expect(drained, drained.stdout + drained.stderr).toMatchObject({code: 0})
  expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
  const [run = ''] = await at.runs()
  const undone = await at.redeye(`runs undo ${run} --yes --inventory ${inventory}`, how)
  expect(undone, undone.stdout).toMatchObject({code: 0})
  await at.unchanged()
}

test('a drain over stream-local forwarding', async () => {
  const inventory = await behind({sshd: plain})
  const status = await at.redeye(`haproxy status app/s2 --inventory ${inventory} --json`)
  expect(JSON.parse(status.stdout).instances).toMatchObject([{name: 'lb1'}, {name: 'lb2'}])
  await drainsAndUndoes(inventory)
})

test('a drain where forwarding is switched off, by way of socat', async () => {
  const drained = await at.redeye(`${DRAIN} --inventory ${await behind({sshd: closed})}`)
  expect(drained, drained.stdout + drained.stderr).toMatchObject({code: 0})
  expect(await masks(at.lab(), 'app/s2')).toEqual(DRAINED)
})

test('a drain through a jump host', async () => {
  const config = `Host gate
  HostName ${closed.host}
  Port ${closed.port}
  User ${closed.user}
  IdentityFile ${closed.clientKeyFile}
  UserKnownHostsFile ${closed.knownHostsFile}
`
  await writeFile(join(at.home(), 'ssh_config'), config)
  // OpenSSH looks for its configuration in the home of the passwd file, whatever HOME says.
  await mkdir(join(at.home(), 'bin'))
  await writeFile(
    join(at.home(), 'bin', 'ssh'),
    `#!/bin/sh\nexec /usr/bin/ssh -F '${at.home()}/ssh_config' "$@"\n`,
    {mode: 0o700},
  )
  const logged = async () =>
    (await readFile(join(dir, 'closed', 'sshd.log'), 'utf8')).match(/Accepted publickey/g)?.length
  const before = await logged()
  const inventory = await behind({sshd: plain, more: ', jump: [gate]'})
  await drainsAndUndoes(inventory, {env: {PATH: `${at.home()}/bin:${process.env.PATH}`}})
  expect(await logged()).toBeGreaterThan(before ?? 0)
})

test('another host key than the pinned one: nothing is sent', async () => {
  const inventory = await behind({sshd: plain, hostKey: other.fingerprint})
  const {code, stdout} = await at.redeye(`${DRAIN} --inventory ${inventory}`)
  expect(code, stdout).toBe(10)
  const says = stdout.replace(/\s+/g, ' ')
  expect(says).toContain('UNREACHABLE')
  expect(says).toContain('host key')
  expect(says).toContain(plain.fingerprint)
  expect(says).toContain(other.fingerprint)
  expect(await at.runs()).toEqual([])
  await at.unchanged()
})

test('a key that is not let in', async () => {
  const inventory = await behind({sshd: plain, identity: other.file})
  const {code, stdout} = await at.redeye(`${DRAIN} --inventory ${inventory}`)
  expect(code, stdout).toBe(10)
  expect(stdout.replace(/\s+/g, ' ')).toContain(other.file)
  await at.unchanged()
})

test('a socket that is not there', async () => {
  const inventory = await behind({sshd: plain})
  const text = await readFile(inventory, 'utf8')
  await writeFile(inventory, text.replaceAll('.sock', '.sock-gone'))
  const {code, stdout} = await at.redeye(`haproxy check --inventory ${inventory}`)
  expect(code, stdout).toBe(10)
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/there is no socket .*lb[12]\.sock-gone/)
})

test('interrupted while it waits, and undone over a new connection', async () => {
  const inventory = await behind({sshd: plain})
  const run = at.begin(`${DRAIN} --settle 2000 --timeout 40s --inventory ${inventory}`)
  await run.says('start wait until app/s2 is idle')
  run.child.kill('SIGINT')
  expect((await run.ended).code).toBe(8)
  const [id = ''] = await at.runs()
  expect((await at.redeye(`runs undo ${id} --yes --inventory ${inventory}`)).code).toBe(0)
  await at.unchanged()
})
