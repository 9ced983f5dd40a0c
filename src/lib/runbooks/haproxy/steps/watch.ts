import {type Step, step} from '../../../engine/step.js'
import type {ServerReading} from '../../../systems/haproxy/snapshot.js'
import type {ServerAt} from './server-at.js'
import {read} from './set-state.js'

/** Requests that the backend must have seen before a server without any counts as left out. */
const ENOUGH = 50
/** Algorithms that give every server of weight > 0 its share. */
const SPREADS = new Set(['roundrobin', 'static-rr', 'leastconn', 'random'])

type Before = {errors: number; failures: number; total: number; backendTotal: number}

/** Stays and looks: a server that comes back broken shows it in its first seconds. */
export function watchStep(at: ServerAt, watchMs: number): Step {
  return step<Before>({
    id: `${at.id}.watch`,
    says: `${at.on}: watch ${at.full} serve`,
    async probe(signal, before, waitedMs = 0) {
      const reading = await read(at, signal)
      const now = counters(reading)
      if (!before) return {reached: false, saw: reading.server.status, before: now}
      const wrong = goneWrong(reading, now, before)
      if (wrong) return {reached: false, hopeless: true, saw: wrong, before: now}
      const served = now.total - before.total
      const saw = `${reading.server.status}, ${served} requests, no errors`
      if (waitedMs < watchMs) return {reached: false, saw, before: now}
      if (served === 0 && leftOut(reading, now, before))
        return {
          reached: false,
          hopeless: true,
          saw: `${reading.server.status}, but no request reaches it`,
          before: now,
        }
      return {reached: true, saw, before: now}
    },
    patienceMs: watchMs + 5000,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}

function counters({server, backend}: ServerReading): Before {
  return {
    errors: server.connectErrors + server.responseErrors,
    failures: server.check.failures,
    total: server.total,
    backendTotal: backend.total,
  }
}

function goneWrong({server}: ServerReading, now: Before, before: Before): string | undefined {
  if (server.admin !== 'ready')
    return `it is ${server.status}: something took it out again${agentSays(server.agent)}`
  if (!server.status.startsWith('UP') && server.status !== 'no check')
    return `it is ${server.status}: ${server.check.last}`
  if (now.errors > before.errors) return `${now.errors - before.errors} errors since it is back`
  if (now.failures > before.failures)
    return `${now.failures - before.failures} checks failed since it is back`
  return undefined
}

function agentSays({enabled, status}: ServerReading['server']['agent']): string {
  return enabled ? ` (its agent check is on: ${status})` : ''
}

function leftOut({server, backend}: ServerReading, now: Before, before: Before): boolean {
  return !server.backup && SPREADS.has(backend.algorithm) && now.backendTotal - before.backendTotal >= ENOUGH
}
