import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, open, readFile} from 'node:fs/promises'
import {buildFleetPeer} from './fleet-build.js'
import {type FleetControl, fleetControl} from './fleet-control.js'
import {type FleetWorld, writeFleetWorld} from './fleet-world.js'
import {type LabProcess, type ProcessSpec, startProcess, stopProcess} from './process.js'
import {identify, isAlive} from './process-identity.js'
import {makeKey} from './ssh-keys.js'
import {until} from './until.js'

export type FleetOptions = {
  /** Everything it needs is made in here; the caller removes it. */
  dir: string
  /** Hosts; needs root, since it takes connections on all of lo. */
  count: number
  user?: string
  unit?: string
  /** Where the simulator is built. */
  cacheDir?: string
  /** The process outlives this one; else it ends with it. */
  detached?: boolean
}

export interface LabFleet extends FleetWorld {
  pid: number
  port: number
  user: string
  unit: string
  /** The private key that may sign in; `.pub` is beside it. */
  keyFile: string
  control: FleetControl
  /** `http://127.0.0.1:PORT`. */
  controlUrl: string
  processes(): LabProcess[]
  stop(): Promise<void>
}

/** The line the simulator prints when it is ready. */
type Ready = {port: number; control: string; pid: number}

/** 30,000 host keys take a few seconds. */
const READY_MS = 60_000

/**
 * Many simulated hosts in one process, with an inventory to operate them by.
 * @throws with its log when it does not start
 */
export async function startFleet(options: FleetOptions): Promise<LabFleet> {
  const {dir, count, user = 'redeye', unit = 'receiver.service', detached = false} = options
  await mkdir(dir, {recursive: true, mode: 0o700})
  const [command, key] = await Promise.all([buildFleetPeer(options.cacheDir), makeKey(`${dir}/client`)])
  const args = ['-count', String(count), '-authorized', `${key.file}.pub`, '-user', user, '-unit', unit]
  const spec: ProcessSpec = {name: 'fleet', command, args, log: `${dir}/fleet.log`}
  const process = detached
    ? await startProcess({...spec, args: [...args, '-stay']}, {detached})
    : await startWithUs(spec)
  try {
    const {port, control: controlUrl} = await ready(process)
    const control = fleetControl(controlUrl)
    const hosts = await control.hosts()
    const world = await writeFleetWorld(dir, {hosts, port, user, unit, keyFile: key.file})
    return {
      ...world,
      pid: process.pid,
      port,
      user,
      unit,
      keyFile: key.file,
      control,
      controlUrl,
      processes: () => [process],
      stop: () => stopProcess(process),
    }
  } catch (error) {
    await stopProcess(process)
    throw error
  }
}

/** Its stdin is a pipe that ends with us: the simulator goes then too. */
async function startWithUs(spec: ProcessSpec): Promise<LabProcess> {
  const log = await open(spec.log, 'a', 0o600)
  try {
    const child = spawn(spec.command, spec.args, {stdio: ['pipe', log.fd, log.fd]})
    await once(child, 'spawn')
    return {...(await identify(child.pid ?? 0)), spec}
  } finally {
    await log.close()
  }
}

async function ready(process: LabProcess): Promise<Ready> {
  const {log} = process.spec
  let said: string | undefined
  const isReady = async () => {
    const lines = (await readFile(log, 'utf8')).split('\n').slice(0, -1)
    said = lines.findLast((line) => line.includes(`"pid":${process.pid},`))
    return said !== undefined
  }
  await until(async () => (await isReady()) || !(await isAlive(process)), READY_MS)
  if (said === undefined)
    throw new Error(`the fleet simulator ended before it was ready: ${await readFile(log, 'utf8')}`)
  return JSON.parse(said) as Ready
}
