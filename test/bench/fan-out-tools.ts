/**
 * The whole tool beside what people use today: client CPU per host for one cheap command on the fleet simulator, processes and
 * their children, start-up included. After `npm run build`, with pssh, pdsh, clustershell and ansible-core from Debian:
 * `npx tsx test/bench/fan-out-tools.ts [HOSTS] [ROUNDS]`. Rounds alternate, ratios are of the medians. Goals: at most 0.75 of a
 * plain ssh2 client, at least 6 times cheaper than pssh, pdsh and clush, 30 times cheaper than ansible raw. Exits 1 beyond them.
 */
import {execFile} from 'node:child_process'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {type LabFleet, startFleet} from '../../src/lib/lab/fleet.js'

const HOSTS = Number(process.argv[2] ?? 2000)
const ROUNDS = Number(process.argv[3] ?? 3)
const WIDTH = 128
/** Ansible takes a tenth of a second of CPU for each: a fifth of them tells as much. */
const FEWER = Math.ceil(HOSTS / 5)

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const dir = await mkdtemp(join(tmpdir(), 'redeye-bench-'))
const fleet = await startFleet({dir, count: HOSTS})
const tools = await toolsOf(fleet)
const cpu = new Map<string, number[]>()
const failed: string[] = []

try {
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, tool] of Object.entries(tools)) {
      const {seconds, answered} = await measure(tool.command)
      if (answered !== tool.hosts) failed.push(`${name}: ${answered} of ${tool.hosts} hosts answered`)
      cpu.set(name, [...(cpu.get(name) ?? []), (seconds * 1000) / tool.hosts])
    }
  report()
} finally {
  await fleet.stop()
  await rm(dir, {recursive: true})
}
for (const one of failed) process.stdout.write(`FAILED: ${one}\n`)
process.exitCode = failed.length === 0 ? 0 : 1

type Tool = {hosts: number; command: string}

async function toolsOf({rows, port, user, keyFile, keysFile, inventoryFile, unit}: LabFleet) {
  const config = join(dir, 'ssh_config')
  const known = rows.map(({id, address}) => [id, address] as const)
  const addresses = new Map(known.map(([id, address]) => [`[${id}]:${port}`, `[${address}]:${port}`]))
  const pins = (await readFile(keysFile, 'utf8')).replace(/^\S+/gm, (name) => addresses.get(name) ?? name)
  const list = (count: number) =>
    `${rows
      .slice(0, count)
      .map(({address}) => address)
      .join('\n')}\n`
  const settings = [
    ['Port', port],
    ['User', user],
    ['IdentityFile', keyFile],
    ['IdentitiesOnly', 'yes'],
    ['IdentityAgent', 'none'],
    ['BatchMode', 'yes'],
    ['LogLevel', 'ERROR'],
    ['UserKnownHostsFile', join(dir, 'known_hosts')],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['StrictHostKeyChecking', 'yes'],
    ['ControlMaster', 'no'],
    ['ConnectTimeout', 120],
  ]
  const ansible = `[defaults]\nforks=64\ngathering=explicit\nnocows=1\n[ssh_connection]\nssh_args=-F ${config}\npipelining=True\n`
  const client = {
    client: 'ssh2',
    dist: '',
    rows,
    user,
    keyFile,
    keysFile,
    width: WIDTH,
    command: 'echo active',
  }
  await Promise.all([
    writeFile(config, `Host *\n${settings.map(([key, value]) => `  ${key} ${value}\n`).join('')}`),
    writeFile(join(dir, 'known_hosts'), pins),
    writeFile(join(dir, 'hosts'), list(HOSTS)),
    writeFile(join(dir, 'fewer'), list(FEWER)),
    writeFile(join(dir, 'ansible.cfg'), ansible),
    writeFile(join(dir, 'client.json'), JSON.stringify({...client, unit})),
  ])
  const node = process.execPath
  const redeye = `${node} ${here('../../bin/run.js')} receivers exec --read-only --width ${WIDTH} --inventory ${inventoryFile}`
  return {
    redeye: {hosts: HOSTS, command: `XDG_STATE_HOME=${dir} ${redeye} -- echo active`},
    'plain ssh2': {hosts: HOSTS, command: `${node} ${here('./fleet-client.mjs')} ${dir}/client.json`},
    pssh: {
      hosts: HOSTS,
      command: `parallel-ssh -i -h ${dir}/hosts -p ${WIDTH} -t 300 -x "-F ${config}" echo active`,
    },
    pdsh: {
      hosts: HOSTS,
      command: `PDSH_SSH_ARGS_APPEND="-F ${config}" pdsh -R ssh -f ${WIDTH} -w ^${dir}/hosts echo active`,
    },
    clush: {
      hosts: HOSTS,
      command: `clush -q --hostfile ${dir}/hosts -f ${WIDTH} -O ssh_options="-F ${config}" echo active`,
    },
    'ansible raw': {
      hosts: FEWER,
      command: `ANSIBLE_CONFIG=${dir}/ansible.cfg ansible -i ${dir}/fewer all -m raw -a "echo active" -o`,
    },
  } satisfies Record<string, Tool>
}

/** CPU of the command and of every child it waits for, and how many hosts it says have answered. */
async function measure(command: string): Promise<{seconds: number; answered: number}> {
  const timed = `TIMEFORMAT='%U %S'; time { ${command} >${dir}/out 2>${dir}/err || true; }`
  const {stderr} = await promisify(execFile)('bash', ['-c', timed], {cwd: dir, maxBuffer: 2 ** 24})
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number)
  return {seconds: user + system, answered: answeredIn(await readFile(join(dir, 'out'), 'utf8'))}
}

/** Ours says it once for all, with their number; the client of ssh2 says their number; the others say it for each. */
function answeredIn(text: string): number {
  const [, grouped] = /^(\d+) hosts? [\s\S]*: active$/m.exec(text) ?? []
  if (grouped !== undefined) return Number(grouped)
  const [, counted] = /"answered":(\d+)/.exec(text) ?? []
  return counted === undefined ? text.split('active').length - 1 : Number(counted)
}

function report(): void {
  const ours = median(cpu.get('redeye') ?? [])
  for (const [name, each] of cpu) {
    const ms = median(each)
    const ratio = name === 'redeye' ? '' : `, ${(ms / ours).toFixed(1)} times redeye's`
    process.stdout.write(`${name}: ${ms.toFixed(2)} ms CPU per host${ratio}\n`)
    const least = {'plain ssh2': 1 / 0.75, pssh: 6, pdsh: 6, clush: 6, 'ansible raw': 30}[name]
    if (least !== undefined && ms / ours < least)
      failed.push(`${name}: ${(ms / ours).toFixed(2)} times ours, goal ${least.toFixed(2)}`)
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}
