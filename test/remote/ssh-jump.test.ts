import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {LabSshd} from '../../src/lib/lab/sshd.js'
import {until} from '../../src/lib/lab/until.js'
import type {SshTarget} from '../../src/lib/remote/ssh/target.js'
import {byAddress, childrenOf, faultOf, Lab, patience} from './lab-host.js'

let lab: Lab
let far: LabSshd
let gate: LabSshd
let inner: LabSshd
const at = (sshd: LabSshd): SshTarget => ({...byAddress(sshd), hostKey: sshd.hostKeyLine})

beforeAll(async () => {
  lab = await Lab.make()
  ;[far, gate, inner] = await Promise.all([lab.sshd('far'), lab.sshd('gate'), lab.sshd('inner')])
})
afterAll(() => lab.end())

/** `$SSH_CONNECTION` ends with the port of the sshd; who connected to it is the sshd before. */
const port = async (target: SshTarget) =>
  (await lab.open(target).exec('echo $SSH_CONNECTION', patience())).stdout.trim().split(' ')[3]

describe('jump hosts', () => {
  it('one: signs in on both, connects from there, and leaves both', async () => {
    const idle = () => until(async () => (await childrenOf(gate.pid)).length === 0, 10_000)
    expect(await idle()).toBe(true)
    const host = lab.open({...at(far), jump: [at(gate)]})
    expect((await host.exec('echo $SSH_CONNECTION', patience())).stdout).toContain(` ${far.port}`)
    expect(await childrenOf(gate.pid)).toHaveLength(1)
    host.close()
    expect(await idle()).toBe(true)
  })

  it('two, one behind the other', async () => {
    expect(await port({...at(far), jump: [at(gate), at(inner)]})).toBe(String(far.port))
  })

  it('from the OpenSSH configuration', async () => {
    const config = join(lab.dir, 'config')
    const known = join(lab.dir, 'known')
    const hosts = {gate, inner, far}
    const texts = await Promise.all(Object.values(hosts).map((sshd) => readFile(sshd.knownHostsFile, 'utf8')))
    await writeFile(known, texts.join(''))
    const sections = Object.entries(hosts).map(
      ([name, sshd]) =>
        `Host ${name}\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  IdentityFile ${sshd.clientKeyFile}\n` +
        (name === 'far' ? '  ProxyJump gate,inner\n' : ''),
    )
    const common = `Host *\n  User ${far.user}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${known}\n`
    await writeFile(config, sections.join('') + common)
    expect(await port({host: 'far', configFile: config})).toBe(String(far.port))
    expect(await port({host: 'far', configFile: config, jump: 'gate'})).toBe(String(far.port))
  })

  it("checks each one's host key, naming the hop", async () => {
    const wrong = {...at(inner), hostKey: gate.hostKeyLine}
    const error = await faultOf(lab.open({...at(far), jump: [at(gate), wrong]}).exec('true', patience()))
    expect(error).toMatchObject({fault: 'refused', class: 'host-key'})
    expect(error.message).toContain(
      `${far.user}@127.0.0.1:${inner.port} via ${far.user}@127.0.0.1:${gate.port} showed`,
    )
  })

  it('says which hop refuses the sign-in', async () => {
    const wrong = {...at(gate), identityFiles: [far.clientKeyFile]}
    const error = await faultOf(lab.open({...at(far), jump: [wrong]}).exec('true', patience()))
    expect(error).toMatchObject({fault: 'refused', class: 'sign-in'})
    expect(error.message).toMatch(new RegExp(`^${far.user}@127\\.0\\.0\\.1:${gate.port} did not accept`))
  })

  it('says that the jump host could not connect on', async () => {
    const error = await faultOf(lab.open({...at(far), port: 1, jump: [at(gate)]}).exec('true', patience()))
    expect(error).toMatchObject({fault: 'unreachable', class: 'behind-jump'})
    expect(error.message).toMatch(/^the jump host .* could not connect to 127\.0\.0\.1:1 \(.*refused\)$/i)
  })

  it('says that the jump host forwards nothing', async () => {
    const closed = await lab.sshd('closed', {allowTcpForwarding: false})
    const error = await faultOf(lab.open({...at(far), jump: [at(closed)]}).exec('true', patience()))
    expect(error).toMatchObject({fault: 'unreachable', class: 'no-forwarding'})
    expect(error.hint).toContain('AllowTcpForwarding yes')
  })

  it('is lost with its jump host', async () => {
    const own = await lab.sshd('own')
    const host = lab.open({...at(far), jump: [at(own)]})
    await host.exec('true', patience())
    const ended = faultOf(host.exec('echo; sleep 60', patience(60_000)))
    const pids = await childrenOf(own.pid)
    expect(pids.length).toBeGreaterThan(0)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    expect(await ended).toMatchObject({fault: 'lost'})
  })
})
