/**
 * A restart of 30,000 hosts end to end over real SSH, as a person at a terminal would run it: after `npm run build`,
 * `npx tsx test/bench/receivers-30k.ts [HOSTS] [WIDTH]`. One more command asks all of them, and must fit four lines. Some hosts are away, some do not survive their restart, and every state in
 * the outcome is held against what the simulator itself has seen. Prints wall time, peak memory, and the longest time in which
 * nothing was drawn. Exits 1 on a wrong state, and beyond 300 s, 1 GB or 1.5 s.
 */
import {type ChildProcess, execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {type LabFleet, startFleet} from '../../src/lib/lab/fleet.js'

const HOSTS = Number(process.argv[2] ?? 30_000)
const WIDTH = Number(process.argv[3] ?? 1000)
const MOST = {seconds: 300, megabytes: 1024, silentMs: 1500}

const cli = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const dir = await mkdtemp(join(tmpdir(), 'redeye-30k-'))
const fleet = await startFleet({dir, count: HOSTS})
const away = idsAt(fleet, 29, 7)
const broken = idsAt(fleet, 997, 5).filter((id) => !away.includes(id))
await fleet.control.behave(away, {connect: 'refuse'})
await fleet.control.behave(broken, {unit: 'crash-loop'})

try {
  const began = performance.now()
  const ran = await watched(
    `receivers restart --confirm ${HOSTS} --soak 0s --stable 1s --width ${WIDTH} --waves 1,10,1%,10%,rest`,
  )
  const seconds = (performance.now() - began) / 1000
  const wrong = await wrongStates(fleet)
  process.stdout.write(
    `${HOSTS} hosts, ${WIDTH} at a time: ${seconds.toFixed(0)} s, ${ran.megabytes.toFixed(0)} MB peak, ` +
      `at most ${ran.silentMs.toFixed(0)} ms between two redraws, exit ${ran.code}, ` +
      `${away.length} away, ${broken.length} broken, ${wrong.length} wrong states\n`,
  )
  const lines = await askedAll()
  process.stdout.write(`receivers exec on all of them: ${lines.length} lines\n${lines.join('\n')}\n`)
  for (const one of wrong.slice(0, 10)) process.stdout.write(`WRONG: ${one}\n`)
  const within = seconds <= MOST.seconds && ran.megabytes <= MOST.megabytes && ran.silentMs <= MOST.silentMs
  process.exitCode = ran.code === 11 && lines.length <= 4 && wrong.length === 0 && within ? 0 : 1
} finally {
  await fleet.stop()
  await rm(dir, {recursive: true})
}

function idsAt({rows}: LabFleet, every: number, at: number): string[] {
  return rows.filter((_, number) => number > 20 && number % every === at).map(({id}) => id)
}

/** In a terminal of 80 by 24, which script(1) makes. */
async function watched(args: string): Promise<{code: number | null; megabytes: number; silentMs: number}> {
  const command = `stty cols 80 rows 24; exec ${process.execPath} ${cli} ${args} --inventory ${fleet.inventoryFile}`
  const env = {...process.env, XDG_STATE_HOME: dir, TERM: 'xterm', CI: ''}
  const child = spawn('script', ['-qec', command, '/dev/null'], {stdio: ['ignore', 'pipe', 'inherit'], env})
  let last: number | undefined
  let silentMs = 0
  child.stdout.on('data', (data: Buffer) => {
    const now = performance.now()
    if (last !== undefined) silentMs = Math.max(silentMs, now - last)
    // From the first frame to the last: before and after it nothing is pinned.
    if (/running for/.test(String(data))) last = now
    else if (/who ended how/.test(String(data))) last = undefined
  })
  const peak = peakOf(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return {code, megabytes: await peak, silentMs}
}

/** Few of them answer otherwise than the others. */
async function askedAll(): Promise<string[]> {
  await fleet.control.behave([], {})
  const args = [
    'receivers',
    'exec',
    '--read-only',
    '--width',
    String(WIDTH),
    '--inventory',
    fleet.inventoryFile,
  ]
  const {stdout} = await promisify(execFile)(process.execPath, [cli, ...args, '--', 'uname', '-r'])
  return stdout.trim().split('\n')
}

/** Of the process that script has started: VmHWM, proc(5). */
async function peakOf(script: ChildProcess): Promise<number> {
  let kilobytes = 0
  while (script.exitCode === null && script.signalCode === null) {
    const children = await readFile(`/proc/${script.pid}/task/${script.pid}/children`, 'utf8').catch(() => '')
    const status = await readFile(`/proc/${children.trim().split(' ')[0]}/status`, 'utf8').catch(() => '')
    kilobytes = Math.max(kilobytes, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0))
    await new Promise((done) => setTimeout(done, 200))
  }
  return kilobytes / 1024
}

/** What the journal says of each host, beside what the host itself has seen. */
async function wrongStates({control}: LabFleet): Promise<string[]> {
  const {runs} = await import('../../src/lib/journal/store.js').then(({runStore}) => ({
    runs: runStore(join(dir, 'redeye', 'runs'), Date.now),
  }))
  const [run = ''] = await runs.ids()
  const states = new Map(
    (await runs.read(run)).lines.flatMap((line) =>
      line.kind === 'settled' ? [[line.result.step, line.result.state]] : [],
    ),
  )
  const [gone, ill] = [new Set(away), new Set(broken)]
  return (await control.hosts()).flatMap(({id, restarts, asked}) => {
    const expected = gone.has(id) ? ['unreachable', 0] : ill.has(id) ? ['failed', 1] : ['changed', 1]
    const seen = [states.get(id), restarts]
    return String(seen) === String(expected) && asked === expected[1]
      ? []
      : [`${id}: ${seen}, not ${expected}`]
  })
}
