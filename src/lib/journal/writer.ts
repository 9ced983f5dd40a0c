import type {FileHandle} from 'node:fs/promises'
import type {Entry, Journal} from '../engine/ports.js'
import {encode, hash} from './line.js'

/** A line that could not be made durable: nothing new may be started, since nobody would know of it. */
export class JournalBroken extends Error {
  override name = 'JournalBroken'
}

interface Waiting {
  row: string
  done(): void
  failed(error: Error): void
}

/**
 * Appends lines; each append resolves once `fdatasync` has covered it. Appends that come while a sync is under way
 * share the next one (group commit), so a wide stage costs one sync per disk turn and not one per host.
 */
export function journalWriter(file: FileHandle, from: {n: number; last: string}, now: () => number): Journal {
  let {n, last} = from
  let waiting: Waiting[] = []
  let flushing: Promise<void> | undefined
  let broken: Error | undefined

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await file.appendFile(batch.map((one) => `${one.row}\n`).join(''))
        await file.datasync()
        for (const one of batch) one.done()
      } catch (error) {
        broken = new JournalBroken(
          `the journal cannot be written: ${error instanceof Error ? error.message : error}`,
        )
        for (const one of [...batch, ...waiting]) one.failed(broken)
        waiting = []
      }
    }
    flushing = undefined
  }

  return {
    append(entry: Entry) {
      if (broken) return Promise.reject(broken)
      n += 1
      const row = encode(entry, n, now(), last)
      last = hash(row)
      return new Promise<void>((done, failed) => {
        waiting.push({row, done, failed})
        flushing ??= flush()
      })
    },
    async close() {
      await flushing
      await file.close()
    },
  }
}
