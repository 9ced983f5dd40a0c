import {writeFile} from 'node:fs/promises'
import type {AgentCheckInput} from './agent-check.js'
import type {AppServerInput} from './app-server.js'
import {freePort} from './free-port.js'
import {killProcess, type LabProcess, type ProcessSpec, startProcess, stopProcess} from './process.js'
import {programSpec} from './program.js'

/** One application server. `process` changes with every start; ports and name stay. */
export interface LabApp extends Restartable {
  name: string
  port: number
  tcpPort: number
  /** From now on `/health` answers 200 or 503, also after a restart. */
  setHealth(health: 'ok' | 'fail'): Promise<void>
}

export interface LabAgent extends Restartable {
  port: number
  /** From now on it answers this: `up`, `up ready`, `drain`, `75%` ... */
  say(text: string): Promise<void>
}

interface Restartable {
  process: LabProcess
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export async function startApp(at: {
  dir: string
  name: string
  latencyMs: number
  detached: boolean
}): Promise<LabApp> {
  const input: AppServerInput = {
    name: at.name,
    port: await freePort(),
    tcpPort: await freePort(),
    healthFile: healthFileOf(at.dir, at.name),
    latencyMs: at.latencyMs,
  }
  const setHealth = (health: 'ok' | 'fail') => writeFile(input.healthFile, `${health}\n`, {mode: 0o600})
  await setHealth('ok')
  const spec = programSpec('app-server', input, {
    name: at.name,
    log: `${at.dir}/${at.name}.log`,
    ready: {port: input.port},
  })
  const {name, port, tcpPort} = input
  return Object.assign(await restartable(spec, at.detached), {name, port, tcpPort, setHealth})
}

/** Where it is told how to be, while it runs. */
export function healthFileOf(dir: string, name: string): string {
  return `${dir}/${name}.health`
}

export async function startAgent(at: {dir: string; detached: boolean}): Promise<LabAgent> {
  const input: AgentCheckInput = {port: await freePort(), file: `${at.dir}/agent.says`}
  const say = (text: string) => writeFile(input.file, `${text}\n`, {mode: 0o600})
  await say('up')
  const spec = programSpec('agent-check', input, {
    name: 'agent',
    log: `${at.dir}/agent.log`,
    ready: {port: input.port},
  })
  return Object.assign(await restartable(spec, at.detached), {port: input.port, say})
}

async function restartable(spec: ProcessSpec, detached: boolean): Promise<Restartable> {
  const one: Restartable = {
    process: await startProcess(spec, {detached}),
    kill: () => killProcess(one.process),
    stop: () => stopProcess(one.process),
    async start() {
      one.process = await startProcess(spec, {detached})
    },
  }
  return one
}
