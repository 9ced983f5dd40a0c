import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {resolve} from '../../src/lib/remote/ssh/resolve.js'
import {checkTarget, describe as name, parseJump, type SshTarget} from '../../src/lib/remote/ssh/target.js'
import {around, faultOf, Lab} from './lab-host.js'

let lab: Lab
let configFile: string
const signal = new AbortController().signal

beforeAll(async () => {
  lab = await Lab.make()
  configFile = join(lab.dir, 'config')
  await writeFile(
    configFile,
    `Host web
  HostName web1.example.com
  Port 2222
  User deploy
  IdentityFile ~/.ssh/id_%h_%r
  IdentityAgent $MY_AGENT
  HostKeyAlias fleet
  UserKnownHostsFile /k/one /k/two
  GlobalKnownHostsFile none
  ConnectTimeout 7
  ProxyJump outer,ops@inner:2200
Host inner
  HostName 10.0.0.2
Host outer
  User gate
Host plain
  IdentitiesOnly yes
Host a
  ProxyJump b
Host b
  ProxyJump a
Host own
  ProxyCommand nc %h %p
Host krl
  RevokedHostKeys /etc/ssh/krl
`,
  )
})
afterAll(() => lab.end())

const ask = (target: SshTarget, env: Record<string, string> = {}) => {
  const here = around(lab.dir)
  return resolve({configFile, ...target}, {...here, user: 'me', env: {...here.env, ...env}}, signal)
}

describe('resolve asks ssh -G', () => {
  it('for everything', async () => {
    expect(await ask({host: 'web'}, {MY_AGENT: '/agent.sock'})).toEqual({
      alias: 'web',
      host: 'web1.example.com',
      port: 2222,
      user: 'deploy',
      family: 0,
      identityFiles: [`${lab.dir}/.ssh/id_web1.example.com_deploy`],
      identitiesOnly: false,
      agentSocket: '/agent.sock',
      knownHostsFiles: ['/k/one', '/k/two'],
      hostKeyAlias: 'fleet',
      connectTimeoutMs: 7000,
      jump: expect.anything(),
    })
  })

  it('for each jump host too, outermost innermost in `jump`', async () => {
    expect(name(await ask({host: 'web'}))).toMatch(
      /^deploy@web1\.example\.com:2222 via gate@outer:22 and ops@10\.0\.0\.2:2200$/,
    )
  })

  it('and what is explicit wins', async () => {
    const target = {
      host: 'web',
      port: 23,
      user: 'root',
      identityFiles: ['~/k'],
      agentSocket: '/other',
      jump: [],
    }
    expect(await ask({...target, hostKey: 'SHA256:x'})).toMatchObject({
      port: 23,
      user: 'root',
      identityFiles: [`${lab.dir}/k`],
      identitiesOnly: true,
      agentSocket: '/other',
      hostKey: 'SHA256:x',
    })
    expect(await ask(target)).not.toHaveProperty('jump')
  })

  it('honours IdentitiesOnly and SSH_AUTH_SOCK', async () => {
    expect(await ask({host: 'plain'}, {SSH_AUTH_SOCK: '/a'})).toMatchObject({
      identitiesOnly: true,
      agentSocket: '/a',
    })
  })

  it.each([
    ['a loop of jump hosts', 'a', /form a loop/],
    ['ProxyCommand', 'own', /by ProxyCommand, which is not supported/],
    ['RevokedHostKeys', 'krl', /RevokedHostKeys/],
  ])('refuses %s', async (_, host, message) => {
    const error = await faultOf(ask({host}))
    expect(error).toMatchObject({fault: 'refused', class: 'ssh-config'})
    expect(error.message).toMatch(message)
  })

  it('passes on what OpenSSH says about a broken configuration', async () => {
    const bad = join(lab.dir, 'bad')
    await writeFile(bad, 'Port nonsense\n')
    const error = await faultOf(ask({host: 'x', configFile: bad}))
    expect(error.message).toMatch(/does not accept its configuration for x: .*line 1/)
    expect(error.hint).toContain('ssh -G x')
  })
})

it('without OpenSSH uses explicit settings and defaults', async () => {
  const here = {home: '/home/me', user: 'me', env: {PATH: '/nonexistent', SSH_AUTH_SOCK: '/agent'}}
  const found = await resolve({host: 'web', jump: 'ops@gate:2200'}, here, signal)
  expect(found).toMatchObject({host: 'web', port: 22, user: 'me', agentSocket: '/agent'})
  expect(found.identityFiles).toEqual(
    ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((key) => `/home/me/.ssh/${key}`),
  )
  expect(found.knownHostsFiles).toEqual(['/home/me/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'])
  expect(name(found)).toBe('me@web:22 via ops@gate:2200')
})

describe('names', () => {
  it.each([
    '-oProxyCommand=id',
    '',
    'a b',
    'a\nb',
    'a\0',
    'a\x1b[2J',
    'user@host',
    'ssh://x',
    '$(id)',
    '\u202ehost',
  ])('host %j is refused', (host) => {
    expect(() => checkTarget({host})).toThrow(/the host name/)
  })
  it.each(['-l', '', 'a b', "a'b", 'a;b', 'a\x07'])('user %j is refused', (user) => {
    expect(() => checkTarget({host: 'h', user})).toThrow(/the user name/)
  })
  it.each([0, -1, 65536, 1.5, Number.NaN])('port %j is refused', (port) => {
    expect(() => checkTarget({host: 'h', port})).toThrow('is not a port number')
  })
  it.each(['web1', '10.0.0.1', '::1', 'fe80::1%eth0', 'web_1.example.com', 'bücher.example'])(
    'host %j passes',
    (host) => {
      expect(() => checkTarget({host})).not.toThrow()
    },
  )
})

describe('parseJump', () => {
  it.each([
    ['gate', [{host: 'gate'}]],
    ['ops@gate:2222,inner', [{host: 'gate', user: 'ops', port: 2222}, {host: 'inner'}]],
    ['ops@[fe80::1]:22', [{host: 'fe80::1', user: 'ops', port: 22}]],
    ['ssh://ops@gate:22/', [{host: 'gate', user: 'ops', port: 22}]],
  ])('%s', (text, hops) => {
    expect(parseJump(text)).toEqual(hops)
  })
  it.each(['a:b', '@x', 'a::1', ''])('refuses %j', (text) => {
    expect(() => parseJump(text)).toThrow('is not [user@]host[:port]')
  })
})
