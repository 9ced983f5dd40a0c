import {setTimeout as sleep} from 'node:timers/promises'
import type {Seen} from '../../lab/breaks/break.js'
import type {Incident} from '../../lab/incidents.js'
import type {Spell} from '../../lab/time-line.js'
import type {Environment} from '../environment.js'
import {foundUnhealthy} from '../finish.js'
import {widthOf} from '../screen.js'
import {didIn} from './did.js'
import type {Said} from './machine.js'
import {jsonOf, linesOf, type Score} from './score-text.js'

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
  const [{inForce, note}, {isWatched, lookAt}] = await Promise.all([
    import('../../lab/incidents.js'),
    import('../../lab/breaking.js'),
  ])
  if (!inForce(before)) return {incident: before}
  const seen = await lookAt(before, at)
  const known = await agreed(before, seen, at)
  if (!known.seen?.over || (await isWatched(before, at))) return known
  const overAt = Date.now()
  await note(at, {kind: 'over', id: before.id, at: overAt, late: true})
  return {incident: {...before, overAt, late: true}}
}

/** What is seen now is over only once the watcher says so too; it looks twice. */
async function agreed(
  before: Incident,
  seen: Seen,
  at: Environment,
): Promise<{incident: Incident; seen?: Seen}> {
  const {incidents, inForce} = await import('../../lab/incidents.js')
  for (let turn = 0; seen.over && turn < WATCHER_TURNS; turn += 1) {
    const now = (await incidents(at)).find(({id}) => id === before.id)
    if (now && !inForce(now)) return {incident: now}
    await sleep(TURN_MS)
  }
  return {incident: before, seen}
}

/** Longer than the watcher needs to see it twice. */
const WATCHER_TURNS = 12
const TURN_MS = 250

async function clientsOf(
  {part, brokenAt}: Incident,
  until: number,
  at: Environment,
): Promise<Spell | undefined> {
  const [{lineFileOf, readTimeLine, spellOf}, {recall}] = await Promise.all([
    import('../../lab/time-line.js'),
    import('../../lab/lab-record.js'),
  ])
  const record = await recall(part, at)
  // What clients saw goes with the part; those of another one saw nothing of it.
  if (!record || Date.parse(record.startedAt) > brokenAt) return undefined
  const line = await readTimeLine(lineFileOf(record.dir))
  return line.length === 0 ? undefined : spellOf(line, brokenAt, until)
}
