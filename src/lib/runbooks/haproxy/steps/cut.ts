import {type Step, step} from '../../../engine/step.js'
import type {Session} from '../../../systems/haproxy/instance.js'
import type {ServerAt} from './server-at.js'
import {read} from './set-state.js'

const PATIENCE_MS = 5000

type Before = {sessions: number}

/** Cuts the sessions that are left. Their clients see a closed connection; nothing brings those sessions back. */
export function cutStep(at: ServerAt): Step {
  return step<Before>({
    id: `${at.id}.cut`,
    says: `${at.on}: shutdown sessions server ${at.full}`,
    async probe(signal, before, waitedMs = 0) {
      const {server} = await read(at, signal)
      const seen: Before = {sessions: server.sessions}
      // In rotation, none at this moment is no end: the next one may come at once.
      if (!before && server.admin === 'ready')
        return {reached: false, saw: `${server.status}, ${count(server.sessions)} now`, before: seen}
      if (server.sessions === 0) return {reached: true, saw: 'no session is left', before: seen}
      const saw = `${count(server.sessions)} left`
      if (!before) return {reached: false, saw, before: seen}
      const left = await (await at.instance()).sessions(at.backend, at.server, signal)
      if (left.some((session) => mayBeOlder(session, waitedMs))) return {reached: false, saw, before: seen}
      return {reached: true, saw: `those from before are gone, ${left.length} new ones came`, before: seen}
    },
    apply: async (signal) => (await at.instance()).shutdownSessions(at.backend, at.server, signal),
    patienceMs: PATIENCE_MS,
    undo: {kind: 'leave', why: 'sessions that were cut cannot be put back'},
    irreversible: 'sessions that were cut cannot be put back',
  })
}

/** Bound clients come back at once: only sessions from before the cut count. HAProxy tells ages in whole seconds. */
function mayBeOlder({ageSec}: Session, waitedMs: number): boolean {
  return (ageSec + 1) * 1000 > waitedMs
}

function count(sessions: number): string {
  return `${sessions} ${sessions === 1 ? 'session' : 'sessions'}`
}
