import {setTimeout as sleep} from 'node:timers/promises'
import {type Laps, laps} from './lap.js'
import {openWriter, type RedisClientInput, type Writer} from './redis-writer.js'
import {openResp, type RespTarget} from './resp.js'

export type RedisLoadInput = RedisClientInput & {
  /** Sequential writers, dealt out to the shards evenly. */
  clients: number
  /** Pause of one writer between an acknowledgement and its next write. */
  paceMs: number
  /** Keys of one writer: beyond that many it begins again with its first one. 100,000 unless said. */
  keysPerClient?: number
  /** 64 unless said. */
  valueBytes?: number
}

type Counts = {
  acknowledged: number
  /** Beyond redirects: connections lost, CLUSTERDOWN ... Each was tried again until it was acknowledged. */
  errors: number
  /** The longest time a write took until it was acknowledged, with all its attempts. */
  longestMs: number
}

export type RedisLoadStats = Counts & {
  redirects: number
  /** By the slots the shard had at the start: `0-5460`. */
  byShard: {[slots: string]: Counts}
  /** Errors by reason: `CLUSTERDOWN`, `ECONNREFUSED`, `closed` ... */
  reasons: {[reason: string]: number}
}

export interface RedisLoad {
  /** A copy of the counters now. */
  stats(): RedisLoadStats
  /** Lets writes in flight end (at most 2 s), and gives the final counters. A write that was cut counts as a stall. */
  stop(): Promise<RedisLoadStats>
  /** What came since the last time this was asked. */
  lap: Laps['take']
  /** Reads everything back while the writers go on. @returns lost keys that were not told before; undefined when it could not be read */
  missed(): Promise<number | undefined>
  /** After `stop`: reads everything back. Lost is a key whose acknowledged value, or a later one, is not there. */
  verify(): Promise<{checked: number; lost: number}>
}

const STOP_MS = 2000

/** Steady writers over all shards that do what a good cluster client does: follow redirects and try again. */
export async function startRedisLoad(input: RedisLoadInput): Promise<RedisLoad> {
  const shards = await findShards(input)
  const stats: RedisLoadStats = {...none(), redirects: 0, byShard: {}, reasons: {}}
  for (const {slots} of shards) stats.byShard[slots] = none()
  const lap = laps()
  const ending = new AbortController()
  const cutting = new AbortController()
  const clients = Array.from({length: input.clients}, (_, index) => {
    const {slots, tag} = shards[index % shards.length] ?? {slots: '', tag: ''}
    const counts = [stats, stats.byShard[slots] ?? none()]
    const writer = openWriter(input, tag, cutting.signal, {
      redirected: () => {
        stats.redirects += 1
      },
      failed: (reason) => {
        lap.failed()
        for (const count of counts) count.errors += 1
        stats.reasons[reason] = (stats.reasons[reason] ?? 0) + 1
      },
    })
    return newClient(input, `load:{${tag}}:${index}`, writer, {counts, lap}, ending.signal)
  })
  const running = clients.map((client) => client.run())
  return {
    stats: () => structuredClone(stats),
    lap: lap.take,
    async stop() {
      ending.abort()
      const timer = setTimeout(() => cutting.abort(), STOP_MS)
      await Promise.all(running)
      clearTimeout(timer)
      return structuredClone(stats)
    },
    async missed() {
      const found = await Promise.all(clients.map((client) => client.missed(input, cutting.signal))).catch(
        () => [],
      )
      return found.length < clients.length ? undefined : found.reduce((total, one) => total + one, 0)
    },
    async verify() {
      const found = await Promise.all(clients.map((client) => client.verify(input)))
      const sum = (pick: 'checked' | 'lost') => found.reduce((total, one) => total + one[pick], 0)
      return {checked: sum('checked'), lost: sum('lost')}
    },
  }
}

function newClient(
  {keysPerClient = 100_000, valueBytes = 64, paceMs}: RedisLoadInput,
  prefix: string,
  writer: Writer,
  {counts, lap}: {counts: readonly Counts[]; lap: Laps},
  ending: AbortSignal,
) {
  /** The number last acknowledged, by key; GONE where it was found lost. */
  const acknowledged: number[] = []
  const keyOf = (index: number) => `${prefix}:${index}`

  return {
    async run(): Promise<void> {
      for (let number = 1; !ending.aborted; number += 1) {
        const index = (number - 1) % keysPerClient
        const from = performance.now()
        const ended = lap.begin()
        const done = await writer.ask(['SET', keyOf(index), `${number}:`.padEnd(valueBytes, '.')])
        ended()
        const ms = Math.round(performance.now() - from)
        for (const count of counts) count.longestMs = Math.max(count.longestMs, ms)
        if (done === undefined) break
        lap.done()
        for (const count of counts) count.acknowledged += 1
        acknowledged[index] = number
        if (paceMs > 0) await sleep(paceMs, undefined, {signal: ending}).catch(() => {})
      }
      writer.close()
    },
    async missed(input: RedisLoadInput, cut: AbortSignal): Promise<number> {
      const expected = [...acknowledged]
      const lost = await readBack(input, prefix, expected, cut)
      for (const index of lost) if (acknowledged[index] === expected[index]) acknowledged[index] = GONE
      return lost.length
    },
    async verify(input: RedisLoadInput) {
      const lost = await readBack(input, prefix, acknowledged)
      return {checked: acknowledged.length, lost: lost.length}
    },
  }
}

const GONE = -1
const CHUNK = 500
const VERIFY_MS = 60_000

/** @returns the keys that are lost */
async function readBack(
  input: RedisLoadInput,
  prefix: string,
  acknowledged: readonly number[],
  cut?: AbortSignal,
): Promise<number[]> {
  const tag = /\{(.*)\}/.exec(prefix)?.[1] ?? ''
  const reader = openWriter(
    input,
    tag,
    AbortSignal.any([AbortSignal.timeout(VERIFY_MS), ...(cut ? [cut] : [])]),
    {
      redirected: () => {},
      failed: () => {},
    },
  )
  const lost: number[] = []
  for (let from = 0; from < acknowledged.length; from += CHUNK) {
    const numbers = acknowledged.slice(from, from + CHUNK)
    const values = await reader.ask(['MGET', ...numbers.map((_, at) => `${prefix}:${from + at}`)])
    if (!Array.isArray(values))
      throw new Error(`${prefix} could not be read back within ${VERIFY_MS / 1000} s`)
    const isLost = (number: number, at: number) =>
      number !== GONE && !(Number.parseInt(String(values[at]), 10) >= number)
    lost.push(...numbers.flatMap((number, at) => (isLost(number, at) ? [from + at] : [])))
  }
  reader.close()
  return lost
}

function none(): Counts {
  return {acknowledged: 0, errors: 0, longestMs: 0}
}

/** The shards as the first node that answers knows them, with a hash tag for each. */
async function findShards(input: RedisLoadInput): Promise<{slots: string; tag: string}[]> {
  const {nodes, timeoutMs = 10_000, password, tls} = input
  const how = {timeoutMs, ...(password !== undefined && {password}), ...(tls && {tls})}
  const resp = await Promise.any(nodes.map((at) => openAnswering({...at, ...how})))
  try {
    const rows = (await resp.send(['CLUSTER', 'SLOTS'])) as [number, number, [string, number, string]][]
    const byMaster = new Map<string, [number, number][]>()
    for (const [from, to, [, , id]] of rows) byMaster.set(id, [...(byMaster.get(id) ?? []), [from, to]])
    return await Promise.all(
      [...byMaster.values()].map(async (some) => {
        const slots = some.map(([from, to]) => `${from}-${to}`).join(',')
        for (let number = 0; ; number += 1) {
          const slot = Number(await resp.send(['CLUSTER', 'KEYSLOT', `t${number}`]))
          if (some.some(([from, to]) => slot >= from && slot <= to)) return {slots, tag: `t${number}`}
        }
      }),
    )
  } finally {
    resp.close()
  }
}

async function openAnswering(to: RespTarget) {
  const resp = await openResp(to)
  await resp.send(['PING'])
  return resp
}
