import {readFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'
import ssh2 from 'ssh2'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {freePort} from '../../src/lib/lab/free-port.js'
import {makeKey} from '../../src/lib/lab/ssh-keys.js'
import type {LabSshd} from '../../src/lib/lab/sshd.js'
import type {SshTarget} from '../../src/lib/remote/ssh/target.js'
import {byAddress, faultOf, Lab, patience, servedBy} from './lab-host.js'

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
    const hostKey = await makeKey(join(lab.dir, 'frozen'))
    const frozen = new ssh2.Server({hostKeys: [await readFile(hostKey.file)]}, (client) => {
      client.on('authentication', () => {}).on('error', () => {})
    })
    await new Promise<void>((resolve) => frozen.listen(port, '127.0.0.1', resolve))
    lab.onEnd(() => frozen.close())
    const error = await fails(at({port, hostKey: hostKey.line}), 1500)
    expect(error).toMatchObject({fault: 'unreachable', class: 'time-out'})
    expect(error.message).toContain('did not answer the sign-in within 1.5 s')
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

describe('is lost when its sshd goes', () => {
  it('in the middle of a command', async () => {
    const host = lab.open(at())
    const pid = await servedBy(host)
    const ended = faultOf(host.exec('echo begun; sleep 60', patience(60_000)))
    process.kill(pid, 'SIGKILL')
    const error = await ended
    expect(error).toMatchObject({fault: 'lost', class: 'cut-off'})
    expect(error.message).toMatch(
      /^the connection to .*@127\.0\.0\.1:\d+ was lost while (starting|running) a command/,
    )
  })

  it('in the middle of an answer, which does not pass for a whole one', async () => {
    const path = join(lab.dir, 'slow.sock')
    await lab.listen(
      createServer((socket) => socket.on('error', () => {}).write('half an ans')),
      path,
    )
    const host = lab.open(at())
    const pid = await servedBy(host)
    const stream = await host.dialUnix(path)(new AbortController().signal)
    const read: string[] = []
    const reading = async () => {
      for await (const chunk of stream) {
        read.push(String(chunk))
        process.kill(pid, 'SIGKILL')
      }
    }
    expect(await faultOf(reading())).toMatchObject({fault: 'lost', class: 'cut-off'})
    expect(read).toEqual(['half an ans'])
  })

  it('between the request for a command and its answer, which is no refusal: it may have begun', async () => {
    const port = await freePort()
    const hostKey = await makeKey(join(lab.dir, 'vanishing'))
    const vanishing = new ssh2.Server({hostKeys: [await readFile(hostKey.file)]}, (client) => {
      client.on('error', () => {}).on('authentication', (context) => context.accept())
      client.on('session', (accept) => accept().on('exec', () => client.end()))
    })
    await new Promise<void>((resolve) => vanishing.listen(port, '127.0.0.1', resolve))
    lab.onEnd(() => vanishing.close())
    const error = await fails(at({port, hostKey: hostKey.line}))
    expect(error).toMatchObject({fault: 'lost', class: 'cut-off'})
    expect(error.message).toContain('was lost while starting a command')
  })
})
