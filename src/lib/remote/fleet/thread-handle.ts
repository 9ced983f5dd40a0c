import type {Worker} from 'node:worker_threads'
import type {FromThread, Result, ToThread} from './messages.js'

/** A thread as the one that schedules sees it. */
export interface ThreadHandle {
  /** What is sent within one turn goes over in few messages. */
  post(message: ToThread): void
  /** Messages since the last time this was asked. */
  signs(): number
  /** Lets it close its connections; it is ended when it takes too long. */
  end(): Promise<void>
  /** It answers no more: not waited for, a thread that hangs may never end. */
  abandon(): void
}

const END_MS = 2000

/** @param died when it failed or ended by itself, with the reason */
export function threadHandle(
  worker: Worker,
  results: (results: readonly Result[]) => void,
  died: (why: string) => void,
): ThreadHandle {
  let signs = 0
  let over = false
  let outbox: ToThread[] = []
  const fail = (why: string) => {
    if (over) return
    over = true
    died(why)
  }
  const flush = () => {
    for (const message of merged(outbox)) worker.postMessage(message)
    outbox = []
  }
  worker.on('message', (message: FromThread) => {
    signs++
    if (!over && message.kind === 'results') results(message.results)
  })
  worker.on('error', (error: unknown) => fail(error instanceof Error ? error.message : String(error)))
  worker.on('exit', (code) => fail(`it ended with ${code}`))
  return {
    post(message) {
      if (outbox.length === 0) setImmediate(flush)
      outbox.push(message)
    },
    signs() {
      const seen = signs
      signs = 0
      return seen
    },
    async end() {
      over = true
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      flush()
      worker.postMessage({kind: 'end'} satisfies ToThread)
      const timer = setTimeout(() => void worker.terminate(), END_MS)
      await exited
      clearTimeout(timer)
    },
    abandon() {
      over = true
      worker.unref()
      void worker.terminate()
    },
  }
}

/** Neighbours of the same kind become one, so that their order stays. */
function merged(messages: readonly ToThread[]): ToThread[] {
  const all: ToThread[] = []
  for (const message of messages) {
    const last = all.at(-1)
    if (message.kind === 'run' && last?.kind === 'run') last.jobs.push(...message.jobs)
    else if (message.kind === 'call-off' && last?.kind === 'call-off') last.jobs.push(...message.jobs)
    else if (message.kind === 'close' && last?.kind === 'close') last.links.push(...message.links)
    else all.push(message)
  }
  return all
}
