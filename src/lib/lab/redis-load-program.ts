import {keepCounters} from './counters-file.js'
import {type RedisLoadInput, startRedisLoad} from './redis-load.js'
import {keepTimeLine} from './time-line.js'

/** A key is written again after some 20 s, so that nothing lost is overwritten before it was missed. */
const READ_BACK_MS = 2000

/**
 * Writes its counters to `statsFile` every 200 ms, what it saw second by second to `lineFile`, and reads back what it wrote
 * every two seconds; SIGTERM ends it, and it reads back once more.
 */
const {statsFile, lineFile, ...input} = JSON.parse(process.argv[2] ?? '') as RedisLoadInput & {
  statsFile: string
  lineFile: string
}
const load = await startRedisLoad(input)
const counters = keepCounters(statsFile, load.stats)
let lostBefore = 0
let readBack: {began: number; lost: number} | undefined
const line = keepTimeLine(lineFile, () => {
  const second = {...load.lap(), ...(readBack && {readBack})}
  readBack = undefined
  return second
})
let reading: Promise<void> | undefined
const timer = setInterval(() => {
  reading ??= readAll().finally(() => {
    reading = undefined
  })
}, READ_BACK_MS)

async function readAll(): Promise<void> {
  const began = Date.now()
  const lost = await load.missed()
  if (lost === undefined) return
  lostBefore += lost
  readBack = {began, lost: (readBack?.lost ?? 0) + lost}
}

process.once('SIGTERM', async () => {
  clearInterval(timer)
  const stats = await load.stop()
  line.stop()
  await reading
  const {checked, lost} = await load.verify()
  counters.stop({...stats, checked, lost: lost + lostBefore})
})
