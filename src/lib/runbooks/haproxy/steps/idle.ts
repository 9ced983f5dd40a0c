import {setTimeout as wait} from 'node:timers/promises'
import {type Probe, type Step, step} from '../../../engine/step.js'
import type {ServerReading} from '../../../systems/haproxy/snapshot.js'
import type {ServerAt} from './server-at.js'
import {read} from './set-state.js'

/** A server entry on its way out on one instance. */
export interface Leaving {
  at: ServerAt
  /** Entries that leave with it because they track it. They have sessions of their own. */
  followers: readonly ServerAt[]
  /** The steps whose effect a reload or an agent takes back. */
  holds: readonly string[]
}

export interface Idle {
  timeoutMs: number
  pollMs: number
  /** Calm samples in a row that count as idle. */
  settle: number
  /** `kill`: time out is no failure, a later stage cuts what is left. */
  onTimeout: 'ask' | 'undo' | 'keep' | 'kill'
}

/** What the wait began with: process by instance, requests so far by entry. */
type Before = {pids: {[instance: string]: number}; totals: {[entry: string]: number}}

/**
 * One wait for all instances together: one that was calm is looked at again for as long as another one is busy, since
 * a reload in the meantime would have put the server back into rotation there.
 */
export function idleStep(subject: string, leaving: readonly Leaving[], idle: Idle): Step {
  const {onTimeout, timeoutMs} = idle
  return step<Before>({
    id: 'idle',
    says: `wait until ${subject} is idle on ${instancesOf(leaving)}`,
    async probe(signal, before, waitedMs = 0) {
      const first = await readAll(leaving, signal)
      const seen = marks(first)
      const lost = takenBack(leaving, first, before)
      if (lost) return {reached: false, before: seen, ...lost}
      const calm = await staysCalm(leaving, first, idle, before ?? seen, signal)
      if (!calm.reached && onTimeout === 'kill' && waitedMs >= timeoutMs)
        return {reached: true, saw: `${calm.saw}; the time is up, what is left will be cut`, before: seen}
      return {...calm, before: seen}
    },
    // Under `kill` the probe itself ends the wait.
    patienceMs: onTimeout === 'kill' ? timeoutMs + 60_000 : timeoutMs,
    pollMs: idle.pollMs,
    undo: {kind: 'leave', why: 'it only waits'},
    ...(onTimeout === 'undo' && {onFailure: 'undo'}),
    ...(onTimeout === 'keep' && {onFailure: 'stop'}),
  })
}

const GRACE_MS = 2000

/** In maintenance nobody new comes: requests that end by themselves need not be cut. */
export function graceStep(subject: string, leaving: readonly Leaving[], idle: Idle): Step {
  return {
    ...idleStep(subject, leaving, {...idle, timeoutMs: GRACE_MS, onTimeout: 'kill'}),
    id: 'grace',
    says: `give the last requests on ${subject} ${GRACE_MS / 1000} s to end`,
  }
}

/** One look at one entry. */
interface Look extends ServerReading {
  at: ServerAt
  on: string
}

async function readAll(leaving: readonly Leaving[], signal: AbortSignal): Promise<Look[]> {
  const entries = leaving.flatMap(({at, followers}) => [at, ...followers])
  return await Promise.all(entries.map(async (at) => ({at, on: at.on, ...(await read(at, signal))})))
}

function marks(looks: readonly Look[]): Before {
  return {
    pids: Object.fromEntries(looks.map(({on, pid}) => [on, pid])),
    totals: Object.fromEntries(looks.map(({at, server}) => [at.id, server.total])),
  }
}

/** What has put servers back into rotation, if something has, and the steps that this took back. */
function takenBack(
  leaving: readonly Leaving[],
  looks: readonly Look[],
  before?: Before,
): Pick<Probe, 'saw' | 'slipped'> | undefined {
  const lost = leaving.flatMap((one) => {
    const look = looks.find(({at}) => at === one.at)
    return look?.server.admin === 'ready' ? [{look, holds: one.holds}] : []
  })
  if (lost.length === 0) return undefined
  if (!before) return {saw: `in rotation on ${[...new Set(lost.map(({look}) => look.on))].join(', ')}`}
  return {
    saw: lost.map(({look}) => whyBack(look, before)).join('; '),
    slipped: lost.flatMap(({holds}) => holds),
  }
}

function whyBack({at: {full}, on, pid, server}: Look, {pids}: Before): string {
  if (pid !== pids[on])
    return `${on} was reloaded (pid ${pids[on]} -> ${pid}) and ${full} is ${server.status} again; sessions that the old process still has are not shown`
  if (server.agent.enabled)
    return `${full} on ${on} is ${server.status} again: its agent check is on and may have said so (${server.agent.status})`
  return `${full} on ${on} is ${server.status} again: somebody or something set it ready`
}

/** Idle: no session, no queue and no new request anywhere, in every one of `settle` samples. */
async function staysCalm(
  leaving: readonly Leaving[],
  first: readonly Look[],
  {settle, pollMs}: Idle,
  begin: Before,
  signal: AbortSignal,
): Promise<Omit<Probe, 'before'>> {
  let last = first
  for (let sample = 1; sample < settle; sample += 1) {
    if (busy(last, marks(first)).length > 0) break
    await wait(pollMs, undefined, {signal})
    last = await readAll(leaving, signal)
  }
  const left = busy(last, marks(first))
  if (left.length === 0) return {reached: true, saw: `idle on ${instancesOf(leaving)}`}
  const said = await Promise.all(left.map((one) => describe(one, begin, signal)))
  return {reached: false, saw: said.join(', ')}
}

function busy(now: readonly Look[], then: Before): Look[] {
  return now.filter((look) => {
    const {admin, sessions, queue} = look.server
    const reloaded = look.pid !== then.pids[look.on]
    return admin === 'ready' || sessions > 0 || queue > 0 || reloaded || fresh(look, then) > 0
  })
}

/** Requests that came since then; a reload begins at 0 again. */
function fresh({at, on, pid, server}: Look, {pids, totals}: Before): number {
  return pid === pids[on] ? server.total - (totals[at.id] ?? server.total) : server.total
}

/** `lb1 app/s2 3 sessions (oldest 12 s)`: short, it stands on one line with the others. */
async function describe(look: Look, begin: Before, signal: AbortSignal): Promise<string> {
  const {at, on, server} = look
  const came = fresh(look, begin)
  const parts = [
    `${server.sessions} ${server.sessions === 1 ? 'session' : 'sessions'}${await oldest(look, signal)}`,
    ...(server.queue > 0 ? [`${server.queue} queued`] : []),
    ...(came > 0 ? [`${came} new from bound clients`] : []),
  ]
  return `${on} ${at.full} ${parts.join(' + ')}`
}

async function oldest({at, server}: Look, signal: AbortSignal): Promise<string> {
  if (server.sessions === 0) return ''
  const [first] = await (await at.instance()).sessions(at.backend, at.server, signal)
  return first ? ` (oldest ${first.ageSec} s)` : ''
}

function instancesOf(leaving: readonly Leaving[]): string {
  return [...new Set(leaving.map(({at}) => at.on))].join(', ')
}
