import {type Step, step} from '../../../engine/step.js'
import type {ServerAt} from './server-at.js'
import {read} from './set-state.js'

const PATIENCE_MS = 5000

type Before = {sessions: number}

/** Cuts the sessions that are left. Their clients see a closed connection; nothing brings those sessions back. */
export function cutStep(at: ServerAt): Step {
  return step<Before>({
    id: `${at.id}.cut`,
    says: `${at.on}: shutdown sessions server ${at.full}`,
    async probe(signal) {
      const {server} = await read(at, signal)
      const saw = server.sessions === 0 ? 'no session is left' : `${server.sessions} sessions are left`
      return {reached: server.sessions === 0, saw, before: {sessions: server.sessions}}
    },
    apply: async (signal) => (await at.instance()).shutdownSessions(at.backend, at.server, signal),
    patienceMs: PATIENCE_MS,
    undo: {kind: 'leave', why: 'sessions that were cut cannot be put back'},
    irreversible: 'sessions that were cut cannot be put back',
  })
}
