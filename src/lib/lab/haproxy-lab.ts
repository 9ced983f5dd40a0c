import {mkdir, writeFile} from 'node:fs/promises'
import {freePort} from './free-port.js'
import {type HaproxyDaemon, startHaproxy} from './haproxy.js'
import type {HaproxyPlaces} from './haproxy-config.js'
import {type LabAgent, type LabApp, startAgent, startApp} from './lab-app.js'
import {type Load, type LoadInput, startLoad} from './load.js'
import type {LabProcess} from './process.js'
import {stopTogether} from './stop-together.js'

export interface HaproxyLab {
  dir: string
  /** A ready `redeye.yaml`: the target `web-lb` with every instance. */
  inventoryFile: string
  /** `lb1`, `lb2` ... */
  instances: HaproxyDaemon[]
  /** `s1`, `s2`, `s3` and the backup `b1`. */
  apps: LabApp[]
  agent: LabAgent
  /** Starts clients, spread over all instances (or those named). `path` picks the backend: `/`, `/sticky` ... */
  load(options: Omit<LoadInput, 'urls'> & {path?: string; instances?: string[]}): Load
  /** The processes as they are now. */
  processes(): LabProcess[]
  stop(): Promise<void>
}

export type HaproxyLabOptions = {
  /** Directory for everything the lab writes; a short path, because socket paths end at 107 bytes. */
  dir: string
  instances?: number
  /** Time the applications take for an answer. */
  latencyMs?: number
  /** Every backend that a test needs (default), or the few of a tour. */
  scope?: 'all' | 'tour'
  /** The processes outlive this one. */
  detached?: boolean
  /** The program, when it is not in PATH. */
  haproxy?: string
}

/** Real HAProxy instances of one configuration in front of the same four applications, all on loopback. */
export async function startHaproxyLab(options: HaproxyLabOptions): Promise<HaproxyLab> {
  const {dir, latencyMs = 20, detached = false, haproxy: command = 'haproxy', scope = 'all'} = options
  const {keep, stop} = stopTogether()
  await mkdir(dir, {recursive: true, mode: 0o700})
  try {
    const startingAgent = keep(startAgent({dir, detached}))
    const apps = await Promise.all(
      ['s1', 's2', 's3', 'b1'].map((name) => keep(startApp({dir, name, latencyMs, detached}))),
    )
    const agent = await startingAgent
    const names = Array.from({length: options.instances ?? 2}, (_, index) => `lb${index + 1}`)
    const instances = await Promise.all(
      names.map(async (name) => {
        const places = {...(await choosePlaces(dir, name, apps, agent)), scope}
        return keep(startHaproxy({name, dir, places, command}, {detached}))
      }),
    )
    const inventoryFile = await writeInventory(dir, instances)
    return {
      dir,
      inventoryFile,
      instances,
      apps,
      agent,
      load: ({path = '/', instances: only, ...input}) =>
        startLoad({...input, urls: loadUrls(instances, path, only)}),
      processes: () => [...instances, ...apps, agent].map((one) => one.process),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** One URL per instance; `only` narrows them by name. */
export function loadUrls(instances: readonly HaproxyDaemon[], path: string, only?: string[]): string[] {
  return instances
    .filter((one) => only === undefined || only.includes(one.name))
    .map((one) => `http://127.0.0.1:${one.places.httpPort}${path}`)
}

async function choosePlaces(
  dir: string,
  name: string,
  apps: readonly LabApp[],
  agent: LabAgent,
): Promise<Omit<HaproxyPlaces, 'scope'>> {
  return {
    socketPath: `${dir}/${name}.sock`,
    operatorSocketPath: `${dir}/${name}-op.sock`,
    userSocketPath: `${dir}/${name}-user.sock`,
    statsPort: await freePort(),
    httpPort: await freePort(),
    tcpPort: await freePort(),
    cutPort: await freePort(),
    apps: apps.map(({port, tcpPort}) => ({port, tcpPort})),
    agentPort: agent.port,
    deadUdpPort: await freePort(),
  }
}

async function writeInventory(dir: string, instances: readonly HaproxyDaemon[]): Promise<string> {
  const file = `${dir}/redeye.yaml`
  const entries = instances.map(
    ({name, places}) => `      - name: ${name}\n        socket: unix:${places.socketPath}\n`,
  )
  await writeFile(file, `haproxy:\n  web-lb:\n    instances:\n${entries.join('')}`, {mode: 0o600})
  return file
}
