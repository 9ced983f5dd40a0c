import {setTimeout as sleep} from 'node:timers/promises'
import {RemoteError} from '../../remote/fault.js'
import {whileWanted} from './while-wanted.js'

/** Moves that begin or end together are looked at together; nobody notices the wait. */
const GATHER_MS = 100

interface Asked<T> {
  key: string
  answered(value: T | undefined): void
  failed(error: unknown): void
}

/**
 * Turns reads of single things into reads of several: what is asked for while a read is under way goes into the next
 * one, together, and so is what comes within some milliseconds. Nobody gets an answer from before the question.
 * @param read by key; what is not there is left out
 * @param life ends everything
 */
export function together<T>(
  read: (keys: string[], signal: AbortSignal) => Promise<ReadonlyMap<string, T>>,
  life: AbortSignal,
  where: string,
): (key: string, signal: AbortSignal) => Promise<T | undefined> {
  let waiting: Asked<T>[] = []
  let under = false

  async function run(): Promise<void> {
    under = true
    while (waiting.length > 0) {
      await sleep(GATHER_MS)
      const batch = waiting
      waiting = []
      await serve(batch)
    }
    under = false
  }

  async function serve(batch: readonly Asked<T>[]): Promise<void> {
    try {
      const found = await read([...new Set(batch.map(({key}) => key))], life)
      for (const {key, answered} of batch) answered(found.get(key))
    } catch (error) {
      // A right that is lacking on one of them is no answer for the others.
      if (batch.length > 1 && error instanceof RemoteError && error.fault === 'answered')
        for (const one of batch) await serve([one])
      else for (const {failed} of batch) failed(error)
    }
  }

  return (key, signal) => {
    const asked = new Promise<T | undefined>((answered, failed) => {
      waiting.push({key, answered, failed})
    })
    if (!under) void run()
    return whileWanted(asked, signal, where)
  }
}
