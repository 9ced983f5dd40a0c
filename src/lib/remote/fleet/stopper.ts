export type Why = 'timeout' | 'called-off'

/** What ends the phase a command is in: the time limit of that phase, or whoever no longer wants it. */
export interface Stopper {
  /** Set once it was called off; a limit that ran out is gone with its phase. */
  readonly calledOff: boolean
  /** One phase: `stop` is called at most once, and not after `leave`. No limit: nothing but calling off ends it. */
  enter(ms: number | undefined, stop: (why: Why) => void): void
  leave(): void
  callOff(): void
  /** Milliseconds that phases with a limit have taken. */
  spentMs(): number
}

export function stopper(): Stopper {
  let calledOff = false
  let stop: ((why: Why) => void) | undefined
  let timer: NodeJS.Timeout | undefined
  let since: number | undefined
  let spent = 0
  const leave = () => {
    clearTimeout(timer)
    if (since !== undefined) spent += performance.now() - since
    timer = undefined
    since = undefined
    stop = undefined
  }
  const end = (why: Why) => {
    const told = stop
    leave()
    told?.(why)
  }
  return {
    get calledOff() {
      return calledOff
    },
    enter(ms, told) {
      leave()
      stop = told
      if (calledOff) return end('called-off')
      if (ms === undefined) return
      since = performance.now()
      timer = setTimeout(() => end('timeout'), Math.max(0, ms))
    },
    leave,
    callOff() {
      calledOff = true
      end('called-off')
    },
    spentMs: () => spent,
  }
}
