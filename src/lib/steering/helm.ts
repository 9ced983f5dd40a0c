import {chmod, rm} from 'node:fs/promises'
import {createServer, type Server, type Socket} from 'node:net'
import {join} from 'node:path'
import type {Event} from '../engine/event.js'
import type {Steering} from '../engine/ports.js'
import {audience} from './audience.js'
import {type Answer, type Order, readOrder} from './message.js'
import {SOCKET_NAME, socketPath} from './socket-path.js'

/** Steers the run of this process as others ask, and shows it to them. */
export interface Helm {
  steering: Steering
  /** What those who watch see too. */
  show(event: Event): void
  /** Aborts when somebody asked to stop. */
  stopping: AbortSignal
  /** Listens in the directory of the run (0700), so that only its user can ask. A run goes on without it when that fails. */
  listen(directory: string): Promise<void>
  close(): Promise<void>
}

/** An order is a line; nobody needs more. */
const LONGEST_ORDER = 4096

/** @param told says what was asked, by whom, for the screen */
export function helm(told: (says: string) => void, now: () => number = Date.now): Helm {
  const watching = audience(now)
  const stop = new AbortController()
  const listeners = new Set<(says: string) => void>()
  const state: {paused: boolean; width: number | undefined} = {paused: false, width: undefined}
  const connected = new Set<Socket>()
  let server: Server | undefined
  let directory = ''

  const answer = (ok: boolean, says: string): Answer => ({
    ok,
    says,
    paused: state.paused,
    ...(state.width !== undefined && {width: state.width}),
  })
  const change = (says: string, by: string) => {
    const sentence = `${says} (asked by ${by})`
    told(sentence)
    for (const changed of listeners) changed(sentence)
    return answer(true, says)
  }
  const obey = (order: Order): Answer => {
    switch (order.do) {
      case 'watch':
      case 'look':
        return answer(true, state.paused ? 'it is paused' : 'it is running')
      case 'pause':
        if (state.paused) return answer(true, 'it is paused already')
        state.paused = true
        return change('paused: what is in flight ends, nothing new begins', order.by)
      case 'continue':
        if (!state.paused) return answer(true, 'it was not paused')
        state.paused = false
        return change('it goes on', order.by)
      case 'width':
        state.width = order.width
        return change(`at most ${order.width} in flight from now on`, order.by)
      case 'stop': {
        const said = change('told to stop: what is in flight ends, nothing new begins', order.by)
        stop.abort()
        return said
      }
    }
  }

  return {
    stopping: stop.signal,
    steering: {
      paused: () => state.paused,
      width: () => state.width,
      onChange(changed) {
        listeners.add(changed)
        return () => listeners.delete(changed)
      },
    },
    async listen(where) {
      directory = where
      const made = createServer((socket) => {
        connected.add(socket)
        socket.on('close', () => connected.delete(socket))
        serve(socket, obey, watching.admit)
      })
      server = made
      const {path, close} = await socketPath(where)
      try {
        // Left behind by a process that was killed.
        await rm(join(where, SOCKET_NAME), {force: true})
        await new Promise<void>((resolve, reject) => {
          made.once('error', reject)
          made.listen(path, resolve)
        })
        await chmod(join(where, SOCKET_NAME), 0o600)
        // It waits for orders as long as the run lasts, and no longer.
        made.unref()
      } finally {
        await close()
      }
    },
    show: watching.show,
    async close() {
      await watching.close()
      // A server ends when all have left, and somebody may never leave.
      for (const socket of connected) socket.destroy()
      await new Promise<void>((resolve) => (server?.listening ? server.close(() => resolve()) : resolve()))
      if (directory !== '') await rm(join(directory, SOCKET_NAME), {force: true})
    },
  }
}

/** One order, the first; whatever else is sent is not read. */
function serve(socket: Socket, obey: (order: Order) => Answer, admit: (socket: Socket) => void): void {
  let text = ''
  let answered = false
  socket.setEncoding('utf8')
  socket.unref()
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: string) => {
    if (answered) return
    text += chunk
    const end = text.indexOf('\n')
    if (end < 0 && text.length <= LONGEST_ORDER) return
    answered = true
    const order = end < 0 ? 'too long' : readOrder(text.slice(0, end))
    if (typeof order !== 'string' && order.do === 'watch') return admit(socket)
    const answer = typeof order === 'string' ? {ok: false, says: order, paused: false} : obey(order)
    socket.end(`${JSON.stringify(answer)}\n`)
  })
}
