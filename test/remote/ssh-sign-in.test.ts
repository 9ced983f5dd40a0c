import {appendFile, chmod, copyFile, readFile, writeFile} from 'node:fs/promises'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startProcess, stopProcess} from '../../src/lib/lab/process.js'
import {type LabKey, makeKey} from '../../src/lib/lab/ssh-keys.js'
import type {LabSshd} from '../../src/lib/lab/sshd.js'
import {run} from '../../src/lib/remote/process.js'
import type {SshTarget} from '../../src/lib/remote/ssh/target.js'
import {byAddress, faultOf, Lab, patience} from './lab-host.js'

let lab: Lab
let sshd: LabSshd
let agentSocket: string
let stranger: LabKey
let encrypted: LabKey
const local = {signal: new AbortController().signal, timeoutMs: 20_000}

beforeAll(async () => {
  lab = await Lab.make()
  sshd = await lab.sshd('sshd')
  stranger = await makeKey(join(lab.dir, 'stranger'))
  encrypted = await makeKey(join(lab.dir, 'encrypted'), 'ed25519', 'passphrase')
  agentSocket = join(lab.dir, 'agent.sock')
  const agent = await startProcess(
    {
      name: 'ssh-agent',
      command: 'ssh-agent',
      args: ['-D', '-a', agentSocket],
      log: join(lab.dir, 'agent.log'),
      ready: {path: agentSocket},
    },
    {detached: false},
  )
  lab.onEnd(() => stopProcess(agent))
  await add(stranger.file)
  await add(sshd.clientKeyFile)
})
afterAll(() => lab.end())

async function add(key: string): Promise<void> {
  const env = {PATH: process.env.PATH, SSH_AUTH_SOCK: agentSocket}
  expect((await run(['ssh-add', '-q', key], {...local, env})).code).toBe(0)
}

const pinned = (more: Partial<SshTarget>): SshTarget => ({
  ...byAddress(sshd),
  hostKey: sshd.hostKeyLine,
  ...more,
})
const whoami = async (target: SshTarget) => (await lab.open(target).exec('id -un', patience())).stdout.trim()

describe('signs in', () => {
  it('with a key file', async () => {
    expect(await whoami(pinned({}))).toBe(sshd.user)
  })

  it('with what the OpenSSH configuration says, and nothing else', async () => {
    expect(await whoami({host: 'lab', configFile: sshd.configFile})).toBe(sshd.user)
  })

  it('with an agent, after a key of it that the host does not know', async () => {
    const {identityFiles: _, ...target} = pinned({agentSocket})
    expect(await whoami(target)).toBe(sshd.user)
  })

  it('with a public key file that names a key of the agent', async () => {
    const named = join(lab.dir, 'named.pub')
    await copyFile(`${sshd.clientKeyFile}.pub`, named)
    expect(await whoami(pinned({agentSocket, identityFiles: [named]}))).toBe(sshd.user)
  })

  it.each(['ecdsa', 'rsa'] as const)('with an %s key', async (kind) => {
    const key = await makeKey(join(lab.dir, `user-${kind}`), kind)
    await appendFile(join(lab.dir, 'sshd/authorized_keys'), `${key.line}\n`)
    expect(await whoami(pinned({identityFiles: [key.file]}))).toBe(sshd.user)
  })

  it('passing over an agent that does not answer', async () => {
    expect(await whoami(pinned({agentSocket: join(lab.dir, 'no.sock')}))).toBe(sshd.user)
  })
})

describe('is refused', () => {
  const refused = async (more: Partial<SshTarget>, uid?: number) => {
    const host = lab.open(pinned(more), uid === undefined ? {} : {uid})
    const error = await faultOf(host.exec('true', patience()))
    expect(error).toMatchObject({fault: 'refused', class: 'sign-in'})
    return error
  }

  it('with a key the host does not know, naming it', async () => {
    const error = await refused({identityFiles: [stranger.file]})
    expect(error.message).toBe(
      `${sshd.user}@127.0.0.1:${sshd.port} did not accept any key (offered: ${stranger.file} (ssh-ed25519 ${stranger.fingerprint}))`,
    )
    expect(error.hint).toContain(`~${sshd.user}/.ssh/authorized_keys`)
  })

  it('with the keys of an agent alone when only configured ones may be used', async () => {
    const error = await refused({agentSocket, identityFiles: [stranger.file]})
    expect(error.message).toContain(`lab of the agent (ssh-ed25519 ${stranger.fingerprint})`)
    expect(error.message.match(/SHA256/g)).toHaveLength(1)
  })

  it('with an encrypted key, saying how to use it', async () => {
    expect((await refused({identityFiles: [encrypted.file]})).message).toContain(
      `${encrypted.file} is encrypted and no agent holds it (ssh-add ${encrypted.file})`,
    )
  })

  it('with a key file that others can read, unless it is theirs', async () => {
    const open = join(lab.dir, 'open')
    await copyFile(sshd.clientKeyFile, open)
    await chmod(open, 0o644)
    expect((await refused({identityFiles: [open]})).message).toContain(
      `${open} can be read by others and is ignored (chmod 600 ${open})`,
    )
    const host = lab.open(pinned({identityFiles: [open]}), {uid: userInfo().uid + 1})
    expect((await host.exec('true', patience())).code).toBe(0)
  })

  it('with no key at all, before it connects', async () => {
    const error = await refused({identityFiles: [join(lab.dir, 'absent')], port: 1})
    expect(error.message).toMatch(/^there is no key to sign in to .* with: no ssh-agent is known/)
    expect(error.message).toContain(`not found: ${join(lab.dir, 'absent')}`)
  })

  it('with a file that is no key', async () => {
    const junk = join(lab.dir, 'junk')
    await writeFile(junk, 'not a key\x1b[2J', {mode: 0o600})
    const error = await refused({identityFiles: [junk]})
    expect(error.message).toContain(`${junk} is not a usable key`)
  })

  it('with a FIDO key or a certificate, saying that they are not supported', async () => {
    const fido = join(lab.dir, 'fido')
    const type = Buffer.from('sk-ssh-ed25519@openssh.com')
    const blob = Buffer.concat([Buffer.from([0, 0, 0, type.length]), type])
    await copyFile(stranger.file, fido)
    await writeFile(`${fido}.pub`, `${type} ${blob.toString('base64')}\n`)
    await writeFile(`${fido}-cert.pub`, '')
    const {message} = await refused({identityFiles: [fido]})
    expect(message).toContain(`${fido} is a FIDO key; those are not supported`)
    expect(message).toContain(`${fido}-cert.pub is not used: certificates are not supported`)
  })

  it('by a host that takes passwords alone, or wants a second factor', async () => {
    const passwords = await lab.sshd('passwords', {
      extraConfig: ['PubkeyAuthentication no', 'PasswordAuthentication yes'],
    })
    const only = await faultOf(
      lab.open({...byAddress(passwords), hostKey: passwords.hostKeyLine}).exec('true', patience()),
    )
    expect(only.message).toContain('does not accept keys, only password')
    const both = await lab.sshd('both', {
      extraConfig: ['PasswordAuthentication yes', 'AuthenticationMethods publickey,password'],
    })
    const second = await faultOf(
      lab.open({...byAddress(both), hostKey: both.hostKeyLine}).exec('true', patience()),
    )
    expect(second.message).toContain('accepted our key but also wants password')
  })

  it('and never shows a private key', async () => {
    const secret = (await readFile(stranger.file, 'utf8')).split('\n')[1] ?? ''
    const {message, hint, stack} = await refused({identityFiles: [stranger.file]})
    expect(secret.length).toBeGreaterThan(20)
    expect(`${message}${hint}${stack}`).not.toContain(secret)
  })
})
