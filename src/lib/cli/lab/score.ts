import {setTimeout as sleep} from 'node:timers/promises'
import type {Json} from '../../engine/json.js'
import type {Seen} from '../../lab/breaks/break.js'
import type {Incident} from '../../lab/incidents.js'
import type {Spell} from '../../lab/time-line.js'
import {duration} from '../../report/duration.js'
import {wrap} from '../../report/wrap.js'
import type {Environment} from '../environment.js'
import {foundUnhealthy} from '../finish.js'
import {widthOf} from '../screen.js'
import {type Did, didIn} from './did.js'
import type {Said} from './machine.js'

type Score = {
  incident: Incident
  /** While it is in force. */
  seen?: Seen
  /** When it ended, or now. */
  until: number
  runs: Did[]
  /** Of parts that have any. */
  clients?: Spell
}

/** What was broken, what the operator did, when it was over, and what clients saw between. Nothing is guessed. */
export async function labScoreCommand(at: Environment): Promise<Said> {
  const {incidents} = await import('../../lab/incidents.js')
  const all = await incidents(at)
  if (all.length === 0) return {lines: ['nothing was broken; see redeye lab break'], json: {breaks: []}}
  const scores = await Promise.all(all.map((one) => scoreOf(one, at)))
  if (scores.some(({seen}) => seen)) foundUnhealthy()
  const width = widthOf(process.stdout)
  return {
    lines: scores.flatMap((score, index) => [...(index > 0 ? [''] : []), ...linesOf(score, width)]),
    json: {breaks: scores.map(jsonOf)},
  }
}

async function scoreOf(before: Incident, at: Environment): Promise<Score> {
  const {incident, seen} = await settled(before, at)
  const {overAt, mendedAt, downAt, brokenAt, part} = incident
  const until = Math.min(overAt ?? Infinity, mendedAt ?? Infinity, downAt ?? Infinity, Date.now())
  const runs = await didIn(part, brokenAt, until, at)
  const clients = await clientsOf(incident, until, at)
  return {incident, until, runs, ...(seen && {seen}), ...(clients && {clients})}
}

/** The watcher's word counts; without one what is seen now is noted, as late. */
async function settled(before: Incident, at: Environment): Promise<{incident: Incident; seen?: Seen}> {
  const [{incidents, inForce, note}, {lookAt}] = await Promise.all([
    import('../../lab/incidents.js'),
    import('../../lab/breaking.js'),
  ])
  if (!inForce(before)) return {incident: before}
  const seen = await lookAt(before, at)
  if (!seen.over) return {incident: before, seen}
  for (let turn = 0; turn < WATCHER_TURNS; turn += 1) {
    const now = (await incidents(at)).find(({id}) => id === before.id)
    if (now && !inForce(now)) return {incident: now}
    await sleep(TURN_MS)
  }
  const overAt = Date.now()
  await note(at, {kind: 'over', id: before.id, at: overAt, late: true})
  return {incident: {...before, overAt, late: true}}
}

/** Longer than the watcher needs to see it twice. */
const WATCHER_TURNS = 20
const TURN_MS = 250

async function clientsOf(
  {part, brokenAt}: Incident,
  until: number,
  at: Environment,
): Promise<Spell | undefined> {
  const [{readTimeLine, spellOf}, {lineFileOf}] = await Promise.all([
    import('../../lab/time-line.js'),
    import('../../lab/detached-lab.js'),
  ])
  const line = await readTimeLine(lineFileOf(`${at.stateDir}/lab/${part}`))
  return line.length === 0 ? undefined : spellOf(line, brokenAt, until)
}

function linesOf(score: Score, width: number): string[] {
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

function jsonOf(score: Score): Json {
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
