import {once} from 'node:events'
import {createServer, type Socket} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {freePort} from '../../../src/lib/lab/free-port.js'
import {startRecorder} from '../../../src/lib/lab/recorder.js'
import type {Dial} from '../../../src/lib/remote/dial.js'
import {exchange} from '../../../src/lib/remote/exchange.js'
import {dialTcp, dialUnix} from '../../../src/lib/remote/local-socket.js'
import {openInstance} from '../../../src/lib/systems/haproxy/open.js'
import {calm, instanceOf, runningLab} from '../../lab/running-lab.js'

const LIMITS = {connectMs: 5000, answerMs: 5000, maxBytes: 1000}
const lab = runningLab({instances: 1})
const socketPath = () => lab().instances[0]?.places.socketPath ?? expect.unreachable()

/** A peer that does one thing to everybody who connects. */
async function peer(treat: (socket: Socket) => void): Promise<{port: number} & AsyncDisposable> {
  const port = await freePort()
  const sockets = new Set<Socket>()
  const server = createServer({allowHalfOpen: true}, (socket) => {
    sockets.add(socket.on('error', () => {}))
    treat(socket)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('one exchange', () => {
  test('half-closes and reads to the end', async () => {
    await using echo = await peer((socket) => socket.pipe(socket))
    expect(await exchange(dialTcp('127.0.0.1', echo.port), 'hello\n', LIMITS, calm)).toBe('hello\n')
  })

  test('no answer in time is lost', async () => {
    await using mute = await peer((socket) => socket.resume())
    await expect(
      exchange(dialTcp('127.0.0.1', mute.port), 'x\n', {...LIMITS, answerMs: 100}, calm),
    ).rejects.toMatchObject({fault: 'lost', class: 'time-out'})
  })

  test('a reset is lost', async () => {
    await using rude = await peer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    await expect(exchange(dialTcp('127.0.0.1', rude.port), 'x\n', LIMITS, calm)).rejects.toMatchObject({
      fault: 'lost',
      class: 'cut-off',
    })
  })

  test('an endless answer is cut', async () => {
    await using wordy = await peer((socket) => socket.write('x'.repeat(5000)))
    await expect(exchange(dialTcp('127.0.0.1', wordy.port), 'x\n', LIMITS, calm)).rejects.toMatchObject({
      fault: 'lost',
      class: 'too-long',
    })
  })

  test('a dial that never ends is unreachable, and its late stream is let go', async () => {
    let aborted = false
    const never = (signal: AbortSignal) =>
      new Promise<never>(() => signal.addEventListener('abort', () => (aborted = true)))
    await expect(exchange(never, 'x\n', {...LIMITS, connectMs: 50}, calm)).rejects.toMatchObject({
      fault: 'unreachable',
      class: 'time-out',
    })
    expect(aborted).toBe(true)
  })

  test('called off before: unreachable; after: lost, at once', async () => {
    await using mute = await peer((socket) => socket.resume())
    const dial = dialTcp('127.0.0.1', mute.port)
    await expect(exchange(dial, 'x\n', LIMITS, AbortSignal.abort())).rejects.toMatchObject({
      fault: 'unreachable',
      class: 'called-off',
    })
    const quit = new AbortController()
    const began = performance.now()
    await using asked = await peer((socket) => socket.once('data', () => quit.abort()))
    await expect(
      exchange(dialTcp('127.0.0.1', asked.port), 'x\n', {...LIMITS, answerMs: 20_000}, quit.signal),
    ).rejects.toMatchObject({fault: 'lost', class: 'called-off'})
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('a lost answer of HAProxy', () => {
  test('is in doubt whether or not the command was carried out', async () => {
    await using recorder = await recording()
    const lb1 = instanceOf(recorder.path)
    recorder.on(/state drain/, {drop: 'before'})
    await expect(lb1.setState('app', 's1', 'drain', calm)).rejects.toMatchObject({
      fault: 'lost',
      class: 'cut-off',
    })
    expect((await lb1.server('app', 's1', calm)).server.admin).toBe('ready')
    recorder.on(/state drain/, {drop: 'after'})
    await expect(lb1.setState('app', 's1', 'drain', calm)).rejects.toMatchObject({
      fault: 'lost',
      class: 'cut-off',
    })
    expect((await lb1.server('app', 's1', calm)).server.admin).toBe('drain')
    expect(recorder.unused()).toEqual([])
  })

  test('an answer that is not empty is no success', async () => {
    await using recorder = await recording()
    recorder.on(/state maint/, {answer: 'Something \u001b[31mnew.\n\n'})
    await expect(instanceOf(recorder.path).setState('app', 's1', 'maint', calm)).rejects.toMatchObject({
      fault: 'answered',
      class: 'not-accepted',
      message: expect.stringMatching(/^lb1 at unix:\P{Cc}+ HAProxy answered "Something new\." to \P{Cc}+$/u),
    })
    expect(recorder.commands).toEqual(['set server app/s1 state maint'])
  })

  test('a read that is cut in the middle is lost', async () => {
    await using recorder = await recording()
    recorder.on(/show info/, {answer: 'Name: HAProxy\nPid: 1'})
    await expect(instanceOf(recorder.path).snapshot(calm)).rejects.toMatchObject({fault: 'lost'})
  })

  test('close lets go of what is in flight', async () => {
    await using recorder = await recording()
    recorder.on(/show info/, {delayMs: 20_000})
    const lb1 = instanceOf(recorder.path)
    const reading = lb1.snapshot(calm)
    await expect.poll(() => recorder.commands.length).toBeGreaterThan(0)
    lb1.close()
    await expect(reading).rejects.toMatchObject({fault: 'lost', class: 'called-off'})
  })
})

test('a dial that signs in somewhere first may be given longer than 3 s', async () => {
  const path = socketPath()
  const slow: Dial = async (signal) => {
    await sleep(3500)
    return await dialUnix(path)(signal)
  }
  const at = {name: 'lb1', socket: {kind: 'unix' as const, path}}
  const [local, remote] = [openInstance(at, slow), openInstance(at, slow, 15_000)]
  await Promise.all([
    expect(local.snapshot(calm)).rejects.toMatchObject({fault: 'unreachable', class: 'time-out'}),
    expect(remote.snapshot(calm)).resolves.toMatchObject({level: 'admin'}),
  ])
})

test('reads send only "show" commands', async () => {
  await using recorder = await recording()
  const lb1 = instanceOf(recorder.path)
  await lb1.snapshot(calm)
  await lb1.server('app', 's1', calm)
  await lb1.sessions('app', 's1', calm)
  await lb1.getWeight('app', 's1', calm)
  expect(recorder.commands.filter((line) => !/^(show|get) /.test(line))).toEqual([])
  expect(recorder.commands).toHaveLength(12)
})

async function recording() {
  const recorder = await startRecorder(`${lab().dir}/recorder.sock`, dialUnix(socketPath()))
  return {...recorder, [Symbol.asyncDispose]: () => recorder.stop()}
}
