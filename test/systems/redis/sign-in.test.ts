import {randomBytes} from 'node:crypto'
import {describe, expect, test} from 'vitest'
import {freePort} from '../../../src/lib/lab/free-port.js'
import {startProcess, stopProcess} from '../../../src/lib/lab/process.js'
import {until} from '../../../src/lib/lab/until.js'
import {openRedisNode, type RedisSignIn} from '../../../src/lib/systems/redis/open.js'
import {calm} from '../../lab/running-lab.js'
import {clusterOf, labNode, nodeOf, runningRedis} from '../../lab/running-redis.js'

const SECRET = `pw-${randomBytes(6).toString('hex')}`
/** Exactly what the documentation asks for. */
const RIGHTS =
  '+ping +info +role +cluster|nodes +cluster|shards +cluster|info +cluster|myid +cluster|failover +config|get'.split(
    ' ',
  )

const plain = runningRedis({password: SECRET})
const tls = runningRedis({tls: true, masters: 1, replicasPer: 0})
const alone = runningRedis({
  masters: 1,
  replicasPer: 0,
  extraConfig: ['key-load-delay 3000', 'loading-process-events-interval-bytes 1024'],
})

const n1 = () => labNode(plain(), 'n1')
const as = (password: string, user?: string): RedisSignIn => ({
  password: async () => password,
  ...(user !== undefined && {user}),
})
const failed = (asking: Promise<unknown>) =>
  asking.then(
    () => expect.unreachable(),
    (error: unknown) => error as Error & {fault: string; class: string; hint: string},
  )

async function addUser(name: string, ...rights: string[]): Promise<RedisSignIn> {
  for (const node of plain().nodes)
    await node.ask('ACL', 'SETUSER', name, 'reset', 'on', `>${SECRET}`, '-@all', ...rights)
  return as(SECRET, name)
}

describe('password and ACL', () => {
  test.each([
    ['no password', {}, 'no-auth', 'NOAUTH Authentication required.'],
    [
      'a wrong password',
      as('wrong'),
      'wrong-password',
      'WRONGPASS invalid username-password pair or user is disabled.',
    ],
    [
      'an unknown user',
      as(SECRET, 'nobody'),
      'wrong-password',
      'WRONGPASS invalid username-password pair or user is disabled.',
    ],
  ])('%s is refused', async (_, signIn, kind, text) => {
    const error = await failed(nodeOf(n1(), signIn).table(calm))
    expect(error).toMatchObject({fault: 'refused', class: kind, message: `${n1().announced}: ${text}`})
    expect(error.hint).toMatch(/inventory/)
  })

  test('a password where none is wanted is refused', async () => {
    expect(await failed(nodeOf(labNode(alone(), 'n1'), as(SECRET)).table(calm))).toMatchObject({
      fault: 'refused',
      class: 'no-password-set',
    })
  })

  test('what the password throws is thrown as it is, also by a survey', async () => {
    const error = new Error('the environment variable P is not set')
    const signIn = {password: () => Promise.reject(error)}
    expect(await failed(nodeOf(n1(), signIn).table(calm))).toBe(error)
    expect(await failed(clusterOf(plain(), {signIn}).survey(calm))).toBe(error)
  })

  test('a user with the documented rights can do everything', async () => {
    const signIn = await addUser('ops', ...RIGHTS)
    const cluster = clusterOf(plain(), {signIn})
    const survey = await cluster.survey(calm)
    expect(survey.map((one) => one.error)).toEqual(['', '', '', '', '', ''])
    expect(survey.every((one) => one.reading?.config?.nodeTimeoutMs === 1000)).toBe(true)
    const n4 = await cluster.node(labNode(plain(), 'n4').id, calm)
    await n4.failover('graceful', calm)
    expect(await until(async () => (await n4.replication(calm)).role === 'master', 10_000)).toBe(true)
    await plain().restore()
  })

  test('without cluster|failover a failover is answered no, and nothing changes', async () => {
    const signIn = await addUser('reader', ...RIGHTS.filter((right) => right !== '+cluster|failover'))
    const error = await failed(nodeOf(labNode(plain(), 'n4'), signIn).failover('graceful', calm))
    expect(error).toMatchObject({fault: 'answered', class: 'no-permission'})
    expect(error.message).toContain(
      "NOPERM this user has no permissions to run the 'cluster|failover' command",
    )
    expect(error.hint).toContain('+cluster|failover')
    expect((await nodeOf(labNode(plain(), 'n4'), signIn).replication(calm)).role).toBe('replica')
  })

  test('without config the settings are not known, and the rest is', async () => {
    const signIn = await addUser('modest', ...RIGHTS.filter((right) => right !== '+config|get'))
    const reading = await nodeOf(n1(), signIn).read(calm)
    expect(reading).toMatchObject({config: null, id: n1().id, replication: {role: 'master'}})
  })

  test('without cluster|myid the sign-in is refused and says which rights are needed', async () => {
    const signIn = await addUser('stranger', '+ping')
    const error = await failed(clusterOf(plain(), {signIn}).survey(calm))
    expect(error).toMatchObject({fault: 'refused', class: 'no-permission'})
    expect(error.message).toMatch(/^no seed of orders answered: /)
    expect(error.hint).toContain('+cluster|myid')
  })

  test('equal secrets have equal labels, the same in every survey, and are in no survey', async () => {
    const labels = async () => {
      const survey = await clusterOf(plain(), {signIn: as(SECRET)}).survey(calm)
      expect(JSON.stringify(survey)).not.toContain(SECRET)
      return survey.map(({reading}) => [reading?.config?.passwordLabel, reading?.config?.masterAuthLabel])
    }
    expect(new Set((await labels()).flat())).toEqual(new Set(['s1']))
    const odd = plain().nodes.reduce((first, node) => (node.id < first.id ? first : node))
    await odd.ask('CONFIG', 'SET', 'masterauth', 'another')
    const after = await labels()
    expect(after.at(-1)).toEqual(['s1', 's2'])
    expect(await labels()).toEqual(after)
    await odd.ask('CONFIG', 'SET', 'masterauth', SECRET)
  })
})

describe('TLS', () => {
  const node = () => labNode(tls(), 'n1')
  const files = () => ({ca: 'ca.pem', cert: 'redis.pem', key: 'redis.key', directory: tls().dir})
  const through = (more: RedisSignIn['tls']) => nodeOf(node(), {tls: {...more}})

  test('with the private authority, the name and a client certificate it works', async () => {
    const {directory, ...names} = files()
    const absolute = Object.fromEntries(
      Object.entries(names).map(([key, name]) => [key, `${directory}/${name}`]),
    )
    for (const paths of [files(), absolute])
      expect(await through({...paths, servername: 'redis.lab'}).table(calm)).toHaveLength(1)
  })

  test.each([
    [
      'a wrong name',
      () => ({...files(), servername: 'redis.example.net'}),
      /does not match certificate's altnames/,
    ],
    ['no name', files, /does not match certificate's altnames/],
    [
      'an unknown authority',
      () => ({servername: 'redis.lab'}),
      /self-signed certificate|unable to (get|verify)/,
    ],
    [
      'a file that is not there',
      () => ({...files(), ca: 'none.pem'}),
      /: cannot read \/.*\/none\.pem: ENOENT$/,
    ],
  ])('%s is refused', async (_, more, text) => {
    const error = await failed(through(more()).table(calm))
    expect(error).toMatchObject({fault: 'refused', class: 'tls'})
    expect(error.message).toMatch(text)
    expect(error.hint).toContain('Check tls')
  })

  // The server closes while the sign-in is being sent: its alert may come too late to be read.
  test('no client certificate: whichever way it shows, the hint names it', async () => {
    const error = await failed(
      through({directory: tls().dir, ca: 'ca.pem', servername: 'redis.lab'}).table(calm),
    )
    expect(['refused tls', 'unreachable ECONNRESET', 'unreachable EPIPE', 'unreachable closed']).toContain(
      `${error.fault} ${error.class}`,
    )
    expect(error.hint).toMatch(/cert/)
  })

  test('TLS to a port without it, and none to a port with it', async () => {
    const {host, port} = labNode(alone(), 'n1')
    const wrongly = openRedisNode({host, port}, {tls: {}})
    const silent = await failed(wrongly.table(calm))
    expect(silent).toMatchObject({fault: 'unreachable', class: 'time-out'})
    expect(silent.hint).toContain('one side alone speaks TLS')
    const error = await failed(nodeOf(node()).table(calm))
    expect(error.fault).toBe('unreachable')
    expect(error.hint).toContain('it may want TLS, none,')
  })

  test('a handshake that hangs ends in time, and at once when closed', async () => {
    await node().pause()
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind.includes('TCP')).length
    const before = sockets()
    const hanging = through(files())
    const waiting = failed(hanging.table(calm))
    expect(await until(() => sockets() > before, 5000)).toBe(true)
    hanging.close()
    expect(await waiting).toMatchObject({fault: 'unreachable'})
    expect(await until(() => sockets() <= before, 1000)).toBe(true)
    expect(await failed(through(files()).table(calm))).toMatchObject({
      fault: 'unreachable',
      class: 'time-out',
    })
    await node().cont()
  })
})

test('a node that loads its data is refused as such, and answers afterwards', async () => {
  const node = labNode(alone(), 'n1')
  await node.ask('EVAL', "for i=1,400 do redis.call('SET', '{a}'..i, string.rep('x', 100)) end", '1', '{a}')
  await node.ask('SAVE')
  await node.kill()
  await node.start()
  const known = nodeOf(node)
  expect(await failed(known.table(calm))).toMatchObject({fault: 'refused', class: 'loading'})
  const survey = failed(clusterOf(alone()).survey(calm))
  expect(await survey).toMatchObject({fault: 'refused', class: 'loading'})
  expect(
    await until(
      () =>
        known.table(calm).then(
          () => true,
          () => false,
        ),
      20_000,
    ),
  ).toBe(true)
})

test('a server that is no cluster is refused', async () => {
  const port = await freePort()
  const spec = {
    name: 'standalone',
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', alone().dir],
    log: `${alone().dir}/standalone.log`,
    ready: {port},
  }
  const one = await startProcess(spec, {detached: false})
  const error = await failed(openRedisNode({host: '127.0.0.1', port}, {}).table(calm))
  await stopProcess(one)
  expect(error).toMatchObject({
    fault: 'refused',
    class: 'not-a-cluster',
    message: `127.0.0.1:${port}: ERR This instance has cluster support disabled`,
  })
})
