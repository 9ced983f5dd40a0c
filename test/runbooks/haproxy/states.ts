import {expect} from 'vitest'
import type {HaproxyDaemon} from '../../../src/lib/lab/haproxy.js'
import type {HaproxyLab} from '../../../src/lib/lab/haproxy-lab.js'
import {isAlive} from '../../../src/lib/lab/process-identity.js'
import {until} from '../../../src/lib/lab/until.js'
import type {ServerView} from '../../../src/lib/systems/haproxy/snapshot.js'
import {calm, instanceOf, settled} from '../../lab/running-lab.js'

/** Columns of `show servers state` that move by themselves. */
const MOVING = new Set([
  'srv_time_since_last_change',
  'srv_check_status',
  'srv_check_result',
  'srv_check_health',
])
/** A check that is under way right now [CHK_ST_INPROGRESS]. */
const UNDER_WAY = 0x01

/** `lb1.app/s2` -> what `show servers state` says of it. */
export type States = {[server: string]: {[column: string]: string}}

/** The state of every server on every instance, without what moves by itself. */
export async function states(lab: HaproxyLab): Promise<States> {
  const all = await Promise.all(
    lab.instances.map(async (one) => statesOf(one.name, await one.ask('show servers state'))),
  )
  return Object.assign({}, ...all)
}

function statesOf(instance: string, answer: string): States {
  const [, header = '', ...rows] = answer.trim().split('\n')
  const columns = header.replace(/^# /, '').split(' ')
  return Object.fromEntries(
    rows.map((row) => {
      const cells = Object.fromEntries(row.split(' ').map((cell, at) => [columns[at] ?? '', cell]))
      const kept = Object.fromEntries(
        Object.entries(cells)
          .filter(([name]) => !MOVING.has(name))
          .map(([name, cell]) => [name, /_(check|agent)_state$/.test(name) ? quiet(cell) : cell]),
      )
      return [`${instance}.${cells.be_name}/${cells.srv_name}`, kept]
    }),
  )
}

function quiet(mask: string): string {
  return String(Number(mask) & ~UNDER_WAY)
}

/** Between stopped and running [SRV_ST_STARTING, SRV_ST_STOPPING]: a slowstart of an earlier test still goes on. */
const ON_THE_WAY = ['1', '3']

/** The states once no server is on its way to another one. */
export async function statesAtRest(lab: HaproxyLab): Promise<States> {
  let now = await states(lab)
  await expect
    .poll(
      async () => {
        now = await states(lab)
        return Object.keys(now).filter((server) => ON_THE_WAY.includes(now[server]?.srv_op_state ?? ''))
      },
      {timeout: 15_000, interval: 100},
    )
    .toEqual([])
  return now
}

/** Every server is as it was then, once the checks of servers that were started again have passed. */
export async function asBefore(lab: HaproxyLab, before: States): Promise<void> {
  await expect.poll(() => states(lab), {timeout: 10_000, interval: 100}).toEqual(before)
}

/** `srv_admin_state` of one server, by instance: `{lb1: 8, lb2: 8}`. */
export async function masks(lab: HaproxyLab, server: string): Promise<{[instance: string]: number}> {
  const all = await states(lab)
  return Object.fromEntries(
    lab.instances.map(({name}) => [name, Number(all[`${name}.${server}`]?.srv_admin_state ?? -1)]),
  )
}

/** Sends one raw line to every instance; the answer must be an empty one. */
export async function raw(lab: HaproxyLab, line: string, only?: string): Promise<void> {
  for (const one of lab.instances.filter(({name}) => only === undefined || name === only)) {
    const answer = await one.ask(line)
    if (answer.trim() !== '') throw new Error(`${one.name} answered "${answer.trim()}" to "${line}"`)
  }
}

type Wanted = Map<string, ServerView>

/** Remembers how a lab looks now, and brings everything back to that. */
export async function restorer(lab: HaproxyLab): Promise<() => Promise<void>> {
  const wanted = new Map(
    await Promise.all(lab.instances.map(async (one) => [one.name, await serversOf(one)] as const)),
  )
  return async () => {
    await Promise.all(
      [...lab.instances, ...lab.apps, lab.agent].map(async (one) => {
        if (!(await isAlive(one.process))) await one.start()
      }),
    )
    await lab.agent.say('up')
    await Promise.all(lab.apps.map((app) => app.setHealth('ok')))
    for (const one of lab.instances) {
      const done = await until(async () => await putBack(one, wanted.get(one.name) ?? new Map()), 20_000)
      if (!done) throw new Error(`${one.name} could not be put back`)
      await settled(instanceOf(one.places.socketPath, one.name))
    }
  }
}

/** Whether nothing was left to put back. */
async function putBack(one: HaproxyDaemon, wanted: Wanted): Promise<boolean> {
  const lines = [...(await serversOf(one))].flatMap(([name, now]) => {
    const then = wanted.get(name)
    if (!then) return [`set server ${name} state maint`, `del server ${name}`]
    return difference(name, now, then)
  })
  for (const line of lines) await one.ask(line)
  return lines.length === 0
}

function difference(name: string, now: ServerView, then: ServerView): string[] {
  return [
    ...(now.admin !== then.admin && !now.inherited ? [`set server ${name} state ${then.admin}`] : []),
    ...(now.userWeight !== then.userWeight ? [`set weight ${name} ${then.userWeight}`] : []),
    ...(now.agent.enabled !== then.agent.enabled ? [`enable agent ${name}`] : []),
    ...(now.address !== then.address || now.port !== then.port
      ? [`set server ${name} addr ${then.address} port ${then.port}`]
      : []),
  ]
}

async function serversOf(one: HaproxyDaemon): Promise<Wanted> {
  const {backends} = await instanceOf(one.places.socketPath).snapshot(calm)
  const views = Object.values(backends).flatMap((backend) => Object.values(backend.servers))
  return new Map(views.map((view) => [`${view.backend}/${view.name}`, view]))
}
