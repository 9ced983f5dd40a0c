import {renameSync, writeFileSync} from 'node:fs'
import {type LoadInput, startLoad} from './load.js'

/** Writes its counters to `statsFile` every 200 ms and once more at the end; SIGTERM ends it. */
const input = JSON.parse(process.argv[2] ?? '') as LoadInput & {statsFile: string}
const load = startLoad(input)

// A reader never sees half a file.
const write = (stats: unknown) => {
  writeFileSync(`${input.statsFile}.new`, JSON.stringify(stats))
  renameSync(`${input.statsFile}.new`, input.statsFile)
}
const timer = setInterval(() => write(load.stats()), 200)
process.once('SIGTERM', async () => {
  clearInterval(timer)
  write(await load.stop())
})
