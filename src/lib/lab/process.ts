import {spawn} from 'node:child_process'
import {open, readFile} from 'node:fs/promises'
import {createConnection} from 'node:net'
import {identify, isAlive, type ProcessIdentity} from './process-identity.js'
import {until} from './until.js'

/** How to start one process of a lab, as plain data: the same one can be started again later by somebody else. */
export type ProcessSpec = {
  name: string
  command: string
  args: string[]
  /** File that both output streams are appended to. */
  log: string
  /** Ready means that one can connect there. Absent: as soon as it runs. */
  ready?: {port: number; host?: string} | {path: string}
}

export type LabProcess = ProcessIdentity & {spec: ProcessSpec}

const READY_MS = 20_000
const TERM_MS = 5000

/**
 * Starts a process and waits until it is ready. A detached one outlives this process.
 * @throws with the end of its log when it ends or is not ready within 20 s.
 */
export async function startProcess(spec: ProcessSpec, more: {detached: boolean}): Promise<LabProcess> {
  const pid = await spawnLogged(spec, more.detached)
  const one = {...(await identify(pid).catch(() => failed(spec, 'ended at once'))), spec}
  const ready = await until(async () => (await isReady(spec)) || !(await isAlive(one)), READY_MS)
  if (!(await isAlive(one))) await failed(spec, 'ended before it was ready')
  if (!ready) {
    await stopProcess(one)
    await failed(spec, `was not ready within ${READY_MS / 1000} s`)
  }
  return one
}

/** TERM, and KILL when it is still there after the limit. Does nothing when it has ended. */
export async function stopProcess(one: ProcessIdentity, limitMs = TERM_MS): Promise<void> {
  await signalProcess(one, 'SIGTERM')
  if (await until(async () => !(await isAlive(one)), limitMs)) return
  await killProcess(one)
}

/** SIGKILL, and waits until the process is gone. */
export async function killProcess(one: ProcessIdentity): Promise<void> {
  await signalProcess(one, 'SIGKILL')
  if (!(await until(async () => !(await isAlive(one)), TERM_MS)))
    throw new Error(`process ${one.pid} survived SIGKILL for ${TERM_MS / 1000} s`)
}

/** Sends a signal to exactly this process; false when it has ended. */
export async function signalProcess(one: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(one))) return false
  try {
    return process.kill(one.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

async function spawnLogged(spec: ProcessSpec, detached: boolean): Promise<number> {
  const log = await open(spec.log, 'a', 0o600)
  try {
    const child = spawn(spec.command, spec.args, {stdio: ['ignore', log.fd, log.fd], detached})
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    if (detached) child.unref()
    return child.pid ?? (await failed(spec, 'has no process number'))
  } finally {
    await log.close()
  }
}

async function isReady({ready}: ProcessSpec): Promise<boolean> {
  if (!ready) return true
  return new Promise((resolve) => {
    const socket = createConnection('port' in ready ? {host: '127.0.0.1', ...ready} : ready)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function failed(spec: ProcessSpec, what: string): Promise<never> {
  const log = await readFile(spec.log, 'utf8').catch(() => '')
  throw new Error(`${spec.name} (${spec.command}) ${what}. The end of ${spec.log}:\n${log.slice(-2000)}`)
}
