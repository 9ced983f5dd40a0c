import type {Json} from '../../engine/json.js'
import {LAB_PARTS, type LabPartName} from '../../lab/lab-record.js'
import type {LabStatus} from '../../lab/state.js'
import {duration} from '../../report/duration.js'
import {wrap} from '../../report/wrap.js'
import type {Environment} from '../environment.js'
import {widthOf} from '../screen.js'
import type {Said} from './machine.js'
import {traffic} from './parts.js'

/** Of every part that is up, and the breaks that are in force. */
export async function labStatusCommand(at: Environment): Promise<Said> {
  const [{labStatus}, {sharedFiles}] = await Promise.all([
    import('../../lab/state.js'),
    import('../../lab/shared-files.js'),
  ])
  const all = await Promise.all(LAB_PARTS.map((part) => labStatus(part, at)))
  const up = all.filter((one) => one.up)
  if (up.length === 0) return {lines: ['no lab is up; start one with: redeye lab up'], json: {up: false}}
  const width = widthOf(process.stdout)
  const breaks = await breaksInForce(at, width)
  const files = sharedFiles(at)
  // Who died would tell which one it is.
  const shown = breaks.surprise ? up.map((one) => ({...one, parts: []})) : up
  return {
    lines: [
      ...shown.flatMap((one) => linesOf(one, width)),
      ...breaks.lines,
      '',
      `to use all of them: . ${files.envFile}`,
    ],
    json: {up: true, labs: shown, breaks: breaks.json, ...files} as unknown as Json,
  }
}

function linesOf(
  {record, parts, load}: Extract<LabStatus<LabPartName>, {up: true}>,
  width: number,
): string[] {
  const alive = parts.filter((one) => one.alive)
  const dead = parts.filter((one) => !one.alive)
  return [
    `${record.part} lab, up since ${record.startedAt.slice(0, 19)}Z`,
    `  inventory: ${record.inventoryFile}`,
    ...(alive.length > 0 ? wrap(names(alive), width, '  running: ') : []),
    ...(dead.length > 0 ? wrap(names(dead), width, '  DEAD: ') : []),
    ...(load ? wrap(traffic(load), width, '  ') : []),
  ]
}

async function breaksInForce(at: Environment, width: number): Promise<Said & {surprise: boolean}> {
  const [{incidents, inForce}, {lookAt}] = await Promise.all([
    import('../../lab/incidents.js'),
    import('../../lab/breaking.js'),
  ])
  const broken = (await incidents(at)).filter(inForce)
  const seen = await Promise.all(broken.map((one) => lookAt(one, at)))
  const lines = broken.flatMap(({name, surprise, brokenAt}, index) => {
    const since = duration(Date.now() - brokenAt)
    return surprise
      ? [`  a surprise, for ${since}`]
      : wrap(`for ${since}: ${seen[index]?.saw}`, width, `  ${name} `)
  })
  return {
    surprise: broken.some(({surprise}) => surprise),
    lines: lines.length > 0 ? ['', 'broken on purpose:', ...lines] : [],
    json: broken.map(({name, surprise, brokenAt}, index) => ({
      name: surprise ? null : name,
      brokenAt: new Date(brokenAt).toISOString(),
      saw: surprise ? null : (seen[index]?.saw ?? ''),
    })),
  }
}

function names(parts: readonly {name: string; pid: number}[]): string {
  return parts.map((part) => `${part.name} (${part.pid})`).join(', ')
}
