import {chmod, mkdir, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {run} from '../../src/lib/remote/process.js'
import {
  judgeSocket,
  parseProbe,
  probeCommand,
  type SocketProbe,
} from '../../src/lib/remote/ssh/socket-probe.js'
import {Lab} from './lab-host.js'

let lab: Lab
const root = userInfo().uid === 0

beforeAll(async () => {
  lab = await Lab.make()
  await chmod(lab.dir, 0o755)
  await lab.echo(join(lab.dir, 'open.sock'))
  await chmod(join(lab.dir, 'open.sock'), 0o666)
  await lab.echo(join(lab.dir, 'private.sock'))
  await chmod(join(lab.dir, 'private.sock'), 0o660)
  await mkdir(join(lab.dir, 'closed/inner'), {recursive: true})
  await lab.echo(join(lab.dir, 'closed/inner/x.sock'))
  await chmod(join(lab.dir, 'closed'), 0o700)
  await writeFile(join(lab.dir, 'file'), '')
})
afterAll(() => lab.end())

/** The probe in a real shell, as somebody without rights where we can become such a user. */
async function probe(
  name: string,
  as: 'me' | 'nobody' = 'me',
  env = {PATH: process.env.PATH},
): Promise<SocketProbe> {
  const shell: [string, ...string[]] = ['/bin/sh', '-c', probeCommand(join(lab.dir, name))]
  const nobody: [string, ...string[]] = [
    'setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    ...shell,
  ]
  const {code, stdout} = await run(as === 'nobody' ? nobody : shell, {
    signal: new AbortController().signal,
    timeoutMs: 20_000,
    env,
  })
  expect(code).toBe(0)
  return parseProbe(stdout)
}
const judge = (found: SocketProbe) => judgeSocket(found, {path: '/run/x.sock', user: 'ana', host: 'ana@h:22'})

describe('the probe, in a real shell', () => {
  it('sees a socket that works', async () => {
    const found = await probe('open.sock')
    expect(found).toMatchObject({
      ran: true,
      exists: true,
      socket: true,
      writable: true,
      listening: true,
      socat: true,
    })
    expect(found.owner).toMatch(/^srw-rw-rw- 1 /)
    expect(judge(found)).toBe('socat')
  })

  it('sees that there is none', async () => {
    const found = await probe('nothing.sock')
    expect(found).toEqual({
      ran: true,
      exists: false,
      socket: false,
      writable: false,
      listening: false,
      socat: true,
    })
    expect(judge(found)).toMatchObject({fault: 'unreachable', class: 'no-such-socket'})
  })

  it('sees a file that is no socket', async () => {
    expect(judge(await probe('file'))).toMatchObject({
      class: 'no-such-socket',
      message: '/run/x.sock on ana@h:22 is not a socket',
    })
  })

  it('sees that socat is missing, with nothing in PATH at all', async () => {
    const found = await probe('open.sock', 'me', {PATH: '/nonexistent'})
    expect(found).toMatchObject({ran: true, socket: true, writable: true, listening: true, socat: false})
    expect(judge(found)).toMatchObject({
      fault: 'refused',
      class: 'no-forwarding',
      message:
        'ana@h:22 does not forward to /run/x.sock: forwarding to unix sockets is disabled in its sshd; socat is not installed',
      hint: 'Set AllowStreamLocalForwarding yes in its sshd_config, or install socat on it.',
    })
  })

  it.runIf(root)('sees that it may not connect', async () => {
    const error = judge(await probe('private.sock', 'nobody'))
    expect(error).toMatchObject({fault: 'refused', class: 'no-permission'})
    expect((error as Error).message).toMatch(
      /^ana may not connect to \/run\/x\.sock on ana@h:22 \(srw-rw---- 1 root root\)$/,
    )
  })

  it.runIf(root)('sees which directory it may not enter', async () => {
    const found = await probe('closed/inner/x.sock', 'nobody')
    expect(found.blockedBy).toBe(join(lab.dir, 'closed'))
    expect(judge(found)).toMatchObject({fault: 'refused', class: 'no-permission'})
  })

  it.each(["it's", '$(touch pwned)', '`id`', '; id', '-n', 'a "b" c', '*', "';echo socat;'"])(
    'takes the path %j as a path',
    async (name) => {
      const server = createServer()
      await lab.listen(server, join(lab.dir, name))
      expect(await probe(name)).toMatchObject({exists: true, socket: true, listening: true})
      expect((await probe(`${name}x`)).exists).toBe(false)
    },
  )
})

describe('judgeSocket', () => {
  const fine = {ran: true, exists: true, socket: true, writable: true, listening: false, socat: false}

  it('does not claim to know what it does not', () => {
    expect(judge(fine)).toMatchObject({
      message: expect.stringContaining('nobody listens there, or forwarding'),
    })
  })

  it('says that a forced command answered in place of the probe', () => {
    expect(judge(parseProbe('Welcome!\nThis account is only for backups.\n'))).toMatchObject({
      class: 'no-forwarding',
      message: expect.stringContaining('runs no command for ana'),
    })
  })

  it('shows nothing that a hostile host could put on the terminal', () => {
    const found = parseProbe(
      'redeye-probe\nexists\nsocket\nowner srw\x1b[2J 1 \u202ea b\nblocked /a\x1b]0;x\x07\n',
    )
    expect((judge(found) as Error).message).not.toMatch(/[\p{Cc}\u202e]/u)
    expect((judge({...found, blockedBy: undefined} as never) as Error).message).not.toMatch(/[\p{Cc}\u202e]/u)
  })
})
