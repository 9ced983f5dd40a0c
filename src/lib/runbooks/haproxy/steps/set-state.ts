import {type Step, step} from '../../../engine/step.js'
import type {Admin, ServerReading} from '../../../systems/haproxy/snapshot.js'
import {backInRotation} from './back-in-rotation.js'
import type {ServerAt} from './server-at.js'

const PATIENCE_MS = 5000

type Before = {admin: Admin}

/** Takes a server out of rotation for new clients. One that is in maintenance is out already. */
export function drainStep(at: ServerAt, from: Admin, recheck: string[]): Step {
  return step<Before>({
    id: `${at.id}.drain`,
    says: `${at.on}: set server ${at.full} state drain`,
    async probe(signal) {
      const reading = await read(at, signal)
      return {
        reached: reading.server.admin !== 'ready',
        saw: stateOf(reading),
        before: {admin: reading.server.admin},
      }
    },
    apply: (signal) => set(at, 'drain', signal),
    patienceMs: PATIENCE_MS,
    recheck,
    undo: restore(at, from),
  })
}

/** Out of rotation for everybody, bound clients included. Sessions that are open stay. */
export function maintStep(at: ServerAt, from: Admin, recheck: string[]): Step {
  return step<Before>({
    id: `${at.id}.maint`,
    says: `${at.on}: set server ${at.full} state maint`,
    async probe(signal) {
      const reading = await read(at, signal)
      return {
        reached: reading.server.admin === 'maint',
        saw: stateOf(reading),
        before: {admin: reading.server.admin},
      }
    },
    apply: (signal) => set(at, 'maint', signal),
    patienceMs: PATIENCE_MS,
    recheck,
    undo: restore(at, from),
  })
}

/** Out of maintenance but not in rotation: its checks run again while no client sees it. */
export function leaveMaintStep(at: ServerAt): Step {
  return step<Before>({
    id: `${at.id}.undrain`,
    says: `${at.on}: set server ${at.full} state drain, so that its checks run`,
    async probe(signal) {
      const reading = await read(at, signal)
      return {
        reached: reading.server.admin !== 'maint',
        saw: stateOf(reading),
        before: {admin: reading.server.admin},
      }
    },
    apply: (signal) => set(at, 'drain', signal),
    patienceMs: PATIENCE_MS,
    undo: restore(at, 'maint'),
  })
}

/** Back in rotation. The steps before it have seen its checks pass. */
export function readyStep(at: ServerAt, from: Admin): Step {
  return step<Before>({
    id: `${at.id}.ready`,
    says: `${at.on}: set server ${at.full} state ready`,
    async probe(signal) {
      const reading = await read(at, signal)
      const {admin, status, opState} = reading.server
      const serving = status === 'UP' || status === 'no check' || opState === 1
      return {reached: admin === 'ready' && serving, saw: stateOf(reading), before: {admin}}
    },
    apply: (signal) => set(at, 'ready', signal),
    patienceMs: PATIENCE_MS,
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
