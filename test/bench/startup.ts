/**
 * CPU of start-up as a ratio to `node -e 0`, interleaved, beside the tools of the field that are in PATH:
 * `npm run bench:startup`. Prints medians. Goals: 1.3 for --version, 2.7 for help and for commands that talk to nobody.
 */
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const ROUNDS = 15
const cli = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const node = process.execPath
const ours: Record<string, string[]> = {
  'redeye --version': [cli, '--version'],
  'redeye --help': [cli, '--help'],
  'redeye haproxy drain --help': [cli, 'haproxy', 'drain', '--help'],
  'redeye help exit-codes': [cli, 'help', 'exit-codes'],
  'redeye runs list': [cli, 'runs', 'list'],
  'redeye locks list': [cli, 'locks', 'list'],
}
const others = [
  ['kubectl', 'version', '--client'],
  ['govc', 'version'],
  ['aws', '--version'],
  ['ansible', '--version'],
]
const home = mkdtempSync(join(tmpdir(), 'startup-'))
const commands = new Map<string, string[]>([
  ['node -e 0', [node, '-e', '0']],
  ...Object.entries(ours).map(([name, args]): [string, string[]] => [name, [node, ...args]]),
  ...others.filter(runs).map((argv): [string, string[]] => [argv.join(' '), argv]),
])

function runs([program = '', ...args]: readonly string[]): boolean {
  return spawnSync(program, args, {stdio: 'ignore'}).status === 0
}

/** User and system time of one run in ms, as the shell counts it. */
function cpu(argv: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$0" "$@" >/dev/null 2>/dev/null'
  const env = {...process.env, XDG_STATE_HOME: home, XDG_CACHE_HOME: home}
  const {stderr} = spawnSync('bash', ['-c', script, ...argv], {encoding: 'utf8', env})
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number)
  return (user + system) * 1000
}

const measured = new Map([...commands.keys()].map((name) => [name, [] as number[]]))
for (let round = 0; round <= ROUNDS; round += 1)
  for (const [name, argv] of commands) {
    const ms = cpu(argv)
    if (round > 0) measured.get(name)?.push(ms)
  }

const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
const base = median(measured.get('node -e 0') ?? [])
process.stdout.write(`node ${process.version}, ${ROUNDS} rounds, interleaved\n`)
for (const [name, all] of measured)
  process.stdout.write(
    `${name.padEnd(30)} ${median(all).toFixed(0).padStart(5)} ms CPU  ${(median(all) / base).toFixed(2)} x\n`,
  )
rmSync(home, {recursive: true})
