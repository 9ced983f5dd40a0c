import type {Socket} from 'node:net'
import type {Event} from '../engine/event.js'

/** One event as it is sent to those who watch, a line of JSON each. */
export interface Shown {
  /** Milliseconds since the epoch. */
  at: number
  event: Event
}

/** Those who watch a run: they get all that was shown, and then what is shown. */
export interface Audience {
  show(event: Event): void
  admit(socket: Socket): void
  /** Sends what is still under way, for a second at most. */
  close(): Promise<void>
}

/** Bytes that wait for somebody who reads too slowly; more, and he is sent away: the run never waits. */
const MOST_WAITING = 64 * 2 ** 20
const LEAVE_MS = 1000

export function audience(now: () => number): Audience {
  const history: Shown[] = []
  /** Of steps that wait: only what was seen last is kept, it may come ten times a second. */
  const seen = new Map<string, Shown>()
  const watching = new Set<Socket>()

  const send = (socket: Socket, shown: Shown) => {
    if (socket.writableLength > MOST_WAITING) socket.destroy()
    else socket.write(`${JSON.stringify(shown)}\n`)
  }

  return {
    show(event) {
      const shown = {at: now(), event}
      if (event.type === 'saw') seen.set(event.step, shown)
      else history.push(shown)
      if (event.type === 'end') seen.delete(event.result.step)
      for (const socket of watching) send(socket, shown)
    },
    admit(socket) {
      watching.add(socket)
      socket.on('close', () => watching.delete(socket))
      for (const shown of [...history, ...seen.values()]) send(socket, shown)
    },
    async close() {
      const gone = [...watching].map(
        (socket) =>
          new Promise<void>((resolve) => {
            const late = setTimeout(() => socket.destroy(), LEAVE_MS)
            socket.on('close', () => {
              clearTimeout(late)
              resolve()
            })
            // Until now it kept nobody waiting.
            socket.ref()
            socket.end()
          }),
      )
      await Promise.all(gone)
    },
  }
}
