import type {Clock} from '../engine/clock.js'

export const realClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((done) => {
      if (signal?.aborted) return done()
      const ended = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', ended)
        done()
      }
      const timer = setTimeout(ended, ms)
      signal?.addEventListener('abort', ended, {once: true})
    })
  },
}
