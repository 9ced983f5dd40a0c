import {keepCounters} from './counters-file.js'
import {type LoadInput, startLoad} from './load.js'
import {keepTimeLine} from './time-line.js'

/** Writes its counters to `statsFile` every 200 ms and once more at the end, and what it saw second by second beside it; SIGTERM ends it. */
const {statsFile, lineFile, ...input} = JSON.parse(process.argv[2] ?? '') as LoadInput & {
  statsFile: string
  lineFile: string
}
const load = startLoad(input)
const counters = keepCounters(statsFile, load.stats)
const line = keepTimeLine(lineFile, load.lap)
process.once('SIGTERM', async () => {
  counters.stop(await load.stop())
  line.stop()
})
