import {readFile} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import type {FleetHost} from '../inventory/fleet/host.js'
import type {Choice, Selected} from '../inventory/fleet/select.js'
import type {ReceiversTarget} from '../inventory/receivers.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {inventoryOf} from './inventory.js'
import {UsageError} from './usage-error.js'

const PROGRAM_MS = 60_000
const LARGEST = 64 * 2 ** 20

export interface Fleet {
  name: string
  target: ReceiversTarget
  hosts: FleetHost[]
  /** Of the inventory; relative paths are from here. */
  directory: string
}

/** Reads the list of a fleet. @throws UsageError with every problem and its place */
export async function loadFleet(
  name: string,
  flags: Pick<CommonFlags, 'inventory'>,
  at: Environment,
): Promise<Fleet> {
  const {inventory, source} = await inventoryOf(flags.inventory, at)
  const target = inventory.receivers[name]
  if (!target) throw new UsageError(`${source} has no receivers target ${name}`)
  const directory = dirname(source)
  const [{readRows}, {FleetError, fleetOf}] = await Promise.all([
    import('../inventory/fleet/rows.js'),
    import('../inventory/fleet/fleet.js'),
  ])
  const {text, from, format} = await listText(target, directory, at)
  try {
    const hosts = fleetOf(
      await readRows(text, format),
      target.columns,
      new Set(Object.keys(target.bastions)),
      from,
    )
    return {name, target, hosts, directory}
  } catch (error) {
    if (!(error instanceof FleetError)) throw error
    const [says = '', ...because] = error.message.split('\n').map((line) => line.trim())
    throw new UsageError(says, because)
  }
}

/** @throws UsageError: empty is never all */
export async function selectedBy({hosts, target}: Fleet, choice: Choice): Promise<Selected> {
  const [{select}, {SelectionError}] = await Promise.all([
    import('../inventory/fleet/select.js'),
    import('../inventory/selection/selection-error.js'),
  ])
  try {
    return select(hosts, target.cohorts, choice)
  } catch (error) {
    if (!(error instanceof SelectionError)) throw error
    const {problem, text, at: column} = error
    const caret = `${' '.repeat(column)}^`
    throw new UsageError(
      problem,
      column > 0 || text !== problem ? [`${text}`, ...(column > 0 ? [caret] : [])] : [],
      ['redeye receivers list'],
    )
  }
}

async function listText({hosts}: ReceiversTarget, directory: string, at: Environment) {
  const {formatOf} = await import('../inventory/fleet/rows.js')
  if ('file' in hosts) {
    const file = resolve(directory, hosts.file)
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new UsageError(`cannot read the list of hosts: ${error instanceof Error ? error.message : error}`)
    })
    return {text, from: file, format: hosts.format ?? formatOf(file) ?? 'csv'}
  }
  const {run} = await import('../remote/process.js')
  const [program = '', ...args] = hosts.cmd
  const {code, stdout, stderr} = await run([program, ...args], {
    env: at.env,
    cwd: directory,
    signal: AbortSignal.timeout(PROGRAM_MS),
    timeoutMs: PROGRAM_MS,
    maxOutput: LARGEST,
  })
  if (code !== 0)
    throw new UsageError(`${program}, run for the list of hosts, ended with ${code ?? 'a signal'}`, [
      stderr.slice(-500),
    ])
  return {text: stdout, from: `the output of ${program}`, format: hosts.format}
}
