import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type LabKey, makeKey} from '../../src/lib/lab/ssh-keys.js'
import type {LabSshd} from '../../src/lib/lab/sshd.js'
import {run} from '../../src/lib/remote/process.js'
import {byAddress, faultOf, Lab, patience} from './lab-host.js'

let lab: Lab
let sshd: LabSshd
let other: LabKey
let files = 0

beforeAll(async () => {
  lab = await Lab.make()
  sshd = await lab.sshd('sshd', {hostKeys: ['ed25519', 'ecdsa', 'rsa']})
  other = await makeKey(join(lab.dir, 'other'))
})
afterAll(() => lab.end())

const name = () => `[127.0.0.1]:${sshd.port}`
const keyOf = async (kind: string) => (await readFile(join(lab.dir, `sshd/host_${kind}.pub`), 'utf8')).trim()

async function knowing(text: string, more = ''): Promise<{knownHosts: string; configFile: string}> {
  const base = join(lab.dir, `known-${files++}`)
  const client = [`UserKnownHostsFile ${base}`, 'GlobalKnownHostsFile none', 'StrictHostKeyChecking no', more]
  await writeFile(base, text)
  await writeFile(`${base}.conf`, client.join('\n'))
  return {knownHosts: base, configFile: `${base}.conf`}
}

async function connects(text: string, more = ''): Promise<void> {
  const {configFile} = await knowing(text, more)
  expect(await lab.open({...byAddress(sshd), configFile}).exec('echo in', patience())).toMatchObject({
    stdout: 'in\n',
  })
}

async function refusal(text: string) {
  const {configFile, knownHosts} = await knowing(text)
  const error = await faultOf(lab.open({...byAddress(sshd), configFile}).exec('true', patience()))
  expect(error).toMatchObject({fault: 'refused', class: 'host-key'})
  return {message: error.message, hint: error.hint ?? '', knownHosts}
}

describe('trusts', () => {
  it('a known key', () => connects(`${name()} ${sshd.hostKeyLine}\n`))

  it.each(['ecdsa', 'rsa'])(
    'a host known by its %s key alone, though it has an Ed25519 key',
    async (kind) => {
      await connects(`${name()} ${await keyOf(kind)}\n`)
    },
  )

  it('a line that ssh-keygen has hashed', async () => {
    const {knownHosts} = await knowing(`${name()} ${sshd.hostKeyLine}\n`)
    const {code} = await run(['ssh-keygen', '-q', '-H', '-f', knownHosts], {
      ...patience(),
      env: {PATH: process.env.PATH},
    })
    const hashed = await readFile(knownHosts, 'utf8')
    expect(code).toBe(0)
    expect(hashed).toMatch(/^\|1\|/)
    await connects(hashed)
  })

  it('a key under HostKeyAlias', () => connects(`fleet ${sshd.hostKeyLine}\n`, 'HostKeyAlias fleet'))

  it('a pinned fingerprint or key, without known_hosts', async () => {
    const {configFile} = await knowing(`${name()} ${other.line}\n`)
    for (const hostKey of [sshd.fingerprint, sshd.hostKeyLine, await keyOf('ecdsa'), await keyOf('rsa')]) {
      const host = lab.open({...byAddress(sshd), configFile, hostKey})
      expect((await host.exec('true', patience())).code).toBe(0)
    }
  })
})

describe('refuses, whatever StrictHostKeyChecking says,', () => {
  it('an unknown key, with a command that makes it known', async () => {
    const {message, hint, knownHosts} = await refusal('')
    expect(message).toBe(
      `the host key of ${sshd.user}@127.0.0.1:${sshd.port} is not known: it showed ssh-ed25519 ${sshd.fingerprint}`,
    )
    expect(hint).toContain('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
    await paste(hint.slice(hint.indexOf('echo ')))
    await connects(await readFile(knownHosts, 'utf8'))
  })

  it('a changed key, with a command that replaces it', async () => {
    const {message, hint, knownHosts} = await refusal(`# old\n${name()} ${other.line}\n`)
    expect(message).toContain(
      `has changed: it showed ssh-ed25519 ${sshd.fingerprint}, known is ${other.fingerprint}`,
    )
    expect(message).toContain(`${knownHosts}:2`)
    await paste(hint.slice(hint.indexOf('ssh-keygen -f')))
    const after = await readFile(knownHosts, 'utf8')
    expect(after).not.toContain(other.line)
    await connects(after)
  })

  it('a revoked key, though it is also known', async () => {
    const {message, hint, knownHosts} = await refusal(
      `${name()} ${sshd.hostKeyLine}\n@revoked * ${sshd.hostKeyLine}\n`,
    )
    expect(message).toContain(`which is revoked in ${knownHosts}:2`)
    expect(hint).not.toContain('ssh-keygen')
  })

  it('a key vouched for by an authority alone', async () => {
    expect((await refusal(`@cert-authority * ${sshd.hostKeyLine}\n`)).message).toContain('is not known')
  })

  it('a key that is not the pinned one', async () => {
    for (const hostKey of [other.fingerprint, other.line]) {
      const error = await faultOf(lab.open({...byAddress(sshd), hostKey}).exec('true', patience()))
      expect(error).toMatchObject({fault: 'refused', class: 'host-key'})
      expect(error.message).toContain(`${sshd.fingerprint}, but ${other.fingerprint} is pinned`)
    }
  })

  it('a pin that is none', async () => {
    const error = await faultOf(lab.open({...byAddress(sshd), hostKey: 'MD5:aa:bb'}).exec('true', patience()))
    expect(error).toMatchObject({fault: 'refused', class: 'usage'})
  })

  it('a known_hosts that cannot be read', async () => {
    const {configFile} = await knowing('')
    await writeFile(configFile, `UserKnownHostsFile ${lab.dir}\nGlobalKnownHostsFile none\n`)
    const error = await faultOf(lab.open({...byAddress(sshd), configFile}).exec('true', patience()))
    expect(error).toMatchObject({
      fault: 'refused',
      class: 'host-key',
      message: expect.stringContaining('EISDIR'),
    })
  })
})

/** Runs what a hint says to run. */
async function paste(command: string): Promise<void> {
  const {code, stderr} = await run(['sh', '-c', command], {...patience(), env: {PATH: process.env.PATH}})
  expect({code, stderr: code === 0 ? '' : stderr}).toEqual({code: 0, stderr: ''})
}
