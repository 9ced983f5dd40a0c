import type {Json} from '../engine/json.js'
import type {LabPart} from '../lab/install.js'
import type {LabPartName} from '../lab/lab-record.js'
import {wrap} from '../report/wrap.js'
import type {Environment} from './environment.js'
import {LAB_PARTS, nextSteps, traffic} from './lab-parts.js'
import {widthOf} from './screen.js'
import {UsageError} from './usage-error.js'

interface Said {
  lines: string[]
  json: Json
}

export async function labUpCommand(
  part: LabPartName,
  options: {count?: number},
  at: Environment,
): Promise<Said> {
  const [{labStatus, labUp}, {installPlan}] = await Promise.all([
    import('../lab/state.js'),
    import('../lab/install.js'),
  ])
  const needs = await installPlan(part, machine(at))
  if (needs.missing.length > 0) throw new UsageError(needs.says, [], [`redeye lab install ${part}`])
  const {up} = await labStatus(part, at)
  if (up) throw new UsageError(`the ${part} lab is up already`, [], ['redeye lab status', 'redeye lab down'])
  const record = await labUp(part, {...options, stateDir: at.stateDir})
  return {
    lines: [
      `The ${part} lab is up: ${record.processes.map((one) => one.spec.name).join(', ')}.`,
      `Its inventory is ${record.inventoryFile}`,
      '',
      'Next:',
      `  export REDEYE_INVENTORY=${record.inventoryFile}`,
      ...nextSteps(part, record).map((command) => `  ${command}`),
      '  redeye lab status',
      '  redeye lab down',
    ],
    json: record as unknown as Json,
  }
}

/** Of every part that is up. */
export async function labStatusCommand(at: Environment): Promise<Said> {
  const {labStatus} = await import('../lab/state.js')
  const all = await Promise.all(LAB_PARTS.map(async (part) => ({part, status: await labStatus(part, at)})))
  const up = all.filter(({status}) => status.up)
  const width = widthOf(process.stdout)
  if (up.length === 0) return {lines: ['no lab is up; start one with: redeye lab up'], json: {up: false}}
  const lines = up.flatMap(({part, status}) => {
    if (!status.up) return []
    const dead = status.parts.filter((one) => !one.alive)
    return [
      `${part} lab, up since ${status.record.startedAt}`,
      `  inventory: ${status.record.inventoryFile}`,
      ...wrap(names(status.parts.filter((one) => one.alive)), width, '  running: '),
      ...(dead.length > 0 ? wrap(names(dead), width, '  DEAD: ') : []),
      ...(status.load ? wrap(traffic(status.load), width, '  ') : []),
    ]
  })
  return {lines, json: {up: true, labs: up.map(({status}) => status)} as unknown as Json}
}

/** Takes down every lab that is up. */
export async function labDownCommand(at: Environment): Promise<Said> {
  const {labDown, labStatus} = await import('../lab/state.js')
  const lines: string[] = []
  const down: {[part: string]: Json} = {}
  for (const part of LAB_PARTS) {
    const {up} = await labStatus(part, at)
    if (!up) continue
    const load = await labDown(part, at)
    lines.push(`The ${part} lab is down.`, ...(load ? [`  ${traffic(load)}`] : []))
    down[part] = (load ?? null) as unknown as Json
  }
  return {lines: lines.length > 0 ? lines : ['no lab is up'], json: {up: false, down}}
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
