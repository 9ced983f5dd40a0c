/**
 * CPU of one host over SSH, our whole layer against the stock client of ssh2, on the fleet simulator: after `npm run build`,
 * `npx tsx test/bench/fleet-cpu.ts [DIST]`. Rounds alternate, ratios are of the medians. Goals: at most 0.75 of stock ssh2 up to
 * 512 in flight, at most 300 MB and 100 ms of timer lateness with 2,000 hosts in flight. Exits 1 beyond them.
 */
import {execFile} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {startFleet} from '../../src/lib/lab/fleet.js'
import {lookCommand} from '../../src/lib/systems/receivers/scripts.js'

const HOSTS = 2000
const ROUNDS = 3
const WIDTHS = [128, 512, 2000]
/** From here on a second thread is at work, which costs CPU and saves time: the ratio is shown, and not judged. */
const TWO_THREADS = 1024
const CLIENTS = ['redeye', 'ssh2'] as const

type Measured = {
  answered: number
  failures: Record<string, number>
  wallMs: number
  cpuMs: number
  rssMb: number
  lateMs: number
}

const dist = resolve(process.argv[2] ?? fileURLToPath(new URL('../../dist', import.meta.url)))
const program = fileURLToPath(new URL('./fleet-client.mjs', import.meta.url))
const dir = await mkdtemp(join(tmpdir(), 'redeye-bench-'))
const fleet = await startFleet({dir, count: HOSTS})
const {rows, user, unit, keyFile, keysFile} = fleet
const failed: string[] = []

try {
  for (const width of WIDTHS) {
    const all = {redeye: [] as Measured[], ssh2: [] as Measured[]}
    for (let round = 0; round < ROUNDS; round++)
      for (const client of CLIENTS) all[client].push(await measure(client, width))
    report(width, all)
  }
} finally {
  await fleet.stop()
  await rm(dir, {recursive: true})
}
for (const one of failed) process.stdout.write(`FAILED: ${one}\n`)
process.exitCode = failed.length === 0 ? 0 : 1

async function measure(client: string, width: number): Promise<Measured> {
  const input = {client, dist, rows, user, keyFile, keysFile, width, command: lookCommand(unit)}
  const file = join(dir, 'input.json')
  await writeFile(file, JSON.stringify(input))
  const {stdout} = await promisify(execFile)(process.execPath, [program, file], {maxBuffer: 2 ** 24})
  return JSON.parse(stdout) as Measured
}

function report(width: number, all: Record<(typeof CLIENTS)[number], Measured[]>): void {
  const cpu = {redeye: 0, ssh2: 0}
  for (const client of CLIENTS) {
    const rounds = all[client]
    const [answered, wall, rss, late] = (['answered', 'wallMs', 'rssMb', 'lateMs'] as const).map((what) =>
      median(rounds.map((one) => one[what])),
    )
    cpu[client] = median(rounds.map((one) => one.cpuMs)) / HOSTS
    process.stdout.write(
      `${width} in flight, ${client}: ${cpu[client].toFixed(2)} ms CPU per host, ${answered} of ${HOSTS} answered, ` +
        `${((wall ?? 0) / 1000).toFixed(1)} s, ${rss?.toFixed(0)} MB, timer ${late?.toFixed(0)} ms late\n`,
    )
    if (rounds.some((one) => one.answered !== HOSTS))
      failed.push(`${client}: ${JSON.stringify(rounds.map((one) => one.failures))}`)
  }
  const ratio = cpu.redeye / cpu.ssh2
  process.stdout.write(`${width} in flight: ${ratio.toFixed(2)} of the CPU of stock ssh2\n`)
  if (ratio > 0.75 && width < TWO_THREADS) failed.push(`CPU ratio ${ratio.toFixed(2)} at ${width} in flight`)
  const worst = {
    rss: Math.max(...all.redeye.map((one) => one.rssMb)),
    late: median(all.redeye.map((one) => one.lateMs)),
  }
  if (worst.rss > 300) failed.push(`${worst.rss.toFixed(0)} MB at ${width} in flight`)
  if (worst.late > 100) failed.push(`timer ${worst.late.toFixed(0)} ms late at ${width} in flight`)
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}
