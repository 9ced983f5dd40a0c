import {mkdir, readFile, rm} from 'node:fs/promises'
import {type LabLoad, type LabStartOptions, START} from './detached-lab.js'
import {reloadHaproxy} from './haproxy.js'
import {forget, type LabPartName, type LabRecord, type LabWhere, recall, save} from './lab-record.js'
import {killProcess, type LabProcess, startProcess, stopProcess} from './process.js'
import {isAlive} from './process-identity.js'

export type LabStatus<Part extends LabPartName> =
  | {up: false}
  | {
      up: true
      record: LabRecord
      parts: {name: string; pid: number; alive: boolean}[]
      /** Absent until the load client has written for the first time. */
      load?: LabLoad[Part]
    }

/** An old process after a reload, until its connections have ended. */
const LEAVING = ' (leaving)'
/** Who watches a break, and ends with it. */
export const WATCHER = 'watch-'

export type LabUpOptions = LabWhere & LabStartOptions

/** Starts the daemons of a part, and its load client if it has one, all detached. @throws when that lab is up already. */
export async function labUp(part: LabPartName, options: LabUpOptions): Promise<LabRecord> {
  const before = await labStatus(part, options)
  if (before.up) throw new Error(`a ${part} lab is up already in ${before.record.dir}: take it down first`)
  const dir = `${options.stateDir}/lab/${part}`
  await rm(dir, {recursive: true, force: true})
  await mkdir(dir, {recursive: true, mode: 0o700})
  const loadFile = `${dir}/load.json`
  const lab = await START[part](dir, loadFile, options)
  try {
    const record = {
      format: 1 as const,
      part,
      dir,
      startedAt: new Date().toISOString(),
      inventoryFile: lab.inventoryFile,
      loadFile,
      ...(lab.control !== undefined && {control: lab.control}),
      processes: [
        ...lab.processes(),
        ...(lab.client ? [await startProcess(lab.client, {detached: true})] : []),
      ],
    }
    await save(options, record)
    return record
  } catch (error) {
    await lab.stop()
    throw error
  }
}

/** What of the lab runs. A part that died is listed with `alive: false`. */
export async function labStatus<Part extends LabPartName>(
  part: Part,
  where: LabWhere,
): Promise<LabStatus<Part>> {
  const record = await recall(part, where)
  if (!record) return {up: false}
  const all = await Promise.all(
    record.processes.map(async (one) => ({
      name: one.spec.name,
      pid: one.pid,
      alive: await isAlive(one),
    })),
  )
  const parts = all.filter(({name, alive}) => !name.startsWith(WATCHER) && (alive || !name.endsWith(LEAVING)))
  const load = await readFile(record.loadFile, 'utf8').then(
    (text) => JSON.parse(text) as LabLoad[Part],
    () => undefined,
  )
  return {up: true, record, parts, ...(load && {load})}
}

/** Stops exactly the processes that were started, and gives the last counters. Nothing happens when none is up. */
export async function labDown<Part extends LabPartName>(
  part: Part,
  where: LabWhere,
): Promise<LabLoad[Part] | undefined> {
  const record = await recall(part, where)
  if (!record) return undefined
  // The clients first: a request cut by our own stopping is no failure.
  const [clients, daemons] = [true, false].map((first) =>
    record.processes.filter((one) => (one.spec.name === 'load') === first),
  )
  await Promise.all((clients ?? []).map((one) => stopProcess(one)))
  const last = await labStatus(part, where)
  await Promise.all((daemons ?? []).map((one) => stopProcess(one)))
  await forget(part, where)
  await rm(record.dir, {recursive: true, force: true})
  return last.up ? last.load : undefined
}

/** SIGKILL to one part (`s2`, `lb1`, `n4`), as a crash would. */
export async function labKill(part: LabPartName, name: string, where: LabWhere): Promise<void> {
  const {one} = await findPart(part, name, where)
  await killProcess(one)
}

/** Starts one part again that has ended; nothing happens when it runs. */
export async function labStart(part: LabPartName, name: string, where: LabWhere): Promise<void> {
  const found = await findPart(part, name, where)
  if (await isAlive(found.one)) return
  await replace(found, await startProcess(found.one.spec, {detached: true}), where)
}

/** Reloads one instance as its service manager would: a new process, run-time state gone, no connection lost. */
export async function labReload(part: 'haproxy', name: string, where: LabWhere): Promise<void> {
  const found = await findPart(part, name, where)
  const next = await reloadHaproxy(found.one, {detached: true})
  const old = {...found.one, spec: {...found.one.spec, name: `${name}${LEAVING}`}}
  await replace(found, next, where, old)
}

type Found = {record: LabRecord; one: LabProcess}

async function findPart(part: LabPartName, name: string, where: LabWhere): Promise<Found> {
  const record = await recall(part, where)
  if (!record) throw new Error(`no ${part} lab is up`)
  const one = record.processes.find((process) => process.spec.name === name)
  if (one) return {record, one}
  const names = record.processes.map((process) => process.spec.name)
  throw new Error(`the ${part} lab has no part "${name}", only ${names.join(', ')}`)
}

async function replace(
  {record, one}: Found,
  next: LabProcess,
  where: LabWhere,
  ...more: LabProcess[]
): Promise<void> {
  const processes = [...record.processes.map((process) => (process === one ? next : process)), ...more]
  await save(where, {...record, processes})
}
