import {appendFile, chmod, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {resolveSecret, type SecretRef} from '../../src/lib/inventory/secret.js'
import {type LabKey, makeKey} from '../../src/lib/lab/ssh-keys.js'
import type {LabSshd} from '../../src/lib/lab/sshd.js'
import {run} from '../../src/lib/remote/process.js'
import type {SshTarget} from '../../src/lib/remote/ssh/target.js'
import {byAddress, faultOf, Lab, patience} from './lab-host.js'

const PASSPHRASE = 'correct horse/battery "staple" ü'

let lab: Lab
let sshd: LabSshd
let key: LabKey

beforeAll(async () => {
  lab = await Lab.make()
  sshd = await lab.sshd('sshd')
  key = await admitted('encrypted')
})
afterAll(() => lab.end())

/** A key that the host knows, encrypted. */
async function admitted(name: string, kind: 'ed25519' | 'rsa' = 'ed25519'): Promise<LabKey> {
  const made = await makeKey(join(lab.dir, name), kind, PASSPHRASE)
  await appendFile(join(lab.dir, 'sshd/authorized_keys'), `${made.line}\n`)
  return made
}

const target = (passphrase: () => Promise<string>, more: Partial<SshTarget> = {}): SshTarget => ({
  ...byAddress(sshd),
  hostKey: sshd.hostKeyLine,
  identityFiles: [key.file],
  passphrase,
  ...more,
})
const codeOf = async (at: SshTarget) => (await lab.open(at).exec('true', patience())).code
const refusal = async (at: SshTarget, connectTimeoutMs = 10_000) => {
  const error = await faultOf(lab.open(at, {connectTimeoutMs}).exec('true', patience()))
  expect(error).toMatchObject({fault: 'refused', class: 'sign-in'})
  expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain(PASSPHRASE)
  return error.message
}

function counted(value: string): {passphrase: () => Promise<string>; asked(): number} {
  let count = 0
  return {
    passphrase: async () => {
      count += 1
      return value
    },
    asked: () => count,
  }
}

describe('an encrypted key is opened with a passphrase', () => {
  const from = (ref: SecretRef) => () =>
    resolveSecret(ref, {
      env: {PASSPHRASE},
      directory: lab.dir,
      home: lab.dir,
      run: ([program = '', ...args], signal) =>
        run([program, ...args], {env: {PATH: process.env.PATH, PASSPHRASE}, signal, timeoutMs: 20_000}),
    })

  it('from the environment', async () => {
    expect(await codeOf(target(from({env: 'PASSPHRASE'})))).toBe(0)
  })

  it('from a private file', async () => {
    await writeFile(join(lab.dir, 'passphrase'), `${PASSPHRASE}\n`, {mode: 0o600})
    expect(await codeOf(target(from({file: 'passphrase'})))).toBe(0)
    await chmod(join(lab.dir, 'passphrase'), 0o644)
    expect(await refusal(target(from({file: 'passphrase'})))).toContain(
      `${key.file} is encrypted, and there is no passphrase for it: the secret file ${join(lab.dir, 'passphrase')} is open to others`,
    )
  })

  it('from a program', async () => {
    expect(await codeOf(target(from({cmd: ['printenv', 'PASSPHRASE']})))).toBe(0)
  })

  it('of kind rsa', async () => {
    const rsa = await admitted('encrypted-rsa', 'rsa')
    expect(await codeOf(target(async () => PASSPHRASE, {identityFiles: [rsa.file]}))).toBe(0)
  })

  it('on a jump host too', async () => {
    const far = await lab.sshd('far')
    await appendFile(join(lab.dir, 'far/authorized_keys'), `${key.line}\n`)
    const gate = target(async () => PASSPHRASE)
    const at = target(async () => PASSPHRASE, {port: far.port, hostKey: far.hostKeyLine, jump: [gate]})
    expect(await codeOf(at)).toBe(0)
  })
})

describe('the passphrase is asked for', () => {
  it('not for a key that is not encrypted', async () => {
    const {passphrase, asked} = counted(PASSPHRASE)
    const host = lab.open(target(passphrase, {identityFiles: [sshd.clientKeyFile]}))
    expect((await host.exec('true', patience())).code).toBe(0)
    expect(asked()).toBe(0)
  })

  it('once for a connection, which is kept', async () => {
    const {passphrase, asked} = counted(PASSPHRASE)
    const host = lab.open(target(passphrase))
    expect(asked()).toBe(0)
    await Promise.all([host.exec('true', patience()), host.exec('true', patience())])
    expect(asked()).toBe(1)
  })
})

describe('it is refused', () => {
  it('with a wrong passphrase, before it connects, naming the key', async () => {
    const message = await refusal(target(async () => 'wrong horse', {port: 1}))
    expect(message).toContain(
      `${key.file} is encrypted, and the passphrase given for it does not open it (to try one: ssh-keygen -y -f ${key.file})`,
    )
    expect(message).not.toContain('wrong horse')
  })

  it('when the passphrase does not come in time', async () => {
    expect(
      await refusal(
        target(() => new Promise(() => {})),
        400,
      ),
    ).toContain(`${key.file} is encrypted, and there is no passphrase for it: it was not there in time`)
  })
})
