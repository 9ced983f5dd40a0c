import {writeFile} from 'node:fs/promises'
import {exchange} from '../remote/exchange.js'
import {dialUnix} from '../remote/local-socket.js'
import {type HaproxyPlaces, haproxyConfig} from './haproxy-config.js'
import {killProcess, type LabProcess, type ProcessSpec, startProcess, stopProcess} from './process.js'
import {isAlive} from './process-identity.js'
import {until} from './until.js'

/** One real HAProxy process. `process` changes with every start and reload. */
export interface HaproxyDaemon {
  name: string
  places: HaproxyPlaces
  process: LabProcess
  /** Ends without waiting for connections. */
  stop(): Promise<void>
  /** SIGKILL: the socket file stays behind. */
  kill(): Promise<void>
  start(): Promise<void>
  /**
   * What `systemctl reload haproxy` does: a new process takes over the listening sockets (`-x`) and tells the old one
   * to end when its connections have (`-sf`). Run-time state is lost, connections are not.
   */
  reload(): Promise<void>
  /** Sends one line to the Runtime API as it is, and gives back the raw answer. */
  ask(line: string): Promise<string>
}

const LIMITS = {connectMs: 3000, answerMs: 5000, maxBytes: 1 << 24}

export async function startHaproxy(
  at: {name: string; dir: string; places: HaproxyPlaces; command?: string},
  more: {detached: boolean},
): Promise<HaproxyDaemon> {
  const config = `${at.dir}/${at.name}.cfg`
  await writeFile(config, haproxyConfig(at.places), {mode: 0o600})
  const spec: ProcessSpec = {
    name: at.name,
    command: at.command ?? 'haproxy',
    args: ['-db', '-f', config],
    log: `${at.dir}/${at.name}.log`,
    ready: {path: at.places.socketPath},
  }
  const leaving: LabProcess[] = []
  let reloading: Promise<unknown> = Promise.resolve()

  const daemon: HaproxyDaemon = {
    name: at.name,
    places: at.places,
    process: await startProcess(spec, more),
    async stop() {
      await Promise.all([daemon.process, ...leaving].map((one) => stopProcess(one)))
    },
    async kill() {
      await Promise.all([daemon.process, ...leaving].map(killProcess))
    },
    async start() {
      if (await isAlive(daemon.process)) throw new Error(`${at.name} runs already`)
      daemon.process = await startProcess(spec, more)
    },
    async reload() {
      // One after the other: two at once would both take over from the same process, and one would be forgotten.
      const reloaded = reloading.then(async () => {
        leaving.push(daemon.process)
        daemon.process = await reloadHaproxy(daemon.process, more)
      })
      reloading = reloaded.catch(() => {})
      await reloaded
    },
    ask: (line) => askSocket(at.places.socketPath, line),
  }
  return daemon
}

/** Starts the process that takes over, and waits until the socket is its own. */
export async function reloadHaproxy(old: LabProcess, more: {detached: boolean}): Promise<LabProcess> {
  const {spec} = old
  const path = spec.ready && 'path' in spec.ready ? spec.ready.path : ''
  const handover = ['-sf', String(old.pid), '-x', path]
  const next = await startProcess({...spec, args: [...spec.args, ...handover]}, more)
  // The old one accepts on the same sockets until it has handled the signal: several answers in a row say that it has.
  let inARow = 0
  const tookOver = await until(async () => {
    inARow = (await pidBehind(path)) === next.pid ? inARow + 1 : 0
    return inARow >= 10
  }, 10_000)
  if (tookOver) return {...next, spec}
  await stopProcess(next)
  throw new Error(`${spec.name}: process ${next.pid} did not take over from ${old.pid}`)
}

async function pidBehind(path: string): Promise<number | undefined> {
  const text = await askSocket(path, 'show info').catch(() => '')
  const pid = /^Pid: (\d+)$/m.exec(text)?.[1]
  return pid === undefined ? undefined : Number(pid)
}

/** Sends one line to a Runtime API as it is. */
export function askSocket(path: string, line: string): Promise<string> {
  return exchange(dialUnix(path), `${line}\n`, LIMITS, new AbortController().signal)
}
