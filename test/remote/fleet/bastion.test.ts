import {execFile} from 'node:child_process'
import {access} from 'node:fs/promises'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {freePort} from '../../../src/lib/lab/free-port.js'
import type {LabSshd} from '../../../src/lib/lab/sshd.js'
import type {LinkHost} from '../../../src/lib/remote/fleet/fleet-pool.js'
import {childrenOf} from '../lab-host.js'
import {faultOf, limits, Room, sshdHost} from './room.js'

let room: Room
let sshd: LabSshd

beforeAll(async () => {
  room = await Room.make()
  sshd = await room.sshd('sshd')
})

afterAll(() => room.end())

describe('a bastion', () => {
  let inner: LabSshd
  const bastion = (to: LabSshd) => ({
    target: JSON.stringify({
      alias: 'bastion',
      host: to.host,
      port: to.port,
      user: to.user,
      family: 0,
      identityFiles: [to.clientKeyFile],
      identitiesOnly: true,
      knownHostsFiles: [to.knownHostsFile],
    }),
  })
  const through = (address: string, port: number): LinkHost => ({id: 'real', address, port, via: 'gate'})

  beforeAll(async () => {
    inner = await room.sshd('inner')
  })

  it('carries many hosts over few connections', async () => {
    const other = room.pool(inner.user, inner.clientKeyFile, sshdHost(inner).keys, {
      bastions: {gate: bastion(sshd)},
    })
    const said = await Promise.all(
      Array.from({length: 20}, async () => {
        const link = other.link(through(inner.host, inner.port))
        const patient = limits({connectTimeoutMs: 60_000, timeoutMs: 60_000})
        const {stdout} = await link.run('echo "$SSH_CONNECTION"', patient)
        const again = await link.run('echo again', patient)
        link.close()
        return `${stdout.split(' ')[0]} ${again.stdout}`
      }),
    )
    expect(new Set(said)).toEqual(new Set(['127.0.0.1 again\n']))
    const {stdout} = await promisify(execFile)('ss', [
      '-Htn',
      'state',
      'established',
      `dport = :${sshd.port}`,
    ])
    expect(stdout.trim().split('\n').length).toBeLessThanOrEqual(4)
  }, 90_000)

  it('says what is behind it', async () => {
    const other = room.pool(inner.user, inner.clientKeyFile, sshdHost(inner).keys, {
      bastions: {gate: bastion(sshd)},
    })
    const nobody = other.link(through('127.0.0.1', await freePort()))
    expect(await faultOf(nobody.run('echo x', limits()))).toBe('unreachable refused-connection')
    const strange = other.link(through('no-such-host.invalid', 22))
    expect(await faultOf(strange.run('echo x', limits()))).toMatch(/^unreachable (dns|no-connection)$/)
  })

  it('that is down makes its hosts unreachable, and no others', async () => {
    const gone = await room.sshd('gone')
    const other = room.pool(inner.user, inner.clientKeyFile, sshdHost(inner).keys, {
      bastions: {gate: bastion(gone)},
    })
    const link = other.link(through(inner.host, inner.port))
    expect((await link.run('echo up', limits())).stdout).toBe('up\n')
    const lost = faultOf(link.run(`touch ${room.dir}/runs; sleep 30`, limits({timeoutMs: 60_000})))
    await expect.poll(() => exists(`${room.dir}/runs`), {timeout: 20_000}).toBe(true)
    const serving = await childrenOf(gone.pid)
    await gone.stop()
    for (const pid of serving) process.kill(pid, 'SIGKILL')
    const direct = other.link(sshdHost(inner).host)
    expect((await direct.run('echo fine', limits())).stdout).toBe('fine\n')
    for (const state of await Promise.all(
      Array.from({length: 20}, () =>
        faultOf(other.link(through(inner.host, inner.port)).run('echo x', limits())),
      ),
    ))
      expect(state).toMatch(/^unreachable bastion$/)
    expect(await lost).toBe('lost cut-off')
    expect(await faultOf(other.bastion('gate', 2000, new AbortController().signal))).toBe(
      'unreachable bastion',
    )
    expect(await faultOf(other.bastion('nonesuch', 2000, new AbortController().signal))).toBe(
      'unreachable bastion',
    )
  }, 60_000)
})

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
