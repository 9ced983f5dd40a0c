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

/** More are sent away: the run has other things to do. */
const MOST = 20
const LEAVE_MS = 1000

interface Watcher {
  socket: Socket
  /** Of the history, what he gets next. He reads as slowly as he likes: nothing is kept for him. */
  next: number
  reading: boolean
}

export function audience(now: () => number): Audience {
  const history: Shown[] = []
  /** Of steps that wait: only what was seen last is kept, it may come ten times a second. */
  const seen = new Map<string, Shown>()
  const watching = new Set<Watcher>()
  let over = false

  const send = (watcher: Watcher, shown: Shown) => {
    watcher.reading = watcher.socket.write(`${JSON.stringify(shown)}\n`)
  }
  const goOn = (watcher: Watcher) => {
    for (let shown = history[watcher.next]; watcher.reading && shown; shown = history[watcher.next]) {
      watcher.next += 1
      send(watcher, shown)
    }
    if (over && watcher.next === history.length) watcher.socket.end()
  }

  return {
    show(event) {
      const shown = {at: now(), event}
      if (event.type === 'saw') seen.set(event.step, shown)
      else history.push(shown)
      if (event.type === 'end') seen.delete(event.result.step)
      for (const watcher of watching)
        if (event.type !== 'saw') goOn(watcher)
        else if (watcher.reading) send(watcher, shown)
    },
    admit(socket) {
      if (watching.size >= MOST) return void socket.destroy()
      const watcher = {socket, next: 0, reading: true}
      watching.add(watcher)
      socket.on('close', () => watching.delete(watcher))
      socket.on('drain', () => {
        watcher.reading = true
        goOn(watcher)
      })
      goOn(watcher)
      for (const shown of watcher.reading ? seen.values() : []) send(watcher, shown)
    },
    async close() {
      over = true
      const gone = [...watching].map(
        (watcher) =>
          new Promise<void>((resolve) => {
            const {socket} = watcher
            const late = setTimeout(() => socket.destroy(), LEAVE_MS)
            socket.on('close', () => {
              clearTimeout(late)
              resolve()
            })
            // Until now it kept nobody waiting.
            socket.ref()
            goOn(watcher)
          }),
      )
      await Promise.all(gone)
    },
  }
}
