import {appendFile, chmod, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {type Recorder, startRecorder} from '../../src/lib/lab/recorder.js'
import {makeKey} from '../../src/lib/lab/ssh-keys.js'
import {type LabSshd, startSshd} from '../../src/lib/lab/sshd.js'
import {dialUnix} from '../../src/lib/remote/local-socket.js'
import {desk} from './desk.js'
import type {Ended} from './redeye.js'

/** Long and with spaces: where a message is wrapped or cut, it would be broken in the middle. */
const SECRET = `correct horse "battery" ${'staple/'.repeat(9)} ü`

const at = desk()
let dir: string
let sshd: LabSshd
let keyFile: string
let tape: Recorder

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rx-'))
  sshd = await startSshd({dir: join(dir, 'sshd')})
  const key = await makeKey(join(dir, 'key'), 'ed25519', SECRET)
  keyFile = key.file
  await appendFile(join(dir, 'sshd/authorized_keys'), `${key.line}\n`)
  await writeFile(join(dir, 'passphrase'), `${SECRET}\n`, {mode: 0o600})
  const [lb1] = at.lab().instances
  tape = await startRecorder(join(dir, 'lb1.sock'), dialUnix(lb1?.places.socketPath ?? ''))
})
afterAll(async () => {
  await tape.stop()
  await sshd.stop()
  await rm(dir, {recursive: true, force: true})
})
beforeEach(() => {
  tape.commands.length = 0
})

const BY = {
  env: '{env: LB_PASSPHRASE}',
  file: '{file: passphrase}',
  cmd: '{cmd: [cat, passphrase]}',
}

/** An instance that is reached over SSH alone, with the encrypted key. */
async function inventory(name: string, passphrase: string): Promise<string> {
  const file = join(dir, name)
  const ssh = [
    `host: ${sshd.host}`,
    `port: ${sshd.port}`,
    `user: ${sshd.user}`,
    `identity: [${keyFile}]`,
    `passphrase: ${passphrase}`,
    `hostKey: "${sshd.hostKeyLine}"`,
  ].join(', ')
  const instance = `{name: lb1, socket: "unix:${tape.path}", ssh: {${ssh}}}`
  await writeFile(file, `haproxy: {web-lb: {instances: [${instance}]}}\n`)
  await chmod(file, 0o644)
  return file
}

async function redeye(args: string, file: string, value = SECRET): Promise<Ended> {
  return await at.redeye(args, {env: {REDEYE_INVENTORY: file, LB_PASSPHRASE: value}})
}

/** What the program wrote, as words: lines may be wrapped anywhere. */
const words = ({stdout, stderr}: Ended) => `${stdout} ${stderr}`.replace(/\s+/g, ' ')

function keepsSecret(text: string): void {
  // Any part of it that chance cannot make.
  for (const part of ['horse', 'battery', 'staple']) expect(text).not.toContain(part)
}

async function kept(): Promise<string> {
  const names = await readdir(at.stateDir(), {recursive: true, withFileTypes: true})
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
}

describe('the passphrase of an encrypted key', () => {
  it.each(Object.entries(BY))('comes by %s, and the instance is reached', async (kind, reference) => {
    const ended = await redeye('haproxy status', await inventory(`${kind}.yaml`, reference))
    expect(ended, words(ended)).toMatchObject({code: 0})
    expect(ended.stdout).toContain('s2')
    expect(tape.commands).toContain('show info')
    keepsSecret(words(ended))
  })

  it('that is wrong is said to be, and nothing is sent', async () => {
    const file = await inventory('env.yaml', BY.env)
    const ended = await redeye('haproxy drain app/s2 --yes', file, 'wrong horse')
    expect(ended.code).toBe(10)
    expect(words(ended)).toContain('the passphrase given for it does not open it')
    expect(words(ended)).not.toContain('wrong horse')
    expect(tape.commands).toEqual([])
  })

  it('is a reference wherever the inventory is shown', async () => {
    const file = await inventory('env.yaml', BY.env)
    for (const args of ['inventory show', 'inventory show --json', 'inventory check']) {
      const ended = await redeye(args, file)
      expect(ended, words(ended)).toMatchObject({code: 0})
      keepsSecret(words(ended))
    }
    expect((await redeye('inventory show', file)).stdout).toMatch(/passphrase:\s+env: LB_PASSPHRASE/)
  })
})

describe('a peer that repeats the secret', () => {
  const SAID = `I heard ${SECRET} from you`

  it.each(['', ' --json'])('is shown with *** instead: status%s', async (flag) => {
    const file = await inventory('env.yaml', BY.env)
    tape.on(/show info/, {answer: `${SAID}\n`})
    const ended = await redeye(`haproxy status${flag}`, file)
    expect(words(ended)).toContain('I heard *** from you')
    keepsSecret(words(ended))
    expect(tape.unused()).toEqual([])
  })

  it.each(['lines', 'json'])('is shown and journalled with ***: a drain that fails, %s', async (progress) => {
    const file = await inventory('cmd.yaml', BY.cmd)
    tape.on(/^set server app\/s2/, {answer: `${SAID}\n`})
    const ended = await redeye(`haproxy drain app/s2 --yes --progress ${progress}`, file)
    expect(ended.code, words(ended)).toBe(5)
    expect(words(ended)).toContain('I heard *** from you')
    keepsSecret(words(ended))
    if (progress === 'json') for (const line of ended.stderr.trim().split('\n')) JSON.parse(line)

    const journal = await kept()
    expect(journal).toContain('I heard *** from you')
    keepsSecret(journal)
    const [run = ''] = await at.runs()
    const shown = await redeye(`runs show ${run}`, file)
    expect(shown, words(shown)).toMatchObject({code: 0})
    keepsSecret(words(shown))
  })
})

describe('a redeye.yaml that lies in the current directory', () => {
  const here = async (passphrase: string) => {
    await inventory('redeye.yaml', passphrase)
    return await at.redeye('haproxy status', {cwd: dir, env: {REDEYE_INVENTORY: '', LB_PASSPHRASE: SECRET}})
  }
  const marker = () => join(dir, 'ran')

  it('runs no program, and says how to allow that', async () => {
    const ended = await here(`{cmd: [touch, ${marker()}]}`)
    expect(ended.code).toBe(2)
    expect(words(ended)).toContain(`--inventory ${join(dir, 'redeye.yaml')}`)
    await expect(readFile(marker())).rejects.toThrow('ENOENT')
    expect(tape.commands).toEqual([])
  })

  it('may have references that run nothing', async () => {
    expect((await here(BY.env)).code).toBe(0)
  })
})
