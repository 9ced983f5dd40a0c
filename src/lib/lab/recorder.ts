import {once} from 'node:events'
import {rm} from 'node:fs/promises'
import {createServer, type Socket} from 'node:net'
import {text} from 'node:stream/consumers'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Dial} from '../remote/dial.js'

/** What to do with a matching line instead of just forwarding it. */
export type Fault =
  /** The connection is cut and HAProxy never sees the line. */
  | {drop: 'before'}
  /** HAProxy carries it out, and the answer is lost. */
  | {drop: 'after'}
  | {delayMs: number}
  /** HAProxy never sees it; this comes back. */
  | {answer: string}

export interface Recorder {
  path: string
  /** Every command that came in, in order; one line of several (`a;b`) counts as several. */
  commands: string[]
  /** Applies to the next line that matches, once; ask again for more. */
  on(line: RegExp, fault: Fault): void
  /** Faults that never came to pass: a test asserts that there are none. */
  unused(): RegExp[]
  stop(): Promise<void>
}

/** A socket in front of an instance's socket that remembers what was sent, and can misbehave once on demand. */
export async function startRecorder(path: string, target: Dial): Promise<Recorder> {
  const commands: string[] = []
  const faults: {line: RegExp; fault: Fault}[] = []
  const sockets = new Set<Socket>()
  const take = (line: string) => {
    const index = faults.findIndex((one) => one.line.test(line))
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.fault
  }
  const server = createServer({allowHalfOpen: true}, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    relay(socket, target, (line) => {
      commands.push(...line.split(';'))
      return take(line)
    }).catch(() => socket.destroy())
  })
  await rm(path, {force: true})
  await once(server.listen(path), 'listening')
  return {
    path,
    commands,
    on: (line, fault) => {
      faults.push({line, fault})
    },
    unused: () => faults.map((one) => one.line),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(path, {force: true})
    },
  }
}

async function relay(socket: Socket, target: Dial, seen: (line: string) => Fault | undefined): Promise<void> {
  const request = await readLine(socket)
  const fault: Fault = seen(request.trim()) ?? {delayMs: 0}
  if ('answer' in fault) return void socket.end(fault.answer)
  if ('drop' in fault && fault.drop === 'before') return void socket.destroy()
  if ('delayMs' in fault && fault.delayMs > 0) await sleep(fault.delayMs)
  const upstream = await target(new AbortController().signal)
  upstream.end(request)
  const answer = await text(upstream)
  if ('drop' in fault) return void socket.destroy()
  socket.end(answer)
}

function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = ''
    socket.on('data', (chunk: Buffer) => {
      line += chunk.toString('utf8')
      if (line.includes('\n')) resolve(line)
    })
    socket.on('close', () => reject(new Error('closed before a whole line came')))
  })
}
