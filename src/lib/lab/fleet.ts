import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, open, readFile} from 'node:fs/promises'
import {createInterface} from 'node:readline'
import type {Readable, Writable} from 'node:stream'
import {buildFleetPeer} from './fleet-build.js'
import {type FleetControl, fleetControl} from './fleet-control.js'
import {type FleetWorld, writeFleetWorld} from './fleet-world.js'
import {stopProcess} from './process.js'
import {identify} from './process-identity.js'
import {makeKey} from './ssh-keys.js'

export type FleetOptions = {
  /** Everything it needs is made in here; the caller removes it. */
  dir: string
  /** Hosts; needs root, since it takes connections on all of lo. */
  count: number
  user?: string
  unit?: string
  /** Where the simulator is built. */
  cacheDir?: string
}

export interface LabFleet extends FleetWorld {
  pid: number
  port: number
  user: string
  unit: string
  /** The private key that may sign in; `.pub` is beside it. */
  keyFile: string
  control: FleetControl
  stop(): Promise<void>
}

/** The line the simulator prints when it is ready. */
type Ready = {port: number; control: string; pid: number}

/**
 * Many simulated hosts in one process, with an inventory to operate them by. It ends with the process that started it.
 * @throws with its log when it does not start
 */
export async function startFleet(options: FleetOptions): Promise<LabFleet> {
  const {dir, count, user = 'redeye', unit = 'receiver.service'} = options
  await mkdir(dir, {recursive: true, mode: 0o700})
  const [program, key] = await Promise.all([buildFleetPeer(options.cacheDir), makeKey(`${dir}/client`)])
  const args = ['-count', String(count), '-authorized', `${key.file}.pub`, '-user', user, '-unit', unit]
  const child = await launch(program, args, `${dir}/fleet.log`)
  const ready = await firstLine(child, `${dir}/fleet.log`)
  const process = await identify(ready.pid)
  const control = fleetControl(ready.control)
  try {
    const hosts = await control.hosts()
    const world = await writeFleetWorld(dir, {hosts, port: ready.port, user, unit, keyFile: key.file})
    return {
      ...world,
      pid: ready.pid,
      port: ready.port,
      user,
      unit,
      keyFile: key.file,
      control,
      stop: () => stopProcess(process),
    }
  } catch (error) {
    await stopProcess(process)
    throw error
  }
}

type Child = ChildProcessByStdio<Writable, Readable, null>

/** Its stdin is a pipe that ends with us: the simulator goes then too. */
async function launch(program: string, args: string[], log: string): Promise<Child> {
  const file = await open(log, 'a', 0o600)
  try {
    const child = spawn(program, args, {stdio: ['pipe', 'pipe', file.fd]}) as Child
    await once(child, 'spawn')
    return child
  } finally {
    await file.close()
  }
}

async function firstLine(child: Child, log: string): Promise<Ready> {
  const lines = createInterface({input: child.stdout})
  const ended = once(child, 'close').then(async () => {
    throw new Error(`the fleet simulator ended before it was ready: ${await readFile(log, 'utf8')}`)
  })
  ended.catch(() => {})
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
  lines.close()
  return JSON.parse(line) as Ready
}
