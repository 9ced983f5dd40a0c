import type {Json} from '../../engine/json.js'
import type {Seen} from '../../lab/breaks/break.js'
import type {Incident} from '../../lab/incidents.js'
import type {Spell} from '../../lab/time-line.js'
import {duration} from '../../report/duration.js'
import {wrap} from '../../report/wrap.js'
import type {Did} from './did.js'

/** One break, as it went. */
export type Score = {
  incident: Incident
  /** While it is in force. */
  seen?: Seen
  /** When it ended, or now. */
  until: number
  runs: Did[]
  /** Of parts that have any. */
  clients?: Spell
}

export function linesOf(score: Score, width: number): string[] {
  const {incident, runs, clients} = score
  const {name, surprise, brokenAt} = incident
  const first = runs[0]
  const firstChange = runs.find(({changedAt}) => changedAt)?.changedAt?.first
  const after = (ms: number) => `${duration(ms - brokenAt)} after it broke`
  const facts = [
    verdictOf(score),
    first === undefined
      ? 'no run before that'
      : `first run ${after(first.beganAt)}, ${firstChange === undefined ? 'no change' : `first change ${after(firstChange)}`}`,
    ...runs.map(runText),
    ...(clients ? [clientsText(clients, incident)] : []),
  ]
  const head = `${name}${surprise ? ' (a surprise)' : ''}, broken at ${clockOf(brokenAt)}`
  return [head, ...facts.flatMap((fact) => wrap(fact, width, '  '))]
}

function verdictOf({incident, seen, until, runs}: Score): string {
  const {brokenAt, overAt, late} = incident
  const took = duration(until - brokenAt)
  if (seen) return `not over, for ${took} now: ${seen.saw}`
  if (overAt === undefined)
    return incident.mendedAt === undefined
      ? `not over when the lab was taken down, ${took} later`
      : `mended by the lab ${took} later, not by you`
  const cure = runs.findLast(({changedAt}) => changedAt && changedAt.first <= overAt)
  const by = cure ? `after ${cure.command}` : 'and no run had changed anything'
  return late ? `over ${took} later at the latest: nobody watched; ${by}` : `over ${took} later, ${by}`
}

function runText({run, command, state, overrides}: Did): string {
  const forced = overrides.length > 0 ? `, overriding ${overrides.join(', ')}` : ''
  return `${state}: ${command}${forced} (run ${run})`
}

function clientsText({done, failed, longestMs, lost}: Spell, {part}: Incident): string {
  const wait = `longest wait ${duration(longestMs)}`
  if (part !== 'redis') return `clients: ${done} requests answered, ${failed} failed, ${wait}`
  const kept = lost === undefined ? 'not read back yet' : `${lost} acknowledged writes lost`
  return `clients: ${done} writes acknowledged, ${failed} errors, ${wait}, ${kept}`
}

function clockOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`
}

export function jsonOf(score: Score): Json {
  const {incident, seen, until, runs, clients} = score
  const {name, part, surprise, brokenAt, overAt, late, mendedAt} = incident
  const ended = overAt !== undefined ? 'over' : mendedAt !== undefined ? 'mended' : 'down'
  return {
    name,
    part,
    surprise,
    state: seen ? 'in force' : ended,
    says: verdictOf(score),
    brokenAt: new Date(brokenAt).toISOString(),
    ms: until - brokenAt,
    late: late ?? false,
    runs: runs.map(({run, command, state, beganAt, changedAt, overrides}) => ({
      run,
      command,
      state,
      afterMs: beganAt - brokenAt,
      changedAfterMs: changedAt ? changedAt.first - brokenAt : null,
      overrides,
    })),
    clients: clients ? {...clients, lost: clients.lost ?? null} : null,
  }
}
