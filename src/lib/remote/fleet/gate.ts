import {calledOff} from './faults.js'
import type {Stopper} from './stopper.js'

/** Room for so many at the same time; the others wait in line. */
export interface Gate {
  /** @returns how to leave the line again, for those whose turn has not come */
  enter(begin: () => void): () => void
  leave(): void
}

export function gate(room: number): Gate {
  const line = new Set<() => void>()
  let inside = 0
  return {
    enter(begin) {
      if (inside < room) {
        inside++
        begin()
        return () => {}
      }
      line.add(begin)
      return () => line.delete(begin)
    },
    leave() {
      inside--
      for (const next of line) {
        line.delete(next)
        inside++
        next()
        break
      }
    },
  }
}

/** Waits for room, without a limit: the queue is ours, not the host's. @throws RemoteError when called off */
export function room(line: Gate, stopper: Stopper): Promise<void> {
  return new Promise((resolve, reject) => {
    let inside = false
    const quit = line.enter(() => {
      inside = true
      stopper.leave()
      resolve()
    })
    if (inside) return
    stopper.enter(undefined, () => {
      quit()
      reject(calledOff())
    })
  })
}
