import {chmod, writeFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {freePort} from '../../../src/lib/lab/free-port.js'
import {startProcess, stopProcess} from '../../../src/lib/lab/process.js'
import {dialTcp} from '../../../src/lib/remote/local-socket.js'
import {openInstance} from '../../../src/lib/systems/haproxy/open.js'
import {calm, instanceOf, runningLab} from '../../lab/running-lab.js'

const lab = runningLab({instances: 2})
const places = (index = 0) => lab().instances[index]?.places ?? expect.unreachable()

test('over TCP', async () => {
  const {statsPort: port} = places()
  const lb1 = openInstance(
    {name: 'lb1', socket: {kind: 'tcp', host: '127.0.0.1', port}},
    dialTcp('127.0.0.1', port),
  )
  expect((await lb1.snapshot(calm)).level).toBe('admin')
  expect(lb1.where).toBe(`tcp:127.0.0.1:${port}`)
})

test('an operator socket reads everything and changes nothing', async () => {
  const operator = instanceOf(places().operatorSocketPath)
  expect((await operator.snapshot(calm)).level).toBe('operator')
  for (const change of [
    () => operator.setState('app', 's1', 'drain', calm),
    () => operator.agent('agent', 'a1', 'disable', calm),
    () => operator.shutdownSessions('app', 's1', calm),
    () => operator.setWeight('app', 's1', '1', calm),
  ])
    await expect(change()).rejects.toMatchObject({fault: 'answered', class: 'permission-denied'})
  expect((await operator.server('app', 's1', calm)).server.admin).toBe('ready')
})

test('a user socket reads', async () => {
  const user = instanceOf(places().userSocketPath)
  const snapshot = await user.snapshot(calm)
  expect(snapshot.level).toBe('user')
  expect(snapshot.backends.app?.servers.s1?.status).toBe('UP')
})

test('another service on the port is not HAProxy', async () => {
  const {httpPort: port} = places()
  const web = openInstance(
    {name: 'lb1', socket: {kind: 'tcp', host: '127.0.0.1', port}},
    dialTcp('127.0.0.1', port),
  )
  await expect(web.snapshot(calm)).rejects.toMatchObject({
    fault: 'answered',
    class: 'not-haproxy',
    message: expect.stringContaining('HTTP/1.1 400'),
  })
})

test('a path without a socket, and a port without a listener', async () => {
  await expect(instanceOf(`${lab().dir}/none.sock`).snapshot(calm)).rejects.toMatchObject({
    fault: 'unreachable',
    class: 'no-such-socket',
    message: `lb1: cannot connect to the socket ${lab().dir}/none.sock: no such file`,
  })
  const port = await freePort()
  const none = openInstance(
    {name: 'lb1', socket: {kind: 'tcp', host: '127.0.0.1', port}},
    dialTcp('127.0.0.1', port),
  )
  await expect(none.snapshot(calm)).rejects.toMatchObject({fault: 'unreachable', class: 'nobody-listens'})
})

test.skipIf(process.geteuid?.() !== 0)('a socket that this user may not open', async () => {
  await chmod(lab().dir, 0o755)
  const {socketPath} = places()
  // The user "nobody" of Debian, for as long as the connection attempt takes.
  process.seteuid?.(65534)
  try {
    await expect(instanceOf(socketPath).snapshot(calm)).rejects.toMatchObject({
      fault: 'unreachable',
      class: 'no-permission',
      hint: expect.stringContaining('"nobody"'),
    })
  } finally {
    process.seteuid?.(0)
  }
})

test('a socket left behind by a killed HAProxy', async () => {
  const lb2 = lab().instances[1] ?? expect.unreachable()
  await lb2.kill()
  await expect(instanceOf(places(1).socketPath).snapshot(calm)).rejects.toMatchObject({
    fault: 'unreachable',
    class: 'nobody-listens',
    hint: expect.stringContaining('left over'),
  })
  await lb2.start()
  expect((await instanceOf(places(1).socketPath).snapshot(calm)).pid).toBe(lb2.process.pid)
})

test('a backend that shares its name with a frontend', async () => {
  const config = `global
    stats socket ${lab().dir}/twin.sock level admin
defaults
    timeout connect 1s
    timeout client 1s
    timeout server 1s
frontend twin
    bind 127.0.0.1:${await freePort()}
    default_backend twin
backend twin
    server s1 127.0.0.1:9
`
  await using _ = await otherHaproxy('twin', config)
  const twin = instanceOf(`${lab().dir}/twin.sock`)
  expect((await twin.server('twin', 's1', calm)).server.status).toBe('no check')
})

test('the master socket is told apart', async () => {
  const config = `global
    stats socket ${lab().dir}/worker.sock level admin
`
  await using _ = await otherHaproxy('master', config, ['-W', '-S', `${lab().dir}/master.sock,mode,600`])
  await expect(instanceOf(`${lab().dir}/master.sock`).snapshot(calm)).rejects.toMatchObject({
    fault: 'answered',
    class: 'master-socket',
    hint: expect.stringContaining('master socket'),
  })
  await expect(
    instanceOf(`${lab().dir}/master.sock`).setState('app', 's1', 'drain', calm),
  ).rejects.toMatchObject({class: 'master-socket'})
})

/** One more HAProxy; its socket NAME.sock is ready. */
async function otherHaproxy(name: string, config: string, args: string[] = []): Promise<AsyncDisposable> {
  const file = `${lab().dir}/${name}.cfg`
  await writeFile(file, config)
  const one = await startProcess(
    {
      name,
      command: 'haproxy',
      args: [...args, '-db', '-f', file],
      log: `${lab().dir}/${name}.log`,
      ready: {path: `${lab().dir}/${name}.sock`},
    },
    {detached: false},
  )
  return {[Symbol.asyncDispose]: () => stopProcess(one)}
}
