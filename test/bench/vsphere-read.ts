/**
 * Reads of a large inventory on loopback beside `govc object.collect`, interleaved, and the calls that moving costs:
 * `tsx test/bench/vsphere-read.ts [CLUSTERS] [HOSTS PER CLUSTER] [VMS PER CLUSTER]`. Prints medians.
 */
import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {buildVspherePeer} from '../../src/lib/lab/vsphere-build.js'
import {startVsphereLab, type VsphereLab} from '../../src/lib/lab/vsphere-lab.js'
import type {Observed} from '../../src/lib/systems/vsphere/exchange.js'
import {VM} from '../../src/lib/systems/vsphere/kinds-vm.js'
import {openVcenter} from '../../src/lib/systems/vsphere/open.js'
import type {Vcenter} from '../../src/lib/systems/vsphere/vcenter.js'

const ROUNDS = 7
const MEMORY_ROUNDS = 3
const MOVED = 20
const WIDTH = 8
const [clusters = 4, hosts = 16, vms = 250] = process.argv.slice(2).map(Number)
const signal = new AbortController().signal
const say = (line: string) => process.stdout.write(`${line}\n`)

const dir = await mkdtemp(`${tmpdir()}/vl-`)
const from = performance.now()
const lab = await startVsphereLab({dir, clusters, hosts, vms})
try {
  say(
    `${clusters * hosts} hosts, ${clusters * vms} VMs, up in ${seconds(performance.now() - from)}, node ${process.version}`,
  )
  await reads(lab)
  await memory(lab)
  await moves(lab)
} finally {
  await lab.stop()
  await rm(dir, {recursive: true, force: true})
}

async function reads(of: VsphereLab): Promise<void> {
  const govc = await buildVspherePeer('govc')
  const env = {
    ...process.env,
    GOVC_URL: of.url,
    GOVC_USERNAME: of.user,
    GOVC_PASSWORD: of.password,
    GOVC_TLS_CA_CERTS: of.ca,
  }
  const collect = (...args: string[]) =>
    promisify(execFile)(govc, ['object.collect', ...args], {env, maxBuffer: 1 << 28})
  const kept = open(of, () => {})
  const [host] = await kept.findHosts('DC0_C0_H0', signal)
  const {cluster} = await kept.surroundings(host?.ref ?? '', signal)
  const tasks: Record<string, () => Promise<unknown>> = {
    'sign in and out': async () => {
      const vc = open(of, () => {})
      await vc.session(signal)
      await vc.close()
    },
    'plan read of one cluster': () => kept.surroundings(host?.ref ?? '', signal),
    'plan read of everything': () => kept.estate(null, signal),
    'whereabouts of one cluster': () => kept.whereabouts(cluster.rootPool, signal),
    'govc, the same of all VMs': () => collect('-type', 'm', '/', ...Object.keys(VM.properties)),
  }
  const times = new Map<string, number[]>(Object.keys(tasks).map((name) => [name, []]))
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, run] of Object.entries(tasks)) {
      const start = performance.now()
      await run()
      if (round > 0) times.get(name)?.push(performance.now() - start)
    }
  for (const [name, all] of times) say(`${name.padEnd(28)} ${median(all).toFixed(0).padStart(6)} ms`)
  say(`resident after all that: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`)
  await kept.close()
}

/** Whole processes side by side: ours reads hosts, VMs, datastores and tasks; govc the VM properties alone. */
async function memory(of: VsphereLab): Promise<void> {
  const govc = await buildVspherePeer('govc')
  const plan = fileURLToPath(new URL('vsphere-plan.ts', import.meta.url))
  const ours = {BENCH_URL: of.url, BENCH_USER: of.user, BENCH_PASSWORD: of.password, BENCH_CA: of.ca}
  const theirs = {
    GOVC_URL: of.url,
    GOVC_USERNAME: of.user,
    GOVC_PASSWORD: of.password,
    GOVC_TLS_CA_CERTS: of.ca,
  }
  for (let round = 0; round < MEMORY_ROUNDS; round += 1) {
    const mine = await watched(process.execPath, ['--import', 'tsx', plan], ours)
    const {calls, ms} = JSON.parse(mine.stdout) as {calls: number; ms: number}
    const other = await watched(
      govc,
      ['object.collect', '-type', 'm', '/', ...Object.keys(VM.properties)],
      theirs,
    )
    say(
      `redeye ${calls} calls, ${ms.toFixed(0)} ms, ${mine.peakMiB.toFixed(0)} MiB; ` +
        `govc ${other.ms.toFixed(0)} ms, ${other.peakMiB.toFixed(0)} MiB`,
    )
  }
}

/** Runs a program to its end; its peak memory is read from /proc while it runs (VmHWM, proc(5)). */
async function watched(program: string, args: string[], env: Record<string, string>) {
  const start = performance.now()
  const child = spawn(program, args, {env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'inherit']})
  let stdout = ''
  let peakMiB = 0
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const timer = setInterval(() => {
    const status = readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    void status.then((text) => {
      peakMiB = Math.max(peakMiB, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024)
    })
  }, 10)
  await once(child, 'close')
  clearInterval(timer)
  return {stdout, peakMiB, ms: performance.now() - start}
}

/** As an evacuation does it: look, move, follow, look. */
async function moves(of: VsphereLab): Promise<void> {
  const names = Array.from({length: MOVED}, (_, at) => `DC0_C0_RP0_VM${at}`)
  await of.control.place(Object.fromEntries(names.map((name) => [name, 'DC0_C0_H0'])))
  await of.control.pace({relocateMs: 200, movesAtOnce: WIDTH})
  const calls: Observed[] = []
  const vc = open(of, (call) => calls.push(call))
  const start = performance.now()
  const [host] = await vc.findHosts('DC0_C0_H0', signal)
  const around = await vc.surroundings(host?.ref ?? '', signal)
  const others = around.hosts.filter((one) => one.ref !== host?.ref)
  const queue = around.vms.filter((one) => one.host === host?.ref).slice(0, MOVED)
  const worker = async () => {
    for (let vm = queue.shift(); vm; vm = queue.shift()) {
      await vc.vmState(vm.ref, signal)
      const target = others[queue.length % others.length]
      const task = await vc.relocate(vm.ref, {host: target?.ref ?? ''}, 'default', signal)
      await vc.follow(task, 60_000, signal)
      await vc.vmState(vm.ref, signal)
    }
  }
  await Promise.all(Array.from({length: WIDTH}, worker))
  say(`${MOVED} moves, ${WIDTH} at a time: ${seconds(performance.now() - start)}, ${calls.length} calls`)
  const counts = new Map<string, number>()
  for (const {method} of calls) counts.set(method, (counts.get(method) ?? 0) + 1)
  for (const [method, count] of counts) say(`  ${method.padEnd(32)} ${count}`)
  await vc.close()
}

function open({url, user, password, ca}: VsphereLab, observe: (call: Observed) => void): Vcenter {
  return openVcenter({name: 'bench', url, user, password: async () => password, tls: {ca: [ca]}}, {observe})
}

function median(all: number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
