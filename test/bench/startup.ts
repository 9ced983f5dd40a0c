/**
 * CPU of start-up as a ratio to `node -e 0`, interleaved: `npm run bench:startup`. Prints the medians; the goal for
 * help and version is at most 4.
 */
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

const ROUNDS = 15
const cli = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const commands: Record<string, string[]> = {
  'node -e 0': ['-e', '0'],
  'redeye --version': [cli, '--version'],
  'redeye --help': [cli, '--help'],
  'redeye haproxy drain --help': [cli, 'haproxy', 'drain', '--help'],
  'redeye help exit-codes': [cli, 'help', 'exit-codes'],
  'redeye runs list': [cli, 'runs', 'list'],
}

/** User and system time of one run in ms, as the shell counts it. */
function cpu(args: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$0" "$@" >/dev/null 2>/dev/null'
  const {stderr} = spawnSync('bash', ['-c', script, process.execPath, ...args], {encoding: 'utf8'})
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number)
  return (user + system) * 1000
}

const measured = new Map(Object.keys(commands).map((name) => [name, [] as number[]]))
for (let round = 0; round <= ROUNDS; round += 1)
  for (const [name, args] of Object.entries(commands)) {
    const ms = cpu(args)
    if (round > 0) measured.get(name)?.push(ms)
  }

const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
const base = median(measured.get('node -e 0') ?? [])
process.stdout.write(`node ${process.version}, ${ROUNDS} rounds, interleaved\n`)
for (const [name, all] of measured)
  process.stdout.write(
    `${name.padEnd(30)} ${median(all).toFixed(0).padStart(5)} ms CPU  ${(median(all) / base).toFixed(2)} x\n`,
  )
