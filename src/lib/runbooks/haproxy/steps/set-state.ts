import {type Step, step} from '../../../engine/step.js'
import type {Admin, ServerReading, ServerView} from '../../../systems/haproxy/snapshot.js'
import {backInRotation} from './back-in-rotation.js'
import {makeReady} from './make-ready.js'
import type {ServerAt} from './server-at.js'

const PATIENCE_MS = 5000

type Before = {admin: Admin}

/** Takes a server out of rotation for new clients. One that is in maintenance is out already. */
export function drainStep(at: ServerAt, from: Admin, recheck: string[]): Step {
  return stateStep(at, {id: 'drain', state: 'drain', from, recheck, reached: ({admin}) => admin !== 'ready'})
}

/** Out of rotation for everybody, bound clients included. Sessions that are open stay. */
export function maintStep(at: ServerAt, from: Admin, recheck: string[]): Step {
  return stateStep(at, {id: 'maint', state: 'maint', from, recheck, reached: ({admin}) => admin === 'maint'})
}

/** Out of maintenance but not in rotation: its checks run again while no client sees it. */
export function leaveMaintStep(at: ServerAt): Step {
  const reached = ({admin}: ServerView) => admin !== 'maint'
  return stateStep(at, {
    id: 'undrain',
    state: 'drain',
    why: ', so that its checks run',
    from: 'maint',
    reached,
  })
}

/** Back in rotation. The steps before it have seen its checks pass. */
export function readyStep(at: ServerAt, from: Admin): Step {
  const serving = ({status, opState}: ServerView) => status === 'UP' || status === 'no check' || opState === 1
  const reached = (server: ServerView) => server.admin === 'ready' && serving(server)
  return stateStep(at, {id: 'ready', state: 'ready', from, reached})
}

interface Change {
  id: string
  state: Admin
  /** Behind the sentence, where the state alone does not say what it is for. */
  why?: string
  /** What the plan expects to be there before. */
  from: Admin
  reached(server: ServerView): boolean
  recheck?: string[]
}

function stateStep(at: ServerAt, {id, state, why = '', from, reached, recheck = []}: Change): Step {
  return step<Before>({
    id: `${at.id}.${id}`,
    says: `${at.on}: set server ${at.full} state ${state}${why}`,
    async probe(signal) {
      const reading = await read(at, signal)
      const {server} = reading
      return {reached: reached(server), saw: stateOf(reading), before: {admin: server.admin}}
    },
    apply: (signal) => (state === 'ready' ? makeReady(at, signal) : set(at, state, signal)),
    patienceMs: PATIENCE_MS,
    recheck,
    undo: restore(at, from),
  })
}

export async function read(at: ServerAt, signal: AbortSignal): Promise<ServerReading> {
  return await (await at.instance()).server(at.backend, at.server, signal)
}

async function set(at: ServerAt, state: Admin, signal: AbortSignal): Promise<void> {
  await (await at.instance()).setState(at.backend, at.server, state, signal)
}

/** Puts back the state that was there before, whatever it was. `from` is what the plan expects that to be. */
function restore(at: ServerAt, from: Admin): Step<Before>['undo'] {
  return {
    kind: 'restore',
    says: `${at.on}: set server ${at.full} back to ${from}`,
    async run(before, signal) {
      if (before.admin === 'ready') await backInRotation(at, signal)
      else await set(at, before.admin, signal)
    },
    restored: (now, before) => now.admin === before.admin,
  }
}

/** `DRAIN, 3 sessions` */
export function stateOf({server}: ServerReading): string {
  return `${server.status}, ${server.sessions} ${server.sessions === 1 ? 'session' : 'sessions'}`
}
