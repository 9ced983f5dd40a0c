import type {Json} from '../engine/json.js'
import type {LabPart} from '../lab/install.js'
import type {LoadStats} from '../lab/load.js'
import type {Environment} from './environment.js'
import {UsageError} from './usage-error.js'

interface Said {
  lines: string[]
  json: Json
}

export async function labUpCommand(at: Environment): Promise<Said> {
  const [{labStatus, labUp}, {installPlan}] = await Promise.all([
    import('../lab/state.js'),
    import('../lab/install.js'),
  ])
  const needs = await installPlan('haproxy', machine(at))
  if (needs.missing.length > 0) throw new UsageError(needs.says, [], ['redeye lab install haproxy'])
  const {up} = await labStatus('haproxy', at)
  if (up) throw new UsageError('the haproxy lab is up already', [], ['redeye lab status', 'redeye lab down'])
  const record = await labUp('haproxy', at)
  return {
    lines: [
      `The haproxy lab is up: ${record.processes.map((one) => one.spec.name).join(', ')}.`,
      `Its inventory is ${record.inventoryFile}`,
      '',
      'Next:',
      `  export REDEYE_INVENTORY=${record.inventoryFile}`,
      '  redeye haproxy status app',
      '  redeye haproxy drain app/s2 --dry-run',
      '  redeye haproxy drain app/s2',
      '  redeye lab status',
      '  redeye lab down',
    ],
    json: record as unknown as Json,
  }
}

export async function labStatusCommand(at: Environment): Promise<Said> {
  const {labStatus} = await import('../lab/state.js')
  const status = await labStatus('haproxy', at)
  if (!status.up) return {lines: ['no lab is up; start one with: redeye lab up'], json: {up: false}}
  const dead = status.parts.filter((part) => !part.alive)
  return {
    lines: [
      `haproxy lab, up since ${status.record.startedAt}, inventory ${status.record.inventoryFile}`,
      `  running: ${names(status.parts.filter((part) => part.alive))}`,
      ...(dead.length > 0 ? [`  DEAD: ${names(dead)}`] : []),
      ...(status.load ? [`  ${traffic(status.load)}`] : []),
    ],
    json: status as unknown as Json,
  }
}

export async function labDownCommand(at: Environment): Promise<Said> {
  const {labDown, labStatus} = await import('../lab/state.js')
  const {up} = await labStatus('haproxy', at)
  if (!up) return {lines: ['no lab is up'], json: {up: false, load: null}}
  const load = await labDown('haproxy', at)
  return {
    lines: ['The haproxy lab is down.', ...(load ? [`  ${traffic(load)}`] : [])],
    json: {up: false, load: (load ?? null) as unknown as Json},
  }
}

export async function labInstallCommand(part: LabPart, dryRun: boolean, at: Environment): Promise<Said> {
  const {install, installPlan} = await import('../lab/install.js')
  const plan = await installPlan(part, machine(at))
  if (dryRun || plan.missing.length === 0) return {lines: [plan.says], json: plan as unknown as Json}
  if (!plan.possible) throw new UsageError(plan.says)
  const installed = await install(part, machine(at))
  return {lines: [`installed ${installed.join(', ')}`], json: {...plan, installed} as unknown as Json}
}

function machine(at: Environment) {
  return {path: at.env.PATH ?? '', root: at.uid === 0}
}

function names(parts: readonly {name: string; pid: number}[]): string {
  return parts.map((part) => `${part.name} (${part.pid})`).join(', ')
}

function traffic({total, failed, byServer}: LoadStats): string {
  const servers = Object.entries(byServer).map(([server, count]) => `${server} ${count}`)
  return `clients: ${total} requests, ${failed} failed (${servers.sort().join(', ')})`
}
