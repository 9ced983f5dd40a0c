import type {AzureEstate, LabVm} from './azure-estate.js'
import {labEstate} from './azure-estate.js'
import {type Operation, type OperationScript, type Operations, operations} from './azure-operations.js'

export type AzureSettings = {
  /** How long an operation takes, ms. */
  operationMs: number
  /** How long the guest agent is away after a boot, ms. */
  agentMs: number
  /** Seconds in `Retry-After` of operations; none when null. */
  retryAfter: number | null
  /** Which headers a 202 has. */
  headers: 'both' | 'async' | 'location'
  /** When an event is in the Activity Log, ms later. */
  logMs: number
  /** Items on one page of a list. */
  page: number
}

export type LogEvent = {
  at: number
  resource: string
  operation: string
  status: string
  clientRequestId: string
  code?: string
}

/** A managed Run Command, as the resource that it is. */
export type LabCommand = {
  name: string
  tags: {[key: string]: string}
  script: string
  timeoutS: number
  state: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'TimedOut' | 'Canceled'
  exitCode?: number
  output: string
  error: string
  startedAt: number
  endedAt?: number
}

export interface AzureWorld {
  estate: AzureEstate
  settings: AzureSettings
  operations: Operations
  log: LogEvent[]
  /** By the id of the VM, and then by name. */
  commands: Map<string, Map<string, LabCommand>>
  /** What is under way, by the id of what it works on. */
  busy: Map<string, Operation>
  /** How the operation of this request is to end. */
  script: OperationScript
}

const SETTINGS: AzureSettings = {
  operationMs: 60,
  agentMs: 0,
  retryAfter: null,
  headers: 'both',
  logMs: 0,
  page: 50,
}

export function azureWorld(): AzureWorld {
  const world: AzureWorld = {
    estate: labEstate(Date.now()),
    settings: {...SETTINGS},
    operations: operations(() => world.settings.operationMs),
    log: [],
    commands: new Map(),
    busy: new Map(),
    script: {},
  }
  return world
}

/** Everything as it was in the beginning. */
export function resetWorld(world: AzureWorld): void {
  world.operations.clear()
  Object.assign(world, {
    estate: labEstate(Date.now()),
    settings: {...SETTINGS},
    log: [],
    commands: new Map(),
    busy: new Map(),
    script: {},
  })
}

let boots = 0

/** The guest has started anew; its agent reports after a while. */
export function boot(vm: LabVm, {settings}: AzureWorld): void {
  boots += 1
  vm.power = 'running'
  vm.provisioning = 'Succeeded'
  vm.bootId = `boot-${vm.name}-${boots}`
  vm.agent = {ready: false, at: 0}
  if (vm.agentDies) return
  const ready = () => {
    if (vm.power === 'running') vm.agent = {ready: true, at: Date.now()}
  }
  if (settings.agentMs === 0) ready()
  else setTimeout(ready, settings.agentMs).unref()
}

export function nextBootId(name: string): string {
  boots += 1
  return `boot-${name}-${boots}`
}
