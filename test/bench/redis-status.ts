/**
 * A survey of a large cluster on loopback beside `redis-cli --cluster check`, interleaved:
 * `tsx test/bench/redis-status.ts [MASTERS] [REPLICAS PER MASTER]`. Prints medians and the commands each node got.
 */
import {execFile} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {promisify} from 'node:util'
import {type RedisLab, startRedisLab} from '../../src/lib/lab/redis-lab.js'
import {openCluster} from '../../src/lib/systems/redis/discover.js'

const ROUNDS = 15
const [masters = 20, replicasPer = 1] = process.argv.slice(2).map(Number)
const signal = new AbortController().signal
const say = (line: string) => process.stdout.write(`${line}\n`)

const dir = await mkdtemp(`${tmpdir()}/rl-`)
const from = performance.now()
const lab = await startRedisLab({dir, masters, replicasPer, nodeTimeoutMs: 15_000})
try {
  say(
    `${lab.nodes.length} nodes, settled in ${((performance.now() - from) / 1000).toFixed(1)} s, node ${process.version}`,
  )
  await measure(lab)
} finally {
  await lab.stop()
  await rm(dir, {recursive: true, force: true})
}

async function measure({nodes}: RedisLab): Promise<void> {
  const [first] = nodes
  if (!first) return
  const seeds = [{host: first.host, port: first.port}]
  const open = () => openCluster({name: 'bench', seeds, signIn: {}, addresses: {}, machines: {}})
  const kept = open()
  const tasks: Record<string, () => Promise<unknown>> = {
    'survey, connecting': async () => {
      const cluster = open()
      await cluster.survey(signal)
      cluster.close()
    },
    'survey, connected': () => kept.survey(signal),
    'redis-cli --cluster check': () =>
      promisify(execFile)('redis-cli', ['--cluster', 'check', first.announced], {maxBuffer: 1 << 26}),
  }
  const times = new Map<string, number[]>(Object.keys(tasks).map((name) => [name, []]))
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, run] of Object.entries(tasks)) {
      const start = performance.now()
      await run()
      if (round > 0) times.get(name)?.push(performance.now() - start)
    }
  for (const [name, all] of times) say(`${name.padEnd(28)} ${median(all).toFixed(1).padStart(7)} ms`)

  const last = nodes.at(-1) ?? first
  for (const [name, run] of Object.entries(tasks)) {
    await last.ask('CONFIG', 'RESETSTAT')
    await run()
    say(`${name}: ${commands(await last.ask('INFO', 'commandstats'))}`)
  }
  kept.close()
}

function commands(stats: string): string {
  const all = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].filter(
    ([, name]) => name !== 'config|resetstat',
  )
  return all.map(([, name, calls]) => `${name} ×${calls}`).join(', ')
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
}
