import {writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'
import type {Duplex} from 'node:stream'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startProcess, stopProcess} from '../../src/lib/lab/process.js'
import type {LabSshd} from '../../src/lib/lab/sshd.js'
import {run} from '../../src/lib/remote/process.js'
import type {SshHost} from '../../src/lib/remote/ssh/open.js'
import {faultOf, Lab, patience} from './lab-host.js'

let lab: Lab
let forwards: SshHost
let viaSocat: SshHost
let neither: SshHost
const never = new AbortController().signal

beforeAll(async () => {
  lab = await Lab.make()
  const opened = async (sshd: Promise<LabSshd>) =>
    lab.open({host: 'lab', configFile: (await sshd).configFile})
  forwards = await opened(lab.sshd('yes'))
  viaSocat = await opened(lab.sshd('socat', {allowStreamLocal: false}))
  neither = await opened(
    lab.sshd('neither', {allowStreamLocal: false, extraConfig: ['SetEnv PATH=/nonexistent']}),
  )
})
afterAll(() => lab.end())

async function ask(stream: Duplex, line: string): Promise<string> {
  stream.end(line)
  let answer = ''
  for await (const chunk of stream) answer += chunk
  return answer
}

/** A socket file that a killed process has left. */
async function leftover(path: string): Promise<string> {
  const one = await startProcess(
    {
      name: 'socat',
      command: 'socat',
      args: [`UNIX-LISTEN:${path},fork,unlink-close=0`, 'PIPE'],
      log: `${path}.log`,
      ready: {path},
    },
    {detached: false},
  )
  await stopProcess(one)
  expect((await run(['test', '-S', path], {...patience(), env: {PATH: process.env.PATH}})).code).toBe(0)
  return path
}

describe.each([
  ['forwarded', () => forwards],
  ['through socat', () => viaSocat],
])('%s', (way, host) => {
  it('reads the answer that comes after we have closed our side', async () => {
    const path = await lab.echo(join(lab.dir, `${way}.sock`), 1200)
    expect(await ask(await host().dialUnix(path)(never), 'show info\n')).toBe('heard show info\n')
  })

  it('opens one stream per dial, side by side', async () => {
    const dial = host().dialUnix(await lab.echo(join(lab.dir, `${way} many.sock`)))
    const answers = await Promise.all(['a', 'b', 'c'].map(async (line) => ask(await dial(never), line)))
    expect(answers).toEqual(['heard a', 'heard b', 'heard c'])
  })

  it('carries a lot both ways', async () => {
    const path = await lab.echo(join(lab.dir, `${way} big.sock`))
    const line = 'x'.repeat(5_000_000)
    expect((await ask(await host().dialUnix(path)(never), line)).length).toBe('heard '.length + line.length)
  })

  it.each(["it's", '$(touch pwned)', '; id', 'a,b:c!!d', '(e)[f]{g}"h"', '-n *'])(
    'takes %j as a name',
    async (name) => {
      const path = await lab.echo(join(lab.dir, `${way} ${name}`))
      expect(await ask(await host().dialUnix(path)(never), 'hi')).toBe('heard hi')
    },
  )

  it('says that there is no such socket', async () => {
    const error = await faultOf(host().dialUnix(join(lab.dir, 'absent'))(never))
    expect(error).toMatchObject({fault: 'unreachable', class: 'no-such-socket'})
    expect(error.message).toMatch(/^there is no socket .*absent on .*@127\.0\.0\.1:\d+$/)
  })

  it('says that nobody listens', async () => {
    const path = await leftover(join(lab.dir, `left-${way.length}`))
    const error = await faultOf(host().dialUnix(path)(never))
    expect(error).toMatchObject({fault: 'unreachable', class: 'nobody-listens'})
    expect(error.hint).toContain('left-over')
  })

  it('closes the peer when destroyed', async () => {
    let closed: () => void = () => {}
    const peer = new Promise<void>((resolve) => {
      closed = resolve
    })
    const server = createServer((socket) =>
      socket
        .on('error', () => {})
        .once('close', closed)
        .resume(),
    )
    const path = join(lab.dir, `${way} closing.sock`)
    await lab.listen(server, path)
    const stream = await host().dialUnix(path)(never)
    stream.write('half a line')
    stream.destroy()
    await peer
    expect(stream.destroyed).toBe(true)
  })

  it('does not open when aborted', async () => {
    const path = await lab.echo(join(lab.dir, `${way} aborted.sock`))
    expect(await faultOf(host().dialUnix(path)(AbortSignal.abort()))).toMatchObject({
      fault: 'unreachable',
      class: 'called-off',
    })
  })
})

it('says what to change where neither way is open', async () => {
  const path = await lab.echo(join(lab.dir, 'neither.sock'))
  const error = await faultOf(neither.dialUnix(path)(never))
  expect(error).toMatchObject({fault: 'refused', class: 'no-forwarding'})
  expect(error.message).toContain(
    'forwarding to unix sockets is disabled in its sshd; socat is not installed',
  )
  expect(error.hint).toBe('Set AllowStreamLocalForwarding yes in its sshd_config, or install socat on it.')
})

it('says that a forced command hides the reason', async () => {
  const sshd = await lab.sshd('forced', {allowStreamLocal: false, extraConfig: ['ForceCommand echo hello']})
  const path = await lab.echo(join(lab.dir, 'forced.sock'))
  const error = await faultOf(lab.open({host: 'lab', configFile: sshd.configFile}).dialUnix(path)(never))
  expect(error).toMatchObject({fault: 'refused', class: 'no-forwarding'})
  expect(error.message).toContain(`runs no command for ${sshd.user}`)
})

it('gives up on a file that is no socket', async () => {
  await writeFile(join(lab.dir, 'file'), '')
  const error = await faultOf(forwards.dialUnix(join(lab.dir, 'file'))(never))
  expect(error.message).toContain('is not a socket')
})
