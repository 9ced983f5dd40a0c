import {connect, createServer} from 'node:net'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {freePort} from '../../src/lib/lab/free-port.js'
import type {LabSshd} from '../../src/lib/lab/sshd.js'
import type {SshTarget} from '../../src/lib/remote/ssh/target.js'
import {byAddress, childrenOf, faultOf, Lab, patience} from './lab-host.js'

let lab: Lab
let sshd: LabSshd

beforeAll(async () => {
  lab = await Lab.make()
  sshd = await lab.sshd('sshd')
})
afterAll(() => lab.end())

const at = (more: Partial<SshTarget> = {}): SshTarget => ({
  ...byAddress(sshd),
  hostKey: sshd.hostKeyLine,
  ...more,
})
const fails = (target: SshTarget, connectTimeoutMs = 10_000) =>
  faultOf(lab.open(target, {connectTimeoutMs}).exec('true', patience()))

describe('is unreachable', () => {
  it('when nothing listens', async () => {
    const port = await freePort()
    const error = await fails(at({port}))
    expect(error).toMatchObject({fault: 'unreachable', class: 'nobody-listens'})
    expect(error.message).toBe(
      `${sshd.user}@127.0.0.1:${port} refused the connection: nothing listens on this port`,
    )
  })

  it('when the name is not known', async () => {
    const error = await fails(at({host: 'no-such-host.invalid'}))
    expect(error).toMatchObject({fault: 'unreachable', class: 'no-such-host'})
  })

  it('when the peer accepts and says nothing', async () => {
    const port = await freePort()
    await lab.listen(
      createServer((socket) => socket.on('error', () => {})),
      port,
    )
    const error = await fails(at({port}), 400)
    expect(error).toMatchObject({fault: 'unreachable', class: 'time-out'})
    expect(error.message).toContain(
      'accepted the connection but did not complete an SSH greeting within 0.4 s',
    )
  })

  it('when the peer is no SSH server, showing nothing hostile of it', async () => {
    const port = await freePort()
    const hostile = 'HTTP/1.1 400 \x1b[2J\x1b]0;pwned\x07\r\n\r\n'
    await lab.listen(
      createServer((socket) => socket.on('error', () => {}).end(hostile)),
      port,
    )
    const error = await fails(at({port}))
    expect(error).toMatchObject({fault: 'unreachable', class: 'handshake'})
    expect(`${error.message}${error.hint}`).not.toMatch(/\p{Cc}/u)
  })

  it('when the peer hangs up', async () => {
    const port = await freePort()
    await lab.listen(
      createServer((socket) => socket.destroy()),
      port,
    )
    expect(await fails(at({port}))).toMatchObject({fault: 'unreachable', class: 'handshake'})
  })

  it('when it freezes during the sign-in', async () => {
    const port = await freePort()
    const relay = createServer((client) => {
      const server = connect(sshd.port, '127.0.0.1')
      let bytes = 0
      // The greeting and the key exchange pass, what follows is held back.
      server.on('data', (chunk) => (bytes += chunk.length) < 2000 && client.write(chunk))
      client.on('data', (chunk) => server.write(chunk)).on('close', () => server.destroy())
      for (const socket of [client, server]) socket.on('error', () => {})
    })
    await lab.listen(relay, port)
    const error = await fails(at({port}), 1500)
    expect(error).toMatchObject({fault: 'unreachable', class: 'time-out'})
  })

  it('promptly, when aborted', async () => {
    const port = await freePort()
    await lab.listen(
      createServer((socket) => socket.on('error', () => {})),
      port,
    )
    const stop = new AbortController()
    const ended = faultOf(lab.open(at({port})).exec('true', {signal: stop.signal, timeoutMs: 60_000}))
    const started = performance.now()
    setTimeout(() => stop.abort(), 100)
    expect(await ended).toMatchObject({fault: 'unreachable', class: 'called-off'})
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('is lost when its sshd is killed', () => {
  /** The connection's own sshd, found as the parent of what it runs. */
  async function killed(host: ReturnType<Lab['open']>, others: readonly number[]): Promise<void> {
    const mine = (await childrenOf(sshd.pid)).filter((pid) => !others.includes(pid))
    expect(mine).toHaveLength(1)
    for (const pid of mine) process.kill(pid, 'SIGKILL')
    expect(host.name).toBe('127.0.0.1')
  }

  it('in the middle of a command', async () => {
    const others = await childrenOf(sshd.pid)
    const host = lab.open(at())
    await host.exec('true', patience())
    const ended = faultOf(host.exec('echo begun; sleep 60', patience(60_000)))
    await killed(host, others)
    const error = await ended
    expect(error).toMatchObject({fault: 'lost', class: 'cut-off'})
    expect(error.message).toMatch(/^the connection to .*@127\.0\.0\.1:\d+ was lost while running a command/)
  })

  it('in the middle of an answer, which does not pass for a whole one', async () => {
    const path = join(lab.dir, 'slow.sock')
    await lab.listen(
      createServer((socket) => socket.on('error', () => {}).write('half an ans')),
      path,
    )
    const others = await childrenOf(sshd.pid)
    const host = lab.open(at())
    const stream = await host.dialUnix(path)(new AbortController().signal)
    const read: string[] = []
    const ended = faultOf(
      (async () => {
        for await (const chunk of stream) {
          read.push(String(chunk))
          await killed(host, others)
        }
      })(),
    )
    expect(await ended).toMatchObject({fault: 'lost', class: 'cut-off'})
    expect(read).toEqual(['half an ans'])
  })
})
