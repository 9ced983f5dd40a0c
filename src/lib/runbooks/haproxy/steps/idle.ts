import {setTimeout as wait} from 'node:timers/promises'
import {type Probe, type Step, step} from '../../../engine/step.js'
import type {Session} from '../../../systems/haproxy/instance.js'
import type {ServerReading} from '../../../systems/haproxy/snapshot.js'
import type {ServerAt} from './server-at.js'
import {read} from './set-state.js'

export interface Idle {
  timeoutMs: number
  pollMs: number
  /** Calm samples in a row that count as idle. */
  settle: number
  /** `kill`: time out is no failure, the next stage cuts what is left. */
  onTimeout: 'ask' | 'undo' | 'keep' | 'kill'
  /** The steps whose effect a reload or an agent takes back. */
  holds: string[]
}

type Before = {pid: number}

/** One quiet sample proves nothing: bound clients come and go between two looks. */
export function idleStep(at: ServerAt, idle: Idle): Step {
  const {onTimeout, timeoutMs} = idle
  return step<Before>({
    id: `${at.id}.idle`,
    says: `${at.on}: wait until ${at.full} is idle`,
    async probe(signal, before, waitedMs = 0) {
      const first = await read(at, signal)
      const seen: Before = {pid: first.pid}
      const lost = takenBack(at, first, before)
      if (lost) return {reached: false, saw: lost, before: seen, ...(before && {slipped: idle.holds})}
      const calm = await staysCalm(at, first, idle, signal)
      if (calm.reached) return {...calm, before: seen}
      if (onTimeout === 'kill' && waitedMs >= timeoutMs)
        return {reached: true, saw: `${calm.saw}; the time is up, they will be cut`, before: seen}
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

/** What has put the server back into rotation, if something has. */
function takenBack(at: ServerAt, {pid, server}: ServerReading, before?: Before): string | undefined {
  if (server.admin !== 'ready') return undefined
  if (!before) return `${server.status}, still in rotation`
  if (pid !== before.pid)
    return `${at.on} was reloaded (pid ${before.pid} -> ${pid}), ${at.full} is ${server.status} again`
  if (server.agent.enabled)
    return `${at.full} on ${at.on} is ${server.status} again: its agent check is on and may have said so (${server.agent.status})`
  return `${at.full} on ${at.on} is ${server.status} again: somebody or something set it ready`
}

/** Idle: no session, no queue and no new request, in every one of `settle` samples. */
async function staysCalm(
  at: ServerAt,
  first: ServerReading,
  {settle, pollMs}: Idle,
  signal: AbortSignal,
): Promise<Omit<Probe, 'before'>> {
  let last = first
  for (let sample = 1; sample < settle; sample += 1) {
    if (isBusy(last, first)) break
    await wait(pollMs, undefined, {signal})
    last = await read(at, signal)
  }
  if (!isBusy(last, first)) return {reached: true, saw: `${last.server.status}, idle`}
  return {reached: false, saw: await describe(at, last, first, signal)}
}

function isBusy(now: ServerReading, first: ServerReading): boolean {
  const {admin, sessions, queue, total} = now.server
  return (
    admin === 'ready' || sessions > 0 || queue > 0 || total !== first.server.total || now.pid !== first.pid
  )
}

async function describe(
  at: ServerAt,
  now: ServerReading,
  first: ServerReading,
  signal: AbortSignal,
): Promise<string> {
  const {sessions, queue, total, status} = now.server
  const fresh = total - first.server.total
  const oldest = sessions > 0 ? age(await (await at.instance()).sessions(at.backend, at.server, signal)) : ''
  const parts = [
    `${sessions} ${sessions === 1 ? 'session' : 'sessions'}${oldest}`,
    ...(queue > 0 ? [`${queue} queued`] : []),
    ...(fresh > 0 ? [`${fresh} new from bound clients`] : []),
  ]
  return `${status}, ${parts.join(', ')}`
}

function age(sessions: readonly Session[]): string {
  const [oldest] = sessions
  return oldest ? ` (oldest ${oldest.ageSec} s)` : ''
}
