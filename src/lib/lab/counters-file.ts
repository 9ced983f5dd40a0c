import {renameSync, writeFileSync} from 'node:fs'

const EVERY_MS = 200

/** Renews the counters of a load client in a file until it is stopped; the last ones are written then. */
export function keepCounters(file: string, stats: () => unknown): {stop(last: unknown): void} {
  // A reader never sees half a file.
  const write = (counters: unknown) => {
    writeFileSync(`${file}.new`, JSON.stringify(counters))
    renameSync(`${file}.new`, file)
  }
  const timer = setInterval(() => write(stats()), EVERY_MS)
  return {
    stop(last) {
      clearInterval(timer)
      write(last)
    },
  }
}
