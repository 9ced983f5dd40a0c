import {keepCounters} from './counters-file.js'
import {type LoadInput, startLoad} from './load.js'

/** Writes its counters to `statsFile` every 200 ms and once more at the end; SIGTERM ends it. */
const {statsFile, ...input} = JSON.parse(process.argv[2] ?? '') as LoadInput & {statsFile: string}
const load = startLoad(input)
const counters = keepCounters(statsFile, load.stats)
process.once('SIGTERM', async () => counters.stop(await load.stop()))
