import type {Worker} from 'node:worker_threads'
import type {RemoteError} from '../fault.js'
import {abortWatch} from './abort-watch.js'
import {unpackFault} from './fault-record.js'
import {calledOff, lost, unreachable} from './faults.js'
import type {BastionSettings, Job, Result, SignIn, ThreadSettings} from './messages.js'
import {slots} from './slots.js'
import {type ThreadHandle, threadHandle} from './thread-handle.js'
import {type Watchdog, watchdog} from './watchdog.js'
import {startWorker} from './worker.js'

export type PoolSettings = {
  signIn: SignIn
  bastions: Record<string, BastionSettings>
  /** At most so many threads; started as they are needed. */
  threads: number
  /** A thread that gives no sign of life for so long is replaced; 10 s unless said. */
  silentMs?: number
  start?(settings: ThreadSettings): Worker
}

/** Threads that speak SSH, and what each of them has to do. The thread this runs in does no SSH. */
export interface Pool {
  /** @throws RemoteError */
  run(thread: number, job: Omit<Job, 'job'>, signal: AbortSignal): Promise<Result>
  bastion(thread: number, name: string, timeoutMs: number, signal: AbortSignal): Promise<Result>
  letGo(thread: number, link: number): void
  close(): Promise<void>
}

type Asked = {
  thread: number
  send(slot: number, to: ThreadHandle): void
  repeatable: boolean
  retried: boolean
  settle(result: Result): void
  fail(error: RemoteError): void
}

const SILENT_MS = 10_000
/** An agent answers these at the same time without failing some (measured: 256 of them fail). */
const AGENT_REQUESTS = 32

export function openPool(settings: PoolSettings): Pool {
  const table = slots()
  const aborts = abortWatch()
  const asked = new Map<number, Asked>()
  const threads = new Map<number, ThreadHandle>()
  const numbers = new Map<ThreadHandle, number>()
  const dog: Watchdog<ThreadHandle> = watchdog(settings.silentMs ?? SILENT_MS, (one) => {
    one.abandon()
    replace(one, 'it gave no sign of life')
  })
  let closed = false

  const start = settings.start ?? startWorker
  const threadSettings: ThreadSettings = {
    signIn: settings.signIn,
    bastions: settings.bastions,
    sent: table.shared,
    agentRequests: Math.max(1, Math.floor(AGENT_REQUESTS / settings.threads)),
  }
  const thread = (number: number): ThreadHandle => {
    const running = threads.get(number)
    if (running !== undefined) return running
    const fresh = threadHandle(start(threadSettings), take, (why) => replace(fresh, why))
    threads.set(number, fresh)
    numbers.set(fresh, number)
    dog.watch(fresh)
    return fresh
  }
  const take = (results: readonly Result[]) => {
    for (const result of results) release(result.job)?.settle(result)
  }
  const release = (slot: number): Asked | undefined => {
    const one = asked.get(slot)
    if (asked.delete(slot)) table.free(slot)
    return one
  }
  /** What it had sent is lost; what it had not goes to another thread, once. */
  const replace = (dead: ThreadHandle, why: string) => {
    const number = numbers.get(dead)
    dog.forget(dead)
    if (number === undefined || threads.get(number) !== dead) return
    threads.delete(number)
    numbers.delete(dead)
    for (const [slot, one] of [...asked]) {
      if (one.thread !== number) continue
      const sent = table.wasSent(slot) && !one.repeatable
      if (!sent && !one.retried && !closed) {
        one.retried = true
        one.send(slot, thread(number))
        continue
      }
      release(slot)
      const says = `the thread that spoke to this host was lost: ${why}`
      one.fail(sent ? lost('thread', says) : unreachable('thread', says))
    }
  }

  return {
    run: (number, job, signal) =>
      ask(number, job.repeatable, signal, (slot, to) => to.post({kind: 'run', jobs: [{...job, job: slot}]})),
    bastion: (number, name, timeoutMs, signal) =>
      ask(number, true, signal, (slot, to) => to.post({kind: 'bastion', job: slot, name, timeoutMs})),
    letGo: (number, link) => threads.get(number)?.post({kind: 'close', links: [link]}),
    async close() {
      closed = true
      dog.close()
      await Promise.all([...threads.values()].map((one) => one.end()))
      for (const slot of [...asked.keys()]) {
        const sent = table.wasSent(slot)
        release(slot)?.fail(sent ? lost('called-off', 'the pool was closed') : calledOff())
      }
    },
  }

  function ask(
    number: number,
    repeatable: boolean,
    signal: AbortSignal,
    send: Asked['send'],
  ): Promise<Result> {
    if (signal.aborted || closed) return Promise.reject(calledOff())
    return new Promise((resolve, reject) => {
      const slot = table.take()
      const quit = aborts.on(signal, () => threads.get(number)?.post({kind: 'call-off', jobs: [slot]}))
      asked.set(slot, {
        thread: number,
        send,
        repeatable,
        retried: false,
        settle(result) {
          quit()
          if (result.fault !== undefined) reject(unpackFault(result.fault))
          else resolve(result)
        },
        fail(error) {
          quit()
          reject(error)
        },
      })
      send(slot, thread(number))
    })
  }
}
