import {keepCounters} from './counters-file.js'
import {type RedisLoadInput, startRedisLoad} from './redis-load.js'

/** Writes its counters to `statsFile` every 200 ms; SIGTERM ends it, and it reads back what it wrote. */
const {statsFile, ...input} = JSON.parse(process.argv[2] ?? '') as RedisLoadInput & {statsFile: string}
const load = await startRedisLoad(input)
const counters = keepCounters(statsFile, load.stats)
process.once('SIGTERM', async () => counters.stop({...(await load.stop()), ...(await load.verify())}))
