import {execFile} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {readdir, readFile, writeFile} from 'node:fs/promises'
import {tmpdir, userInfo} from 'node:os'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type LabKey, makeKey} from '../../../src/lib/lab/ssh-keys.js'
import type {LabSshd} from '../../../src/lib/lab/sshd.js'
import {until} from '../../../src/lib/lab/until.js'
import {parsePinnedKeys} from '../../../src/lib/remote/fleet/pinned-keys.js'
import type {FleetLinks} from '../../../src/lib/systems/receivers/fleet.js'
import type {FleetHost} from '../../../src/lib/systems/receivers/host.js'
import {type FleetSettings, openFleet} from '../../../src/lib/systems/receivers/open.js'
import {faultOf, limits, Room, shared} from './room.js'

const run = promisify(execFile)

let room: Room
/** Believes an authority of keys, and no key by itself. */
let sshd: LabSshd
let gate: LabSshd
let certified: LabKey

beforeAll(async () => {
  room = await Room.make()
  const authority = await makeKey(`${room.dir}/authority`)
  ;[sshd, gate] = await Promise.all([
    room.sshd('certified', {
      extraConfig: [`TrustedUserCAKeys ${authority.file}.pub`, 'AuthorizedKeysFile none'],
    }),
    room.sshd('gate'),
  ])
  certified = await makeKey(`${room.dir}/client`)
  await run('ssh-keygen', [
    ...['-q', '-s', authority.file, '-I', 'lab', '-n', sshd.user, '-V', '+1h'],
    `${certified.file}.pub`,
  ])
})
afterAll(() => room.end())

function open(at: LabSshd, keyFile: string, more: Partial<FleetSettings> = {}): FleetLinks {
  const {username, uid} = userInfo()
  const links = openFleet(
    {
      user: at.user,
      identityFiles: [keyFile],
      keys: parsePinnedKeys(`[real]:${at.port} ${at.hostKeyLine}\n`),
      bastions: {},
      ...more,
    },
    {home: room.dir, user: username, uid, env: {PATH: process.env.PATH, HOME: room.dir}},
  )
  room.onEnd(() => links.close())
  return links
}

const host = ({port}: LabSshd, more: Partial<FleetHost> = {}): FleetHost => ({
  ...{id: 'real', address: '127.0.0.1', port, via: '', labels: {}},
  ...more,
})
const signIns = async (at: LabSshd) =>
  (await readFile(at.clientKeyFile.replace(/client$/, 'sshd.log'), 'utf8')).split('Accepted publickey')
    .length - 1

describe('a key with a certificate', () => {
  it('is used by the OpenSSH program, over one connection, and that is said', async () => {
    const links = open(sshd, certified.file)
    expect((await links.manner(host(sshd))).openssh).toBe(`${certified.file} has a certificate`)
    const link = links.link(host(sshd))
    const before = await signIns(sshd)
    expect(await link.run('echo out; echo oops >&2; exit 3', limits())).toMatchObject({
      code: 3,
      stdout: 'out\n',
      stderr: 'oops\n',
    })
    expect((await link.run('echo \'a  b\' "$((1 + 1))"', limits())).stdout).toBe('a  b 2\n')
    expect((await link.run('cat', limits())).stdout).toBe('')
    expect(await signIns(sshd)).toBe(before + 1)
    link.close()
  })

  it('reads what it is given and bounds what is printed', async () => {
    const link = open(sshd, certified.file).link(host(sshd))
    const content = shared(randomBytes(1_000_000))
    const {stdout} = await link.run('sha256sum', limits({stdin: content}))
    expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(content).digest('hex'))
    const flood = await link.run('head -c 3000000 /dev/zero', limits())
    expect([flood.stdout.length, flood.dropped]).toEqual([65_536, 3_000_000 - 65_536])
    link.close()
  })

  it('tells refused, unreachable and lost apart', async () => {
    const stranger = await makeKey(`${room.dir}/stranger`)
    await writeFile(`${stranger.file}-cert.pub`, await readFile(`${certified.file}-cert.pub`, 'utf8'))
    expect(await faultOf(open(sshd, stranger.file).link(host(sshd)).run('echo no', limits()))).toBe(
      'refused sign-in',
    )
    const wrong = {keys: parsePinnedKeys(`[real]:${sshd.port} ${gate.hostKeyLine}\n`)}
    expect(await faultOf(open(sshd, certified.file, wrong).link(host(sshd)).run('echo no', limits()))).toBe(
      'refused host-key',
    )
    const unpinned = {keys: parsePinnedKeys('')}
    expect(
      await faultOf(open(sshd, certified.file, unpinned).link(host(sshd)).run('echo no', limits())),
    ).toBe('refused host-key')
    const nobody = host(sshd, {address: '127.0.0.9', port: 1})
    const keys = parsePinnedKeys(`[real]:1 ${sshd.hostKeyLine}\n`)
    expect(await faultOf(open(sshd, certified.file, {keys}).link(nobody).run('echo no', limits()))).toBe(
      'unreachable refused-connection',
    )
    const link = open(sshd, certified.file).link(host(sshd))
    expect(await faultOf(link.run('sleep 20', limits({timeoutMs: 500})))).toBe('lost timeout')
    // The process of sshd that serves this connection.
    expect(await faultOf(link.run('kill -KILL $PPID; sleep 20', limits()))).toBe('lost cut-off')
    expect((await link.run('echo back', limits())).stdout).toBe('back\n')
    link.close()
  })

  it('pins the key of a new host where that was allowed', async () => {
    const told: string[] = []
    const keys = parsePinnedKeys('')
    const accept = {
      keys,
      unpinned: 'accept' as const,
      onNewKey: (_: FleetHost, line: string) => told.push(line),
    }
    const link = open(sshd, certified.file, accept).link(host(sshd))
    expect((await link.run('echo yes', limits())).stdout).toBe('yes\n')
    expect(told).toEqual([sshd.hostKeyLine])
    expect(keys.of('real', sshd.port)).toHaveLength(1)
    link.close()
  })

  it('leaves no process and no socket behind', async () => {
    const links = open(sshd, certified.file)
    await links.link(host(sshd)).run('echo in', limits())
    const sockets = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('redeye-ssh-'))
    const before = await sockets()
    expect(before.length).toBeGreaterThan(0)
    await links.close()
    expect((await sockets()).length).toBe(before.length - 1)
    const ours = async () =>
      (await run('ps', ['-eo', 'args'])).stdout
        .split('\n')
        .filter((line) => line.startsWith('ssh -M') && line.includes(`-p ${sshd.port} `))
    expect(await until(async () => (await ours()).length === 0, 3000)).toBe(true)
  })
})

describe('a server that speaks only post-quantum key exchange', () => {
  it('is spoken to by the OpenSSH program, and others are not', async () => {
    const strict = await room.sshd('post-quantum', {
      extraConfig: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    })
    const keys = parsePinnedKeys(
      `[real]:${strict.port} ${strict.hostKeyLine}\n[real]:${gate.port} ${gate.hostKeyLine}\n`,
    )
    const links = open(strict, strict.clientKeyFile, {keys})
    expect((await links.manner(host(strict))).openssh).toBe('')
    const link = links.link(host(strict))
    expect((await link.run('echo in', limits())).stdout).toBe('in\n')
    expect((await link.run('echo again', limits())).stdout).toBe('again\n')
    link.close()
  })
})

it('does not outlive whoever started it, however that ends', async () => {
  const program = `
    const {opensshLinks} = await import('${new URL('../../../src/lib/remote/openssh/links.ts', import.meta.url)}')
    const links = opensshLinks(${JSON.stringify({
      user: gate.user,
      identityFiles: [gate.clientKeyFile],
      bastions: {},
    }).slice(0, -1)}, pins: () => ['${gate.hostKeyLine}'], env: process.env})
    const link = links.link({id: 'real', address: '127.0.0.1', port: ${gate.port}, via: ''}, {})
    const {signal} = new AbortController()
    await link.run('echo', {signal, timeoutMs: 9000, connectTimeoutMs: 9000})
    process.kill(process.pid, 'SIGKILL')
  `
  const ended = run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program])
  await expect(ended).rejects.toMatchObject({signal: 'SIGKILL'})
  const left = async () =>
    (await run('ps', ['-eo', 'args'])).stdout
      .split('\n')
      .filter((line) => line.startsWith('ssh -M') && line.includes(`-p ${gate.port} `))
  expect(await until(async () => (await left()).length === 0, 5000)).toBe(true)
})
